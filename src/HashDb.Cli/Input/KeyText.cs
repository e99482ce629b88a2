using System.Globalization;

namespace HashDb.Cli.Input;

/// <summary>Keys as they are written on the command line and in files of keys.</summary>
internal static class KeyText
{
    /// <summary>Reads a key of the kind that a collection has.</summary>
    /// <exception cref="ArgumentException">The text is none; names it.</exception>
    public static RecordKey Parse(KeyKind kind, string text) => kind switch
    {
        KeyKind.String => new RecordKey(text),
        KeyKind.Guid => Guid.TryParse(text, out Guid guid) ? new RecordKey(guid) : throw Wrong(text, "a UUID"),
        _ => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong number)
            ? new RecordKey(number)
            : throw Wrong(text, $"a whole number from 0 to {ulong.MaxValue}"),
    };

    private static ArgumentException Wrong(string text, string wanted) => new(
        $"'{(text.Length <= 60 ? text : text[..60] + "...")}' is no key of this collection: a key is {wanted}.");
}
