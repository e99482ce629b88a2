using System.Text.RegularExpressions;

namespace HashDb.Checks;

/// <summary>Which names a collection may have: names become folder names on every system.</summary>
public static partial class NameChecks
{
    /// <summary>True for an allowed name.</summary>
    public static bool IsAllowed(string name) => NamePattern().IsMatch(name);

    /// <summary>Refuses a name that is not allowed.</summary>
    /// <exception cref="ArgumentException">The name is not allowed.</exception>
    public static void Check(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!IsAllowed(name))
            throw new ArgumentException(
                $"'{name}' is not a collection name: 1 to {StorageLimits.MaxCollectionNameLength} letters, digits, '-', '_' or "
                + "'.', beginning with a letter, a digit or '_'.",
                nameof(name));
    }

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_.\-]{0,63}\z")]
    private static partial Regex NamePattern();
}
