// A copy of a database in use. Built under a temporary name beside the target and renamed when all of it is flushed.
using HashDb.Models.Files;
using HashDb.Storage.Files;

namespace HashDb.Storage.Maintenance;

internal static class DatabaseBackup
{
    public static async Task RunAsync(
        string source, IReadOnlyList<Collection> collections, string target, CancellationToken cancellationToken)
    {
        if (File.Exists(target) || (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()))
            throw new HashDbException(HashDbErrorCode.CollectionExists, $"The backup target {target} exists and is not empty.");
        string building = $"{target}.{Guid.NewGuid():N}.partial";
        try
        {
            Directory.CreateDirectory(Path.Combine(building, DatabaseFolder.CollectionsFolderName));
            DatabaseFolder.WriteIdentity(building);
            foreach (Collection collection in collections)
                await collection.BackupAsync(
                    DatabaseFolder.CollectionPath(building, collection.Name), cancellationToken).ConfigureAwait(false);
            DeviceFlush.Directory(Path.Combine(building, DatabaseFolder.CollectionsFolderName));
            DeviceFlush.Directory(building);
            if (Directory.Exists(target))
                Directory.Delete(target);
            Directory.Move(building, target);
            DeviceFlush.Directory(Path.GetDirectoryName(target)!);
        }
        catch (Exception exception)
        {
            if (Directory.Exists(building))
                Directory.Delete(building, recursive: true);
            if (StorageFault.IsSystemFault(exception))
                throw StorageFault.Wrap(exception, $"back up {source} to", target);
            throw;
        }
    }
}
