// Verification of a database that nobody has open for writing. Nothing of it is changed.
using HashDb.Storage.Files;

namespace HashDb.Storage.Maintenance;

internal static class DatabaseVerifier
{
    public static VerificationReport Run(string directory, string? collection, CancellationToken cancellationToken)
    {
        DatabaseFolder.Prepare(directory, mayCreate: false);
        using DirectoryLock held = DirectoryLock.TakeShared(directory);
        var damages = new List<Damage>();
        long rows = 0;
        int files = 1;
        try
        {
            DatabaseFolder.CheckIdentity(directory, mayCreate: false);
        }
        catch (CorruptDataException exception)
        {
            damages.Add(new Damage(exception.File, exception.Offset, null, null, exception.Detail));
        }
        foreach (string name in Select(directory, collection))
        {
            var inspector = new CollectionInspector(new CollectionFiles(DatabaseFolder.CollectionPath(directory, name)));
            inspector.Run(cancellationToken);
            damages.AddRange(inspector.Damages);
            rows += inspector.RowsChecked;
            files += inspector.FilesChecked;
        }
        return new VerificationReport(rows, files, damages);
    }

    /// <summary>The collections that are meant: one, which must exist, or all.</summary>
    public static IReadOnlyList<string> Select(string directory, string? collection)
    {
        IReadOnlyList<string> names = DatabaseFolder.CollectionNames(directory);
        if (collection is null)
            return names;
        if (!names.Contains(collection, StringComparer.Ordinal))
            throw new HashDbException(HashDbErrorCode.CollectionNotFound, $"There is no collection '{collection}' in {directory}.");
        return [collection];
    }
}
