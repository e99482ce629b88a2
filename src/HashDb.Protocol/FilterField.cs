// A filter travels as its text, nil for none: the text is the one form that every client can make.
using HashDb.Serialization;
using MessagePack;

namespace HashDb.Protocol;

internal static class FilterField
{
    /// <summary>A character of a filter has at most three bytes.</summary>
    private const int MaxBytes = 3 * StorageLimits.MaxFilterTextBytes;

    public static void Write(ref MessagePackWriter writer, Filter? filter) => writer.WriteText(filter?.ToString());

    /// <exception cref="ArgumentException">The text is no filter.</exception>
    public static Filter? Read(ref BodyReader body) => body.ReadOptionalText("filter", MaxBytes) is { } text ? Filter.Parse(text) : null;
}
