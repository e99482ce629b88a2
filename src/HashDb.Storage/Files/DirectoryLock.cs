// One process that writes, or any number that read. The operating system drops the lock when its holder dies, however it dies.
//
// The lock is on a file, not on its name: when somebody removes LOCK, the next process makes a new one and holds that. So the name
// is compared with the file that is held, once it is locked and before each checkpoint, and who finds another file there, or none,
// writes no more.
using HashDb.Models.Files;
using Microsoft.Win32.SafeHandles;

namespace HashDb.Storage.Files;

internal sealed class DirectoryLock : IDisposable
{
    public const string FileName = "LOCK";

    /// <summary>3 times in a row the file was replaced between its opening and its locking: then somebody does it on purpose.</summary>
    private const int Attempts = 3;

    private readonly string _path;
    // Null on a read-only medium that has no such file.
    private readonly SafeFileHandle? _file;

    // Null where files cannot be told apart; then only a name that is gone is noticed.
    private readonly FileIdentity? _identity;

    private DirectoryLock(string path, SafeFileHandle? file, FileIdentity? identity)
    {
        _path = path;
        _file = file;
        _identity = identity;
    }

    /// <summary>False when the name of the lock leads to another file now, or to none.</summary>
    public bool IsHeld =>
        _file is null ? Directory.Exists(Path.GetDirectoryName(_path))
        : _identity is { } identity ? FileIdentity.Of(_path) == identity
        : File.Exists(_path);

    /// <summary>Keeps everybody else out.</summary>
    /// <exception cref="HashDbException">
    /// <see cref="HashDbErrorCode.DatabaseLocked"/>; <see cref="HashDbErrorCode.AccessDenied"/>: the folder cannot be written.
    /// </exception>
    public static DirectoryLock Take(string directory)
    {
        string path = Path.Combine(directory, FileName);
        try
        {
            return Open(path, () => PrivateFile.Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (Exception exception) when (StorageFault.IsSystemFault(exception))
        {
            HashDbException fault = FaultOf(exception, directory, "is open already, in another process or by another client in this one");
            throw fault.Code != HashDbErrorCode.AccessDenied
                ? fault
                : new HashDbException(
                    fault.Code,
                    $"{fault.Message} To search or verify it as it is, open it for reading only ({nameof(DatabaseOptions.ReadOnly)}, "
                    + "--read-only).",
                    exception);
        }
    }

    /// <summary>
    /// Keeps those who write out, while others may read. A folder that has no such file and cannot be written has nobody to keep out.
    /// </summary>
    /// <exception cref="HashDbException">
    /// <see cref="HashDbErrorCode.DatabaseLocked"/>: somebody writes; <see cref="HashDbErrorCode.AccessDenied"/>.
    /// </exception>
    public static DirectoryLock TakeShared(string directory)
    {
        string path = Path.Combine(directory, FileName);
        try
        {
            return Open(path, () =>
            {
                if (!File.Exists(path))
                    PrivateFile.Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite).Dispose();
                return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            });
        }
        catch (Exception exception) when (StorageFault.IsDenied(exception) && !File.Exists(path))
        {
            return new DirectoryLock(path, null, null);
        }
        catch (Exception exception) when (StorageFault.IsSystemFault(exception))
        {
            throw FaultOf(exception, directory, "is open for writing, in another process or by another client in this one");
        }
    }

    private static DirectoryLock Open(string path, Func<SafeFileHandle> open)
    {
        for (int attempt = 1; ; attempt++)
        {
            SafeFileHandle file = open();
            FileIdentity? held = FileIdentity.Of(file);
            if (held is null || held == FileIdentity.Of(path))
                return new DirectoryLock(path, file, held);
            if (attempt == Attempts)
                return new DirectoryLock(path, file, null);

            // Removed after it was opened, by a process that ended or by hand.
            file.Dispose();
        }
    }

    private static HashDbException FaultOf(Exception exception, string directory, string held)
    {
        string path = Path.Combine(directory, FileName);
        HashDbException fault = StorageFault.Wrap(exception, "lock", path);
        bool isHeld = exception is IOException and not DirectoryNotFoundException && !StorageFault.IsDiskFull(exception)
            && fault.Code != HashDbErrorCode.AccessDenied && File.Exists(path);
        return isHeld
            ? new HashDbException(
                HashDbErrorCode.DatabaseLocked,
                $"The database {directory} {held} (its {FileName} file is held).",
                exception,
                isTransient: true)
            : fault;
    }

    /// <summary>Refuses to go on when another process may have the database by now.</summary>
    /// <exception cref="HashDbException"><see cref="HashDbErrorCode.DatabaseLocked"/>.</exception>
    public void ThrowIfLost()
    {
        if (!IsHeld)
            throw new HashDbException(
                HashDbErrorCode.DatabaseLocked,
                $"{_path} was removed or replaced while the database was open, so another process may be writing here. Make sure that "
                + "none is, close the database and open it again.");
    }

    public void Dispose() => _file?.Dispose();
}
