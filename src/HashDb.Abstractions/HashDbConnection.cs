// The contract between a program and a database, wherever the database runs.
//
// Nothing here may assume that it runs in the same process: every call that may reach the database is asynchronous, no
// span and no object of the engine appears in a signature, and every argument and result is a value that can be sent.
// Errors are the same everywhere: ArgumentException (and its kin) for a mistake of the caller, HashDbException with a code
// for everything else, OperationCanceledException when the caller's token was cancelled.

namespace HashDb;

/// <summary>A database: named collections of vectors. Safe to use from many threads; keep one and share it.</summary>
/// <remarks>
/// Every member throws <see cref="HashDbException"/> with <see cref="HashDbErrorCode.Closed"/> after the client was disposed.
/// A cancelled write may or may not have happened; a cancelled read has no effect.
/// </remarks>
public abstract class HashDbConnection : IAsyncDisposable
{
    /// <summary>The names of the collections, in ordinal order.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public abstract Task<IReadOnlyList<string>> ListCollectionsAsync(CancellationToken cancellationToken = default);

    /// <summary>Makes an empty collection.</summary>
    /// <param name="name">1 to <see cref="StorageLimits.MaxCollectionNameLength"/> characters; it becomes a folder name.</param>
    /// <param name="options">The hash function, which fixes the dimensions, and the metric.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="ArgumentException">The name is not allowed.</exception>
    /// <exception cref="HashDbException">
    /// <see cref="HashDbErrorCode.CollectionExists"/>: there is one of that name;
    /// <see cref="HashDbErrorCode.LimitExceeded"/>: there are too many.
    /// </exception>
    public abstract Task<HashDbCollection> CreateCollectionAsync(
        string name, CollectionOptions options, CancellationToken cancellationToken = default);

    /// <summary>Makes an empty collection that finds its hash function itself, and whose searches keep a recall.</summary>
    /// <param name="name">As for the other overload.</param>
    /// <param name="dimensions">Length of a vector, 1 to <see cref="Models.ModelLimits.MaxDimensions"/>.</param>
    /// <param name="metric">How results are ordered.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task<HashDbCollection> CreateCollectionAsync(
        string name, int dimensions, DistanceMetric metric = DistanceMetric.Cosine, CancellationToken cancellationToken = default) =>
        CreateCollectionAsync(name, new CollectionOptions(dimensions, metric), cancellationToken);

    /// <inheritdoc cref="GetOrCreateCollectionAsync(string, CollectionOptions, CancellationToken)"/>
    /// <param name="name">As for the other overload.</param>
    /// <param name="dimensions">Length of a vector.</param>
    /// <param name="metric">How results are ordered.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task<HashDbCollection> GetOrCreateCollectionAsync(
        string name, int dimensions, DistanceMetric metric = DistanceMetric.Cosine, CancellationToken cancellationToken = default) =>
        GetOrCreateCollectionAsync(name, new CollectionOptions(dimensions, metric), cancellationToken);

    /// <summary>Gets a collection, or makes it when there is none of that name: what a program does at each of its starts.</summary>
    /// <remarks>
    /// A collection that is there is given as it is: it serves with a model of its own, which may have been moved since it was
    /// made.
    /// </remarks>
    /// <param name="name">As for <see cref="CreateCollectionAsync(string, CollectionOptions, CancellationToken)"/>.</param>
    /// <param name="options">The hash function and metric of a new one. An existing one must have the same dimensions and metric.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="ArgumentException">
    /// The name is not allowed, or the collection that is there has other dimensions or another metric; names both.
    /// </exception>
    public async Task<HashDbCollection> GetOrCreateCollectionAsync(
        string name, CollectionOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        Checks.NameChecks.Check(name);
        HashDbCollection collection = await FindAsync(name, cancellationToken).ConfigureAwait(false)
            ?? await MakeAsync().ConfigureAwait(false);
        if ((collection.Dimensions, collection.Metric, collection.Keys) != (options.Dimensions, options.Metric, options.Keys))
        {
            throw new ArgumentException(
                $"The collection '{name}' has {collection.Dimensions} dimensions, the metric {collection.Metric} and keys of the kind "
                + $"{collection.Keys}; {options.Dimensions}, {options.Metric} and {options.Keys} were asked for. Use another name, or drop "
                + "the collection first.",
                nameof(options));
        }
        return collection;

        async Task<HashDbCollection> MakeAsync()
        {
            try
            {
                return await CreateCollectionAsync(name, options, cancellationToken).ConfigureAwait(false);
            }
            catch (HashDbException exists) when (exists.Code == HashDbErrorCode.CollectionExists)
            {
                // Another made it meanwhile. When that differs in case alone, there is still none of this name, and this says so.
                return await GetCollectionAsync(name, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Gets a collection.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="HashDbException"><see cref="HashDbErrorCode.CollectionNotFound"/>: there is none of that name.</exception>
    public abstract Task<HashDbCollection> GetCollectionAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>
    /// Deletes a collection with all its records, for good. Whoever holds it is refused at once (<see cref="HashDbErrorCode.Closed"/>);
    /// reads and writes under way are waited for. Other collections are not held up.
    /// </summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="HashDbException"><see cref="HashDbErrorCode.CollectionNotFound"/>: there is none of that name.</exception>
    public abstract Task DropCollectionAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>Takes a checkpoint of every collection, which shortens the next start and lets the log shrink.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public abstract Task CheckpointAsync(CancellationToken cancellationToken = default);

    /// <summary>Copies the database as it is at one moment, while reads and writes go on.</summary>
    /// <param name="targetDirectory">
    /// A directory that does not exist or is empty, on the machine where the database runs. The copy opens as a database.
    /// </param>
    /// <param name="cancellationToken">Gives up; what was copied so far is not a database.</param>
    public abstract Task BackupAsync(string targetDirectory, CancellationToken cancellationToken = default);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();

    private async Task<HashDbCollection?> FindAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await GetCollectionAsync(name, cancellationToken).ConfigureAwait(false);
        }
        catch (HashDbException missing) when (missing.Code == HashDbErrorCode.CollectionNotFound)
        {
            return null;
        }
    }
}
