// Where a path leads once every symbolic link on the way is followed, so that two paths can be compared. The last parts of a path
// need not exist. Threading: any thread; what is on disk may change meanwhile.
namespace HashDb.Storage.Files;

internal static class RealPath
{
    /// <summary>40 links on the way, as on Linux: more are a circle.</summary>
    private const int MaxLinks = 40;

    private static readonly StringComparison Comparison =
        OperatingSystem.IsLinux() ? StringComparison.Ordinal : StringComparison.OrdinalIgnoreCase;

    /// <summary>The path without links, "." and "..".</summary>
    /// <exception cref="IOException">There are too many links.</exception>
    public static string Of(string path)
    {
        string rest = Path.GetFullPath(path);
        for (int links = 0; links <= MaxLinks; links++)
        {
            if (FirstLink(rest) is not ({ } link, { } target))
                return Path.TrimEndingDirectorySeparator(rest);
            string behind = rest[link.Length..].TrimStart(Path.DirectorySeparatorChar);
            rest = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(link)!, target, behind));
        }
        throw new IOException($"There are more than {MaxLinks} symbolic links on the way to {path}.");
    }

    /// <summary>Is a path, both without links, that of a folder or lies below it?</summary>
    public static bool IsWithin(string path, string folder)
    {
        string prefix = Path.TrimEndingDirectorySeparator(folder);
        return path.Equals(prefix, Comparison)
            || path.StartsWith(prefix.EndsWith(Path.DirectorySeparatorChar) ? prefix : prefix + Path.DirectorySeparatorChar, Comparison);
    }

    /// <summary>True for a link, also for one that leads nowhere.</summary>
    public static bool IsLink(string path) => new FileInfo(Path.TrimEndingDirectorySeparator(path)).LinkTarget is not null;

    private static (string Link, string Target)? FirstLink(string path)
    {
        var parents = new Stack<string>();
        for (string? at = Path.TrimEndingDirectorySeparator(path); at is not null; at = Path.GetDirectoryName(at))
            parents.Push(at);
        foreach (string part in parents)
        {
            if (new FileInfo(part).LinkTarget is { } target)
                return (part, target);
        }
        return null;
    }
}
