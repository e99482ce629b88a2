// The one place where files and folders of our own are made. Whoever else has an account on the machine may not read what a
// database, a model or a backup holds, whatever the umask of the process is: files are made with 0600 and folders with 0700, from
// their first moment on. What is there already keeps its mode. Windows gives new files the rights of their folder.
// Threading: any thread.
using Microsoft.Win32.SafeHandles;

namespace HashDb.Models.Files;

/// <summary>Makes files and folders that only their owner may read and write.</summary>
public static class PrivateFile
{
    private const UnixFileMode FileMask = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode FolderMask = FileMask | UnixFileMode.UserExecute;

    /// <summary>Opens a file; one that is made gets the mode 0600.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mode">Whether it is made, and what becomes of an old one.</param>
    /// <param name="access">What is done with it.</param>
    /// <param name="share">What others may do with it meanwhile.</param>
    /// <returns>The open file.</returns>
    /// <exception cref="IOException">The file cannot be opened or made.</exception>
    public static SafeFileHandle Open(string path, FileMode mode, FileAccess access, FileShare share = FileShare.Read)
    {
        if (OperatingSystem.IsWindows() || mode == FileMode.Open)
            return File.OpenHandle(path, mode, access, share);

        // Only a stream can be told the mode; its handle is what is wanted, and the end of a stream that is collected closes no handle.
        return new FileStream(
            path, new FileStreamOptions { Mode = mode, Access = access, Share = share, BufferSize = 0, UnixCreateMode = FileMask })
            .SafeFileHandle;
    }

    /// <summary>Makes a folder, and those above it that are missing; each gets the mode 0700.</summary>
    /// <param name="path">The folder; nothing happens when it is there.</param>
    /// <exception cref="IOException">It cannot be made.</exception>
    public static void CreateFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        // One by one: the call gives its mode to the last of them only.
        var missing = new Stack<string>();
        for (string? at = Path.GetFullPath(path); at is not null && !Directory.Exists(at); at = Path.GetDirectoryName(at))
            missing.Push(at);
        foreach (string folder in missing)
            Directory.CreateDirectory(folder, FolderMask);
    }
}
