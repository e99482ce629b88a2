// Replaces a file in one step: a temporary file beside it is written and flushed, renamed over it, and the directory is
// flushed. After a crash at any point the old content or the new is there, never a mixture.
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace HashDb.Models;

/// <summary>Writes small files so that a crash leaves the old content or the new.</summary>
public static partial class AtomicFile
{
    /// <summary>Replaces the content of a file, or creates it. The content is on disk when the method returns.</summary>
    /// <param name="path">The file; its directory must exist.</param>
    /// <param name="content">The whole new content.</param>
    /// <exception cref="IOException">The file cannot be written; the old content is untouched.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string target = Path.GetFullPath(path);
        string temporary = $"{target}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (SafeFileHandle file = File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                RandomAccess.Write(file, content, 0);
                RandomAccess.FlushToDisk(file);
            }

            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        FlushDirectory(Path.GetDirectoryName(target)!);
    }

    /// <summary>Makes renames within a directory durable. Windows does so by itself.</summary>
    /// <exception cref="IOException">The directory cannot be opened or flushed.</exception>
    public static void FlushDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        int descriptor = OpenFile(path, 0);
        if (descriptor < 0)
            throw Failed("open", path);
        try
        {
            if (Flush(descriptor) != 0)
                throw Failed("flush", path);
        }
        finally
        {
            _ = CloseFile(descriptor);
        }
    }

    private static IOException Failed(string action, string path)
    {
        int error = Marshal.GetLastPInvokeError();
        return new IOException($"Cannot {action} the directory '{path}': {Marshal.GetPInvokeErrorMessage(error)}.", error);
    }

    // 0 is O_RDONLY on every Unix.
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Flush(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseFile(int descriptor);
}
