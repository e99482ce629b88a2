// One process at a time. The operating system drops the lock when its holder dies, however it dies.
namespace HashDb.Storage.Files;

internal sealed class DirectoryLock : IDisposable
{
    public const string FileName = "LOCK";

    private readonly FileStream _file;

    private DirectoryLock(FileStream file) => _file = file;

    public static DirectoryLock Take(string directory)
    {
        string path = Path.Combine(directory, FileName);
        try
        {
            return new DirectoryLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
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

    public void Dispose() => _file.Dispose();
}
