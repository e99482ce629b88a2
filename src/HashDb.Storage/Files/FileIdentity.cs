// Which file stands behind a name, or behind an open handle: its device and inode. A file that was removed and made anew under the
// same name is another one, and the lock on the old one says nothing any more. .NET has no call for it.
//
// Linux: statx, whose structure is the same on every processor. macOS: stat with inodes of 64 bits. Windows does not let a file go
// that is held as ours is, so nothing is asked there. Threading: any thread.
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace HashDb.Storage.Files;

/// <summary>The device and inode of a file.</summary>
internal readonly partial record struct FileIdentity(ulong Device, ulong Inode)
{
    // Both structures are smaller: 256 bytes on Linux, 144 on macOS.
    private const int BufferBytes = 512;

    private const int CurrentFolder = -100;
    private const int EmptyPath = 0x1000;
    private const uint InodeWanted = 0x100;
    private const int LinuxInodeOffset = 32;
    private const int LinuxDeviceOffset = 136;
    private const int MacInodeOffset = 8;

    /// <summary>The file under a name; null when there is none, or when the system cannot say.</summary>
    public static FileIdentity? Of(string path) => Ask(path, -1);

    /// <summary>An open file; null when the system cannot say.</summary>
    public static FileIdentity? Of(SafeFileHandle file)
    {
        bool isHeld = false;
        try
        {
            file.DangerousAddRef(ref isHeld);
            return Ask(null, (int)file.DangerousGetHandle());
        }
        finally
        {
            if (isHeld)
                file.DangerousRelease();
        }
    }

    private static FileIdentity? Ask(string? path, int descriptor)
    {
        Span<byte> status = stackalloc byte[BufferBytes];
        try
        {
            if (OperatingSystem.IsLinux())
            {
                int result = path is null
                    ? StatusOnLinux(descriptor, "", EmptyPath, InodeWanted, status)
                    : StatusOnLinux(CurrentFolder, path, 0, InodeWanted, status);
                return result != 0
                    ? null
                    : new FileIdentity(
                        BinaryPrimitives.ReadUInt64LittleEndian(status[LinuxDeviceOffset..]),
                        BinaryPrimitives.ReadUInt64LittleEndian(status[LinuxInodeOffset..]));
            }
            if (OperatingSystem.IsMacOS())
            {
                bool isArm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;
                int result = (path, isArm) switch
                {
                    (null, true) => StatusOfOpenOnArmMac(descriptor, status),
                    (null, false) => StatusOfOpenOnIntelMac(descriptor, status),
                    (_, true) => StatusOnArmMac(path, status),
                    _ => StatusOnIntelMac(path, status),
                };
                return result != 0
                    ? null
                    : new FileIdentity(
                        BinaryPrimitives.ReadUInt32LittleEndian(status),
                        BinaryPrimitives.ReadUInt64LittleEndian(status[MacInodeOffset..]));
            }
        }
        catch (EntryPointNotFoundException)
        {
            // An old C library without the call.
        }
        return null;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatusOnLinux(int folder, string path, int flags, uint mask, Span<byte> status);

    [LibraryImport("libc", EntryPoint = "stat", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatusOnArmMac(string path, Span<byte> status);

    [LibraryImport("libc", EntryPoint = "fstat")]
    private static partial int StatusOfOpenOnArmMac(int descriptor, Span<byte> status);

    [LibraryImport("libc", EntryPoint = "stat$INODE64", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatusOnIntelMac(string path, Span<byte> status);

    [LibraryImport("libc", EntryPoint = "fstat$INODE64")]
    private static partial int StatusOfOpenOnIntelMac(int descriptor, Span<byte> status);
}
