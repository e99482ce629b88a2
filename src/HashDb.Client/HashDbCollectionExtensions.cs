using HashDb.Storage;

namespace HashDb.Client;

/// <summary>The operations on one record, in terms of those on many.</summary>
public static class HashDbCollectionExtensions
{
    /// <summary>Stores one new record; see <see cref="IHashDbCollection.InsertAsync"/>.</summary>
    public static Task InsertAsync(this IHashDbCollection collection, VectorRecord record, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(collection);
        ArgumentNullException.ThrowIfNull(record);
        return collection.InsertAsync([record], cancellationToken);
    }

    /// <summary>Stores one record; see <see cref="IHashDbCollection.UpsertAsync"/>.</summary>
    /// <returns>True when it replaced an older version.</returns>
    public static async Task<bool> UpsertAsync(this IHashDbCollection collection, VectorRecord record, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(collection);
        ArgumentNullException.ThrowIfNull(record);
        return await collection.UpsertAsync([record], cancellationToken).ConfigureAwait(false) == 1;
    }

    /// <summary>Deletes one record.</summary>
    /// <returns>True when it was there.</returns>
    public static async Task<bool> DeleteAsync(this IHashDbCollection collection, VectorId id, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(collection);
        return await collection.DeleteAsync([id], cancellationToken).ConfigureAwait(false) == 1;
    }

    /// <summary>Reads one record.</summary>
    /// <returns>The record, or null when there is none.</returns>
    public static async Task<VectorRecord?> GetAsync(this IHashDbCollection collection, VectorId id, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(collection);
        return (await collection.GetAsync([id], cancellationToken).ConfigureAwait(false))[0];
    }
}
