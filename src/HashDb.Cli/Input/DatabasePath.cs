using System.Text.RegularExpressions;
using HashDb.Client;

namespace HashDb.Cli.Input;

/// <summary>Tells a mistyped address from the name of a folder.</summary>
internal static partial class DatabasePath
{
    /// <summary>What is wrong with a text that is meant as an address but is none; null when it is an address or a path.</summary>
    public static string? MistakeIn(string text) =>
        HashDbClient.IsAddress(text) || !LikeAnAddress().IsMatch(text) || Directory.Exists(text)
            ? null
            : "an address is hashdb://host:port, or hashdbs://host:port with TLS, and there are no other schemes; "
                + $"a directory of that name would be ./{text}.";

    // A scheme of one letter is a drive of Windows.
    [GeneratedRegex(@"^([a-z][a-z0-9+.-]+:/|hashdbs?:)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex LikeAnAddress();
}
