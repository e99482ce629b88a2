namespace HashDb.Cli.Output;

/// <summary>Finds out before the work starts that a file could not be written at its end.</summary>
internal static class OutputPath
{
    /// <summary>Checks that the folder of a file exists, and that the file is no folder and none of the files that are read.</summary>
    /// <param name="path">The file to write.</param>
    /// <param name="option">The option that names it.</param>
    /// <param name="inputs">The files that the command reads; null for one that was not given.</param>
    /// <exception cref="IOException">It could not be written, or an input would be lost.</exception>
    public static void Check(string path, string option, params ReadOnlySpan<string?> inputs)
    {
        if (path.Length == 0)
            throw new IOException($"{option} is empty; it names a file.");
        string full = Path.GetFullPath(path);
        if (Directory.Exists(full))
            throw new IOException($"{option} {path} is a folder; it names a file.");
        if (Path.GetDirectoryName(full) is { } folder && !Directory.Exists(folder))
            throw new IOException($"{option} {path}: the folder {folder} does not exist.");
        foreach (string? input in inputs)
        {
            if (!string.IsNullOrEmpty(input) && SameFile.Is(path, input))
                throw new IOException($"{option} {path} is the input {input}, which would be lost; name another file.");
        }
    }
}
