// One process at a time. The operating system drops the lock when its holder dies, however it dies.
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
    private readonly SafeFileHandle _file;

    // Null where files cannot be told apart; then only a name that is gone is noticed.
    private readonly FileIdentity? _identity;

    private DirectoryLock(string path, SafeFileHandle file, FileIdentity? identity)
    {
        _path = path;
        _file = file;
        _identity = identity;
    }

    /// <summary>False when the name of the lock leads to another file now, or to none.</summary>
    public bool IsHeld => _identity is { } identity ? FileIdentity.Of(_path) == identity : File.Exists(_path);

    public static DirectoryLock Take(string directory)
    {
        string path = Path.Combine(directory, FileName);
        try
        {
            for (int attempt = 1; ; attempt++)
            {
                SafeFileHandle file = PrivateFile.Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                FileIdentity? held = FileIdentity.Of(file);
                if (held is null || held == FileIdentity.Of(path))
                    return new DirectoryLock(path, file, held);
                if (attempt == Attempts)
                    return new DirectoryLock(path, file, null);

                // Removed after it was opened, by a process that ended or by hand.
                file.Dispose();
            }
        }
        catch (IOException exception) when (exception is not DirectoryNotFoundException && !StorageFault.IsDiskFull(exception)
            && File.Exists(path))
        {
            HashDbException fault = StorageFault.Wrap(exception, "lock", path);
            if (fault.Code == HashDbErrorCode.AccessDenied)
                throw fault;
            throw new HashDbException(
                HashDbErrorCode.DatabaseLocked,
                $"The database {directory} is open already, in another process or by another client in this one (its "
                + $"{FileName} file is held).",
                exception,
                isTransient: true);
        }
        catch (Exception exception) when (StorageFault.IsSystemFault(exception))
        {
            throw StorageFault.Wrap(exception, "lock", path);
        }
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

    public void Dispose() => _file.Dispose();
}
