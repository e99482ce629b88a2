namespace HashDb.Extensions.VectorData.Internal;

/// <summary>Which collections there are.</summary>
internal static class Collections
{
    public static Task<bool> ExistsAsync(HashDbConnection connection, string name, CancellationToken cancellationToken) =>
        Errors.WrapAsync(
            "CollectionExists",
            name,
            async () => (await connection.ListCollectionsAsync(cancellationToken).ConfigureAwait(false)).Contains(name));

    public static Task EnsureDeletedAsync(HashDbConnection connection, string name, CancellationToken cancellationToken) =>
        Errors.WrapAsync(
            "EnsureCollectionDeleted",
            name,
            async () =>
            {
                try
                {
                    await connection.DropCollectionAsync(name, cancellationToken).ConfigureAwait(false);
                }
                catch (HashDbException exception) when (exception.Code == HashDbErrorCode.CollectionNotFound)
                {
                    // That is what was wanted.
                }
            });
}
