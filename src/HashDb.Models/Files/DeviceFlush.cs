// The one place where files and directories are flushed to the device. The system is called directly: in .NET 10,
// RandomAccess.FlushToDisk and FileStream.Flush(true) return as if nothing had happened when fsync fails, whatever the error,
// so a write that the device has refused would be acknowledged. BannedSymbols.txt forbids those two everywhere else.
//
// fsync everywhere, never fdatasync: it costs one write of an inode, and no reader has to prove that a size is safe without it.
// Threading: any thread; the handle is kept open meanwhile.
using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace HashDb.Models.Files;

/// <summary>Flushes files and directories to the device, and says so when that fails.</summary>
public static partial class DeviceFlush
{
    // The same numbers on Linux and macOS.
    private const int Interrupted = 4;

    // A name that was made and not flushed is half a change, so want of a descriptor is waited for: 250 times 20 ms.
    private const int TooManyOpenInSystem = 23;
    private const int TooManyOpenInProcess = 24;
    private const int MaxWaits = 250;
    private const int WaitMilliseconds = 20;

    // macOS: fsync only hands the data to the drive; this waits until the drive has written it. Not every file system has it.
    private const int FullFlush = 51;
    private const int NotSupportedOnMac = 45;
    private const int NotATerminal = 25;

    private const int WindowsErrorPrefix = unchecked((int)0x80070000);

    /// <summary>Makes what was written to a file durable, its length included.</summary>
    /// <param name="file">An open file.</param>
    /// <param name="path">Its path, for the message.</param>
    /// <exception cref="FlushFailedException">
    /// The device has not taken everything. What it holds is unknown, and the system tells an error once only: a second flush
    /// that succeeds proves nothing.
    /// </exception>
    public static void File(SafeFileHandle file, string path)
    {
        ArgumentNullException.ThrowIfNull(file);
        bool isHeld = false;
        try
        {
            file.DangerousAddRef(ref isHeld);
            if (OperatingSystem.IsWindows())
            {
                if (!FlushFileBuffers(file.DangerousGetHandle()))
                {
                    int error = Marshal.GetLastPInvokeError();
                    throw new FlushFailedException(path, new Win32Exception(error).Message, WindowsErrorPrefix | error);
                }
                return;
            }
            Descriptor((int)file.DangerousGetHandle(), path);
        }
        finally
        {
            if (isHeld)
                file.DangerousRelease();
        }
    }

    /// <summary>Makes names that were made, changed or removed in a directory durable. Windows does so by itself.</summary>
    /// <param name="path">The directory.</param>
    /// <exception cref="FlushFailedException">The device has not taken everything.</exception>
    /// <exception cref="IOException">The directory cannot be opened.</exception>
    public static void Directory(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        int descriptor;
        for (int waits = 0; ;)
        {
            descriptor = OpenFile(path, 0);
            int reason = descriptor < 0 ? Marshal.GetLastPInvokeError() : 0;
            if (reason is TooManyOpenInSystem or TooManyOpenInProcess && waits++ < MaxWaits)
                Thread.Sleep(WaitMilliseconds);
            else if (reason != Interrupted)
                break;
        }
        if (descriptor < 0)
        {
            int error = Marshal.GetLastPInvokeError();
            throw new IOException($"Cannot open the directory '{path}': {Marshal.GetPInvokeErrorMessage(error)}.", error);
        }
        try
        {
            Descriptor(descriptor, path);
        }
        finally
        {
            _ = CloseFile(descriptor);
        }
    }

    private static void Descriptor(int descriptor, string path)
    {
        if (OperatingSystem.IsMacOS())
        {
            int refused = Repeat(descriptor, static file => Control(file, FullFlush));
            if (refused == 0)
                return;
            if (refused is not (NotSupportedOnMac or NotATerminal))
                throw new FlushFailedException(path, Marshal.GetPInvokeErrorMessage(refused), refused);
        }
        int error = Repeat(descriptor, static file => Flush(file));
        if (error != 0)
            throw new FlushFailedException(path, Marshal.GetPInvokeErrorMessage(error), error);
    }

    /// <summary>Calls the system until a signal no longer interrupts it.</summary>
    /// <returns>The error; 0 for none.</returns>
    private static int Repeat(int descriptor, Func<int, int> call)
    {
        while (true)
        {
            // Anything but 0 is a failure, whatever its sign.
            if (call(descriptor) == 0)
                return 0;
            int error = Marshal.GetLastPInvokeError();
            if (error != Interrupted)
                return error;
        }
    }

    // 0 is O_RDONLY on every Unix.
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFile(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Flush(int descriptor);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(int descriptor, int command);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int CloseFile(int descriptor);

    [LibraryImport("kernel32", EntryPoint = "FlushFileBuffers", SetLastError = true)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool FlushFileBuffers(nint file);
}
