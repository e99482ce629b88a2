using System.Text.RegularExpressions;

namespace HashDb.Cli.Output;

/// <summary>The message of an exception as a line for whoever gave a command.</summary>
internal static partial class ErrorText
{
    /// <summary>
    /// The message in one line, without what the runtime adds for programmers: the name of a parameter, and the value, which our
    /// messages name already.
    /// </summary>
    public static string Of(Exception error) => OneLine(Additions().Replace(error.Message, ""));

    /// <summary>A text without line breaks and other control characters: file names and headers may hold any.</summary>
    public static string OneLine(string text) => Breaks().Replace(text, " ");

    // Messages of others stand within ours, so the additions are not only at the end.
    [GeneratedRegex(@"\r?\nActual value was [^\r\n]*| \(Parameter '[^']*'\)")]
    private static partial Regex Additions();

    [GeneratedRegex(@"\s*[\p{Cc}\u2028\u2029]+\s*")]
    private static partial Regex Breaks();
}
