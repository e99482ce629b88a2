// A copy of a database in use. Built under a temporary name beside the target and renamed when all of it is flushed.
//
// Whoever asks for a backup over the network names the folder, so the name is looked at first, with every symbolic link followed: it
// must not lie in the database (the copy would be taken for a collection), not outside of the folder that backups are confined to,
// and not be a link itself (which the copy would replace).
using HashDb.Models.Files;
using HashDb.Storage.Files;

namespace HashDb.Storage.Maintenance;

internal static class DatabaseBackup
{
    public static async Task RunAsync(
        string source, IReadOnlyList<Collection> collections, string directory, string? root, CancellationToken cancellationToken)
    {
        string target = Path.TrimEndingDirectorySeparator(root is null ? Path.GetFullPath(directory) : Path.GetFullPath(directory, root));
        string? building = null;
        try
        {
            CheckPlace(source, target, root);
            CheckFree(target);
            DatabaseFolder.CreateDurably(Path.GetDirectoryName(target)!);
            building = $"{target}.{Guid.NewGuid():N}.partial";
            PrivateFile.CreateFolder(Path.Combine(building, DatabaseFolder.CollectionsFolderName));
            DatabaseFolder.WriteIdentity(building);
            foreach (Collection collection in collections)
                await collection.BackupAsync(
                    DatabaseFolder.CollectionPath(building, collection.Name), cancellationToken).ConfigureAwait(false);
            DeviceFlush.Directory(Path.Combine(building, DatabaseFolder.CollectionsFolderName));
            DeviceFlush.Directory(building);

            // Again, because the copy has taken its time.
            CheckFree(target);
            if (Directory.Exists(target))
                Directory.Delete(target);
            Directory.Move(building, target);
            DeviceFlush.Directory(Path.GetDirectoryName(target)!);
        }
        catch (Exception exception)
        {
            if (building is not null && Directory.Exists(building))
                Directory.Delete(building, recursive: true);
            if (StorageFault.IsSystemFault(exception))
                throw StorageFault.Wrap(exception, $"back up {source} to", target);
            throw;
        }
    }

    private static void CheckPlace(string source, string target, string? root)
    {
        string place = RealPath.Of(target);
        if (RealPath.IsWithin(place, RealPath.Of(source)))
            throw new ArgumentException(
                $"The backup target {target} lies in the database {source}. Name a folder outside of it.", nameof(target));
        if (root is null)
            return;
        string confine = RealPath.Of(root);
        if (!RealPath.IsWithin(place, confine) || RealPath.IsWithin(confine, place))
            throw new ArgumentException(
                $"The backup target {target} does not lie below {root}, and backups are confined to it (BackupRoot).", nameof(target));
    }

    private static void CheckFree(string target)
    {
        if (RealPath.IsLink(target))
            throw new HashDbException(
                HashDbErrorCode.CollectionExists, $"The backup target {target} is a symbolic link. Name the folder that it leads to.");
        if (File.Exists(target) || (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any()))
            throw new HashDbException(HashDbErrorCode.CollectionExists, $"The backup target {target} exists and is not empty.");
    }
}
