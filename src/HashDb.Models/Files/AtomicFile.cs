// Replaces a file in one step: a temporary file beside it is written and flushed, renamed over it, and the directory is
// flushed. After a crash at any point the old content or the new is there, never a mixture.
using Microsoft.Win32.SafeHandles;

namespace HashDb.Models.Files;

/// <summary>Writes small files so that a crash leaves the old content or the new.</summary>
public static class AtomicFile
{
    /// <summary>Replaces the content of a file, or creates it. The content is on disk when the method returns.</summary>
    /// <param name="path">The file; its directory must exist.</param>
    /// <param name="content">The whole new content.</param>
    /// <exception cref="FlushFailedException">It is not known whether the file has the old content or the new.</exception>
    /// <exception cref="IOException">The file cannot be written; the old content is untouched.</exception>
    public static void Write(string path, ReadOnlySpan<byte> content)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        string target = Path.GetFullPath(path);
        string temporary = $"{target}.{Guid.NewGuid():N}.tmp";
        try
        {
            using (SafeFileHandle file = PrivateFile.Open(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                RandomAccess.Write(file, content, 0);
                DeviceFlush.File(file, temporary);
            }

            File.Move(temporary, target, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        try
        {
            DeviceFlush.Directory(Path.GetDirectoryName(target)!);
        }
        catch (IOException exception) when (exception is not FlushFailedException)
        {
            // The folder could not even be opened: the new name is there, and may be lost.
            throw new FlushFailedException(target, exception.Message, exception.HResult);
        }
    }
}
