// Where a database that is opened for reading only puts what does not fit into memory: a folder of its own among the temporary files of
// the machine. Nothing in it is of worth after the process.
namespace HashDb.Storage.Files;

internal sealed class ScratchFolder : IDisposable
{
    private readonly DirectoryInfo _folder;

    private ScratchFolder(DirectoryInfo folder) => _folder = folder;

    public string Path => _folder.FullName;

    /// <exception cref="HashDbException">The temporary folder of the machine cannot be written.</exception>
    public static ScratchFolder Create()
    {
        try
        {
            return new ScratchFolder(Directory.CreateTempSubdirectory("hashdb-read-only-"));
        }
        catch (Exception exception) when (StorageFault.IsSystemFault(exception))
        {
            throw StorageFault.Wrap(exception, "make a folder for scratch in", System.IO.Path.GetTempPath());
        }
    }

    public void Dispose()
    {
        try
        {
            _folder.Delete(recursive: true);
        }
        catch (Exception exception) when (StorageFault.IsSystemFault(exception))
        {
            // Somebody has emptied the temporary folder before, or will.
        }
    }
}
