namespace HashDb.Storage.Faults.Checks;

/// <summary>Folders of test databases: copying them as a killed process leaves them, and removing them.</summary>
internal static class Folders
{
    /// <summary>In memory where there is such a place: the tests flush a great deal, and their subject is not the device.</summary>
    public static string TemporaryRoot => Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath();

    public static string NewTemporary(string name, bool onDevice = false) =>
        Path.Combine(onDevice ? Path.GetTempPath() : TemporaryRoot, $"hashdb-{name}-{Guid.NewGuid():N}");

    /// <summary>Copies a database, open or not. The lock file is not copied: the copy belongs to nobody.</summary>
    public static void Copy(string source, string target)
    {
        Directory.CreateDirectory(target);
        foreach (string directory in Directory.EnumerateDirectories(source))
            Copy(directory, Path.Combine(target, Path.GetFileName(directory)));
        foreach (string file in Directory.EnumerateFiles(source))
        {
            string name = Path.GetFileName(file);
            if (name == Files.DirectoryLock.FileName)
                File.WriteAllBytes(Path.Combine(target, name), []);
            else
                CopyFile(file, Path.Combine(target, name));
        }
    }

    public static void Delete(string directory)
    {
        if (Directory.Exists(directory))
            Directory.Delete(directory, recursive: true);
    }

    public static long Bytes(string directory) =>
        Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);

    /// <summary>Makes a file without writing its zeros: most of an open database's files is empty.</summary>
    public static void WriteSparsely(string path, ReadOnlySpan<byte> content)
    {
        const int pieceBytes = 4096;
        using Microsoft.Win32.SafeHandles.SafeFileHandle file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write);
        RandomAccess.SetLength(file, content.Length);
        for (int at = 0; at < content.Length; at += pieceBytes)
        {
            ReadOnlySpan<byte> piece = content.Slice(at, Math.Min(pieceBytes, content.Length - at));
            if (piece.ContainsAnyExcept((byte)0))
                RandomAccess.Write(file, piece, at);
        }
    }

    private static void CopyFile(string source, string target)
    {
        using var from = new FileStream(source, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        using var to = new FileStream(target, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        from.CopyTo(to);
    }
}
