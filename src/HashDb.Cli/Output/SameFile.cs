namespace HashDb.Cli.Output;

/// <summary>Finds out whether two paths name one file, also through links.</summary>
internal static class SameFile
{
    /// <summary>True when both paths lead to one file: by the same path, through symbolic links, or as hard links.</summary>
    public static bool Is(string output, string input)
    {
        (output, input) = (Resolve(output), Resolve(input));
        if (string.Equals(output, input, OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal))
            return true;
        try
        {
            // What has no length may be a pipe, which must not be opened: that waits for whoever writes to it.
            return HasBytes(output) && HasBytes(input) && IsSharedLock(output, input);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool HasBytes(string path) => new FileInfo(path) is { Exists: true, Length: > 0 };

    /// <summary>The path with all links on the way to it followed.</summary>
    private static string Resolve(string path)
    {
        string full = Path.GetFullPath(path);
        try
        {
            if (File.ResolveLinkTarget(full, returnFinalTarget: true) is { } target)
                return Resolve(target.FullName);
            return Path.GetDirectoryName(full) is { } folder ? Path.Combine(ResolveFolder(folder), Path.GetFileName(full)) : full;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return full;
        }
    }

    private static string ResolveFolder(string folder)
    {
        if (Directory.ResolveLinkTarget(folder, returnFinalTarget: true) is { } target)
            folder = target.FullName;
        return Path.GetDirectoryName(folder) is { } parent ? Path.Combine(ResolveFolder(parent), Path.GetFileName(folder)) : folder;
    }

    // The runtime has no name for a file but its paths. Locks belong to the file itself: while the input is open for readers alone, the
    // output cannot be locked when it is the same file. When another program has it open nothing can be told that way.
    private static bool IsSharedLock(string output, string input)
    {
        if (!CanLock(output))
            return false;
        using FileStream held = new(input, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        return !CanLock(output);
    }

    private static bool CanLock(string path)
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.None, bufferSize: 0);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
