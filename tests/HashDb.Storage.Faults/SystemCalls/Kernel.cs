// The few functions of the C library that watching another process needs. Results are those of the system: negative for an error,
// which is then in the last P/Invoke error.
using System.Runtime.InteropServices;
using System.Text;

namespace HashDb.Storage.Faults.SystemCalls;

internal static unsafe partial class Kernel
{
    public const int HungUp = 0x10;
    public const int Readable = 0x01;
    private const int PathBytes = 4096;
    private const int PageBytes = 4096;

    public static nint Call(int number, nint a = 0, nint b = 0, nint c = 0, nint d = 0, nint e = 0, nint f = 0) =>
        SystemCall(number, a, b, c, d, e, f);

    /// <summary>Waits for a descriptor.</summary>
    /// <returns>What it is ready for; 0 when the time ran out.</returns>
    public static int Wait(int descriptor, int milliseconds)
    {
        var wanted = new Interest { Descriptor = descriptor, Wanted = Readable };
        return Poll(&wanted, 1, milliseconds) > 0 ? wanted.Found : 0;
    }

    /// <summary>Where a descriptor of another process leads.</summary>
    public static string DescriptorPath(uint process, long descriptor)
    {
        byte* buffer = stackalloc byte[PathBytes];
        nint length = ReadLink($"/proc/{process}/fd/{descriptor}", buffer, PathBytes);
        return length < 0 ? "" : Encoding.UTF8.GetString(buffer, (int)length);
    }

    public static byte[] ReadMemory(uint process, ulong address, long length)
    {
        byte[] bytes = new byte[length];
        fixed (byte* first = bytes)
        {
            var local = new Stretch { First = (nint)first, Length = (nint)length };
            var remote = new Stretch { First = (nint)address, Length = (nint)length };
            if (length > 0 && ReadProcess((int)process, &local, 1, &remote, 1, 0) != length)
                throw new InvalidOperationException(
                    $"cannot read {length} bytes of process {process}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
        return bytes;
    }

    /// <summary>The content of a file, without the lock that .NET takes on every file and that would disturb its owner.</summary>
    public static byte[] ReadFile(string path)
    {
        byte[] name = Encoding.UTF8.GetBytes(path + "\0");
        fixed (byte* first = name)
        {
            const int currentFolder = -100;
            nint descriptor = Call(CallNumbers.OpenAt, currentFolder, (nint)first);
            using var handle = new Microsoft.Win32.SafeHandles.SafeFileHandle(descriptor, ownsHandle: true);
            byte[] content = new byte[RandomAccess.GetLength(handle)];
            for (int done = 0, got = 1; done < content.Length && got > 0; done += got)
                got = RandomAccess.Read(handle, content.AsSpan(done), done);
            return content;
        }
    }

    /// <summary>Reads a text that ends with a zero; never beyond the page in which it ends.</summary>
    public static string ReadText(uint process, ulong address)
    {
        var bytes = new List<byte>();
        while (bytes.Count < PathBytes)
        {
            byte[] page = ReadMemory(process, address, PageBytes - (long)(address % PageBytes));
            int end = Array.IndexOf(page, (byte)0);
            bytes.AddRange(end < 0 ? page : page[..end]);
            if (end >= 0)
                break;
            address += (ulong)page.Length;
        }
        return Encoding.UTF8.GetString(CollectionsMarshal.AsSpan(bytes));
    }

    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    public static partial int Control(int descriptor, nuint request, void* argument);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int descriptor);

    [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
    public static partial long Seek(int descriptor, long offset, int origin);

    [LibraryImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    public static partial int DescriptorControl(int descriptor, int command);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint a, nint b, nint c, nint d, nint e, nint f);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(Interest* wanted, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "readlink", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint ReadLink(string path, byte* buffer, nint length);

    [LibraryImport("libc", EntryPoint = "process_vm_readv", SetLastError = true)]
    private static partial nint ReadProcess(
        int process, Stretch* local, nuint localCount, Stretch* remote, nuint remoteCount, nuint flags);

    /// <summary><c>struct iovec</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Stretch
    {
        public nint First;
        public nint Length;
    }

    /// <summary><c>struct pollfd</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Interest
    {
        public int Descriptor;
        public short Wanted;
        public short Found;
    }
}
