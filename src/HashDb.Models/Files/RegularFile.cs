// Tells files from pipes and devices before they are opened for reading: opening a named pipe waits for a writer, perhaps for ever.
// Stateless.
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace HashDb.Models.Files;

internal static partial class RegularFile
{
    // O_RDONLY is 0 on every Unix; O_NONBLOCK is not the same everywhere.
    private const int LinuxNonBlocking = 0x800;
    private const int OtherNonBlocking = 0x4;

    /// <summary>Refuses what cannot be read from any place on. What cannot be opened at all is left to whoever opens it next.</summary>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    /// <exception cref="NotSupportedException">The path names a folder, a pipe or a device.</exception>
    public static void Check(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (path.Length == 0)
            throw new ArgumentException("The path of a file is empty.", nameof(path));
        if (Directory.Exists(path))
            throw new NotSupportedException($"{path} is a folder; name a file.");
        if (OperatingSystem.IsWindows())
            return;
        int descriptor = OpenFile(path, OperatingSystem.IsLinux() ? LinuxNonBlocking : OtherNonBlocking);
        if (descriptor < 0)
            return;
        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        using var file = new FileStream(handle, FileAccess.Read, bufferSize: 0);
        if (!file.CanSeek)
            throw new NotSupportedException(
                $"{path} is a pipe or a device, which can be read only once; write the data to a file and name that.");
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);
}
