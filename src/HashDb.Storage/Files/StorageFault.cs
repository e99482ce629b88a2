// Turns what the operating system says into the typed errors of the public surface.
namespace HashDb.Storage.Files;

internal static class StorageFault
{
    private const int LinuxNoSpace = 28;
    private const int LinuxQuota = 122;
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);

    // The same numbers on Linux and macOS.
    private const int TooManyOpenInSystem = 23;
    private const int TooManyOpenInProcess = 24;

    /// <summary>
    /// True when the process, or the system, has as many files open as it may: nothing was done, and it may be tried again.
    /// </summary>
    public static bool IsOutOfDescriptors(Exception exception) =>
        exception is IOException and not HashDb.Models.Files.FlushFailedException && !OperatingSystem.IsWindows()
            && exception.HResult is TooManyOpenInSystem or TooManyOpenInProcess;

    public static bool IsDiskFull(Exception exception) =>
        exception is IOException && exception.HResult is LinuxNoSpace or LinuxQuota or WindowsDiskFull or WindowsHandleDiskFull;

    /// <summary>True when there is no right to do it, or when the file system is read-only.</summary>
    public static bool IsDenied(Exception exception) => exception is UnauthorizedAccessException || IsReadOnly(exception);

    /// <summary>True for what the operating system throws and this class gives a type to.</summary>
    public static bool IsSystemFault(Exception exception) => exception is IOException or UnauthorizedAccessException;

    /// <summary>The typed form of an I/O error met while doing something with a path.</summary>
    public static HashDbException Wrap(Exception exception, string doing, string path) => exception switch
    {
        HashDbException own => own,
        UnauthorizedAccessException =>
            new HashDbException(HashDbErrorCode.AccessDenied, $"No right to {doing} {path}: {exception.Message}", exception),
        _ when IsReadOnly(exception) =>
            new HashDbException(HashDbErrorCode.AccessDenied, $"Cannot {doing} {path}: the file system is read-only.", exception),
        _ when IsDiskFull(exception) =>
            new HashDbException(
                HashDbErrorCode.DiskFull, $"Cannot {doing} {path}: no space is left on the device.", exception, isTransient: true),
        _ when IsOutOfDescriptors(exception) =>
            new HashDbException(
                HashDbErrorCode.IoFailure,
                $"Cannot {doing} {path}: too many files and connections are open. Try again, or allow more of them (ulimit -n).",
                exception,
                isTransient: true),
        _ => new HashDbException(HashDbErrorCode.IoFailure, $"Cannot {doing} {path}: {exception.Message}", exception),
    };

    private static bool IsReadOnly(Exception exception)
    {
        const int LinuxReadOnlyFileSystem = 30;
        return exception is IOException && exception.HResult == LinuxReadOnlyFileSystem;
    }
}
