// What the system holds of a file in memory may not be on the device. After a failed flush Linux takes the pages for clean; ext4 moreover
// writes a page that is written again to blocks that it does not give back when they are read, because the mark that they hold data was
// lost with the failed write. A page that was dropped, and read and written anew, reaches the device.
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace HashDb.Storage.Files;

internal static partial class PageCache
{
    private const int NotNeeded = 4; // POSIX_FADV_DONTNEED on Linux

    /// <summary>
    /// Has the system drop the pages of a stretch of a file that it takes for clean; pages that are still to be written stay. Does nothing
    /// where there is no such call.
    /// </summary>
    /// <param name="file">An open file.</param>
    /// <param name="offset">First byte; the whole page that it lies in is dropped.</param>
    /// <param name="length">Bytes; 0 for all up to the end.</param>
    public static void Drop(SafeFileHandle file, long offset, long length = 0)
    {
        if (!OperatingSystem.IsLinux())
            return;
        long page = Environment.SystemPageSize;
        long first = offset / page * page;
        long last = length == 0 ? 0 : (offset + length + page - 1) / page * page;
        bool isHeld = false;
        try
        {
            file.DangerousAddRef(ref isHeld);
            // Advice: that it was not taken is no error.
            _ = Advise((int)file.DangerousGetHandle(), (nint)first, last == 0 ? 0 : (nint)(last - first), NotNeeded);
        }
        finally
        {
            if (isHeld)
                file.DangerousRelease();
        }
    }

    [LibraryImport("libc", EntryPoint = "posix_fadvise")]
    private static partial int Advise(int descriptor, nint offset, nint length, int advice);
}
