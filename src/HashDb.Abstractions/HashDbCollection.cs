// The contract of one collection. The rules that HashDbConnection.cs states hold here too.
using HashDb.Import;
using HashDb.Models;

namespace HashDb;

/// <summary>Vectors of one length under one hash function and one metric. Safe to use from many threads.</summary>
public abstract class HashDbCollection
{
    /// <summary>Its name.</summary>
    public abstract string Name { get; }

    /// <summary>Length of its vectors.</summary>
    public abstract int Dimensions { get; }

    /// <summary>How candidates are ordered.</summary>
    public abstract DistanceMetric Metric { get; }

    /// <summary>What its records are known by.</summary>
    public abstract KeyKind Keys { get; }

    /// <summary>How it learns a better hash function.</summary>
    public abstract HashDbLearning Learning { get; }

    /// <summary>Checkpoints, compaction, and changes of the hash function.</summary>
    public abstract HashDbMaintenance Maintenance { get; }

    /// <summary>What is fixed for the collection, and the model that it serves with now.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public abstract Task<CollectionDescription> DescribeAsync(CancellationToken cancellationToken = default);

    /// <summary>Stores new records, all or none of them. Completes when they are durable and visible to searches.</summary>
    /// <param name="records">
    /// 1 to <see cref="StorageLimits.MaxBatchRecords"/> records with distinct ids. Their memory must not change until the call
    /// completes.
    /// </param>
    /// <param name="stamp">
    /// Says which write this is, so that it is carried out once however often it is sent; see <see cref="WriteStamp"/>. Each item
    /// takes a number. Null when it is sent once.
    /// </param>
    /// <param name="cancellationToken">Gives up waiting; what was sent already may still be stored.</param>
    /// <exception cref="ArgumentException">
    /// A vector has the wrong length, a value that is not finite or, where it matters, no direction; a label is negative or stands there
    /// twice; a label or payload limit is passed. Names the record and the value.
    /// </exception>
    /// <exception cref="HashDbException">
    /// <see cref="HashDbErrorCode.DuplicateId"/>: an id is stored already, or stands twice in the batch; nothing of the batch was stored;
    /// <see cref="HashDbErrorCode.DiskFull"/>: nothing of the batch was stored, and it can be tried again;
    /// <see cref="HashDbErrorCode.WriteGap"/>: a stamped write of the same client that comes before is missing.
    /// </exception>
    public async Task InsertAsync(
        IReadOnlyList<VectorRecord> records, WriteStamp? stamp = null, CancellationToken cancellationToken = default)
    {
        using RecordBatch batch = RecordBatch.Rent(records, Dimensions);
        await InsertAsync(batch, stamp, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stores new records that are columns already, all or none of them.</summary>
    /// <param name="batch">As for the list of records; what it refers to must not change until the call completes.</param>
    /// <param name="stamp">As for the list of records.</param>
    /// <param name="cancellationToken">Gives up waiting; what was sent already may still be stored.</param>
    /// <exception cref="ArgumentException">As for the list of records, or the columns do not add up.</exception>
    public abstract Task InsertAsync(RecordBatch batch, WriteStamp? stamp = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Stores records, all or none of them, in place of those with the same ids. Of records of one batch with the same id the last is
    /// kept, and each after the first counts as replacing the one before.
    /// </summary>
    /// <param name="records">As for <see cref="InsertAsync(IReadOnlyList{VectorRecord}, WriteStamp?, CancellationToken)"/>.</param>
    /// <param name="stamp">As for an insert.</param>
    /// <param name="cancellationToken">Gives up waiting; what was sent already may still be stored.</param>
    /// <returns>How many of them replaced an older version; the same when a stamped write is repeated.</returns>
    /// <exception cref="ArgumentException">
    /// As for <see cref="InsertAsync(IReadOnlyList{VectorRecord}, WriteStamp?, CancellationToken)"/>.
    /// </exception>
    public async Task<int> UpsertAsync(
        IReadOnlyList<VectorRecord> records, WriteStamp? stamp = null, CancellationToken cancellationToken = default)
    {
        using RecordBatch batch = RecordBatch.Rent(records, Dimensions);
        return await UpsertAsync(batch, stamp, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stores records that are columns already, all or none of them, in place of those with the same ids.</summary>
    /// <param name="batch">As for an insert.</param>
    /// <param name="stamp">As for an insert.</param>
    /// <param name="cancellationToken">Gives up waiting; what was sent already may still be stored.</param>
    /// <returns>How many of them replaced an older version; the same when a stamped write is repeated.</returns>
    /// <exception cref="ArgumentException">As for an insert.</exception>
    public abstract Task<int> UpsertAsync(RecordBatch batch, WriteStamp? stamp = null, CancellationToken cancellationToken = default);

    /// <summary>Deletes records, all of those that are there.</summary>
    /// <param name="ids">At most <see cref="StorageLimits.MaxBatchRecords"/> ids.</param>
    /// <param name="stamp">As for an insert.</param>
    /// <param name="cancellationToken">Gives up waiting; what was sent already may still be deleted.</param>
    /// <returns>How many of them were there; the same when a stamped write is repeated.</returns>
    public abstract Task<int> DeleteAsync(
        IReadOnlyList<VectorId> ids, WriteStamp? stamp = null, CancellationToken cancellationToken = default);

    /// <summary>The number that the next stamped write of a client must have, once the writes on their way are done.</summary>
    /// <param name="clientId">The client of <see cref="WriteStamp"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>How many operations of the client were carried out; 0 for a client that is not known (any more).</returns>
    public abstract Task<long> GetNextSequenceNumberAsync(Guid clientId, CancellationToken cancellationToken = default);

    /// <summary>
    /// Gives a client its floor, with which its first write is taken although the collection has forgotten other clients. To be called
    /// before the first write of an id, and kept with the id. The collection remembers nothing of it, so many may register. Waits for the
    /// writes on their way, and flushes them.
    /// </summary>
    /// <param name="clientId">The client of <see cref="WriteStamp"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The stamp of the client's next write, and whether it may have been forgotten.</returns>
    /// <exception cref="ArgumentException">The id is all zeros.</exception>
    /// <exception cref="HashDbException">
    /// <see cref="HashDbErrorCode.UnsupportedOperation"/>: the server is of a build that gives no floors.
    /// </exception>
    public abstract Task<ClientRegistration> RegisterAsync(Guid clientId, CancellationToken cancellationToken = default);

    /// <summary>Reads records by id.</summary>
    /// <param name="ids">At most <see cref="StorageLimits.MaxBatchRecords"/> ids.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>One entry for each id, in the order of the ids: the record, or null when there is none.</returns>
    public abstract Task<IReadOnlyList<VectorRecord?>> GetAsync(IReadOnlyList<VectorId> ids, CancellationToken cancellationToken = default);

    /// <summary>Lists records without a vector: by id, or by a field.</summary>
    /// <param name="options">Filter, page and order; the first 100 by id when null.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The records of the page; fewer than its limit when there are no more.</returns>
    /// <exception cref="ArgumentException">An option is not allowed; names the value.</exception>
    public abstract Task<IReadOnlyList<VectorRecord>> ListAsync(ListOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Counts records.</summary>
    /// <param name="filter">Those that match; all when null.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public abstract Task<long> CountAsync(Filter? filter = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Deletes the records that match, some hundred at a time, each only in the version that matched. When it is stopped, some are
    /// deleted; it can be called again. It is sent to a server once: when the connection breaks, nobody knows how many were deleted.
    /// </summary>
    /// <param name="filter">Which; <see cref="Filter.All"/> for all.</param>
    /// <param name="cancellationToken">Stops after the step under way.</param>
    /// <returns>How many were deleted.</returns>
    public abstract Task<long> DeleteAsync(Filter filter, CancellationToken cancellationToken = default);

    /// <summary>
    /// Sets fields of a record and leaves its other fields, its labels and its vector as they are, however many do so at a time. It is sent
    /// to a server once: when the connection breaks, it is stored or not.
    /// </summary>
    /// <param name="id">Its id.</param>
    /// <param name="fields">The fields to set; null as a value is stored as null.</param>
    /// <param name="cancellationToken">Gives up waiting; what was sent already may still be stored.</param>
    /// <returns>False when there is no such record.</returns>
    /// <exception cref="ArgumentException">The fields are too many or too large together; names the limit.</exception>
    public abstract Task<bool> UpdateFieldsAsync(VectorId id, RecordFields fields, CancellationToken cancellationToken = default);

    /// <summary>
    /// Gives a field an index, with which filters are answered without reading records. Completes when it is durable that there is one;
    /// it is made in the background, and filters read the fields until then.
    /// </summary>
    /// <param name="field">The field; records need not have it.</param>
    /// <param name="cancellationToken">Gives up waiting; the index may be made nevertheless.</param>
    /// <returns>False when there is such an index already, which is no error: a program may call this at each of its starts.</returns>
    /// <exception cref="ArgumentException">It is no name of a field that can be stored; says why.</exception>
    /// <exception cref="HashDbException">
    /// <see cref="HashDbErrorCode.LimitExceeded"/>: the collection has <see cref="StorageLimits.MaxIndexCount"/> indexes.
    /// </exception>
    public abstract Task<bool> CreateIndexAsync(string field, CancellationToken cancellationToken = default);

    /// <summary>Takes the index of a field away. Filters on the field work as before, and read it.</summary>
    /// <param name="field">The field.</param>
    /// <param name="cancellationToken">Gives up waiting; the index may be gone nevertheless.</param>
    /// <returns>False when there was none.</returns>
    /// <exception cref="ArgumentException">It is no name of a field that can be stored; says why.</exception>
    public abstract Task<bool> DropIndexAsync(string field, CancellationToken cancellationToken = default);

    /// <summary>The field indexes, in the order of the fields' names (ordinal).</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public abstract Task<IReadOnlyList<IndexStatistics>> ListIndexesAsync(CancellationToken cancellationToken = default);

    /// <summary>Finds all items whose hashcode lies near the query's; no vector is compared.</summary>
    /// <param name="query">A raw vector, float32, <see cref="Dimensions"/> long.</param>
    /// <param name="options">The Hamming radius, and how buckets are found.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The items by Hamming distance, then by id.</returns>
    /// <exception cref="ArgumentException">The query has the wrong length, a value that is not finite, or no direction.</exception>
    public abstract Task<ProbeResult> ProbeAsync(
        ReadOnlyMemory<float> query, ProbeOptions options, CancellationToken cancellationToken = default);

    /// <summary>Probes for many vectors at once, on all cores of the machine where the database runs.</summary>
    /// <param name="queries">
    /// Raw vectors, row-major, <c>count * Dimensions</c>, float32; at most <see cref="StorageLimits.MaxQueryBatch"/>.
    /// </param>
    /// <param name="options">The Hamming radius, and how buckets are found.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>One result for each query, in their order: what <see cref="ProbeAsync"/> gives.</returns>
    /// <exception cref="ArgumentException">A query or an option is not allowed; names the value.</exception>
    public abstract Task<IReadOnlyList<ProbeResult>> ProbeBatchAsync(
        ReadOnlyMemory<float> queries, ProbeOptions options, CancellationToken cancellationToken = default);

    /// <summary>
    /// Probes for many given hashcodes at once, on all cores of an embedded database, and gives the hits of all in one flat buffer: no
    /// object is made for a hashcode or a hit.
    /// </summary>
    /// <param name="hashcodes">
    /// Packed, as the collection's model gives them (<see cref="IHashModel.Encode"/>):
    /// <c>count * TableCount * ceil(BitCount / 8)</c> bytes.
    /// </param>
    /// <param name="count">How many they are, 0 to <see cref="StorageLimits.MaxQueryBatch"/>.</param>
    /// <param name="options">The Hamming radius, and how buckets are found.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The hits of each hashcode by Hamming distance, then by id; all of one generation when the database is embedded.</returns>
    /// <exception cref="ArgumentException">The hashcodes have another length than the collection's; names both.</exception>
    /// <exception cref="HashDbException">
    /// <see cref="HashDbErrorCode.LimitExceeded"/>: there are more than <see cref="StorageLimits.MaxProbeHits"/> hits;
    /// <see cref="HashDbErrorCode.InvalidArgument"/>: the collection's hashcodes are numbers of cells;
    /// <see cref="HashDbErrorCode.UnsupportedOperation"/>: the server is of an older build.
    /// </exception>
    public abstract Task<HashcodeProbeResult> ProbeHashcodesAsync(
        ReadOnlyMemory<byte> hashcodes, int count, ProbeOptions options, CancellationToken cancellationToken = default);

    /// <summary>Finds the nearest items: gathers candidates by hashcode and orders them by exact distance.</summary>
    /// <param name="query">A raw vector, float32, <see cref="Dimensions"/> long.</param>
    /// <param name="options">Number of results, radius or candidate budget; the defaults when null.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The nearest candidates, nearest first; equal distances are ordered by id.</returns>
    /// <exception cref="ArgumentException">The query or the options are not allowed; names the value.</exception>
    public abstract Task<SearchResult> SearchAsync(
        ReadOnlyMemory<float> query, SearchOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Searches for many vectors at once, on all cores of the machine where the database runs.</summary>
    /// <param name="queries">
    /// Raw vectors, row-major, <c>count * Dimensions</c>, float32; at most <see cref="StorageLimits.MaxQueryBatch"/>.
    /// </param>
    /// <param name="options">The same for all of them; the defaults when null.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>One result for each query, in their order: what <see cref="SearchAsync"/> gives.</returns>
    /// <exception cref="ArgumentException">A query or the options are not allowed; names the value.</exception>
    public abstract Task<IReadOnlyList<SearchResult>> SearchBatchAsync(
        ReadOnlyMemory<float> queries, SearchOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Stores a stream of new records in batches, several of them on their way at a time.</summary>
    /// <remarks>
    /// Batches are sent, applied and acknowledged in the order of the records, and a batch that follows a refused one is refused
    /// too. So after a crash, a broken connection or a refusal the collection holds the acknowledged records, and after a crash
    /// perhaps some that follow them directly: never one without all those before it.
    /// With <see cref="ImportOptions.ClientId"/> the same stream can be imported on after a stop.
    /// </remarks>
    /// <param name="records">The records, in the order in which they are stored, each with memory of its own.</param>
    /// <param name="options">Size and number of the batches; the defaults when null.</param>
    /// <param name="progress">
    /// Told of each acknowledged batch, in order, one call at a time, on an arbitrary thread. (<see cref="Progress{T}"/> posts
    /// its calls to other threads and may change their order.)
    /// </param>
    /// <param name="cancellationToken">Stops taking records; batches on their way are waited for, then the call is cancelled.</param>
    /// <returns>What was acknowledged in all.</returns>
    /// <exception cref="ImportException">A batch was refused or the source failed. Says what is stored and where to go on.</exception>
    public virtual Task<ImportProgress> ImportAsync(
        IAsyncEnumerable<VectorRecord> records,
        ImportOptions? options = null,
        IProgress<ImportProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(records);
        return BulkImport.RunAsync(this, records, options ?? new ImportOptions(), progress, cancellationToken);
    }

    /// <summary>The collection in figures.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public abstract Task<CollectionStatistics> GetStatisticsAsync(CancellationToken cancellationToken = default);

    /// <summary>The collection in figures, at once and then after every interval, until the caller stops.</summary>
    /// <param name="interval">
    /// <see cref="StorageLimits.MinStatisticsIntervalMilliseconds"/> to
    /// <see cref="StorageLimits.MaxStatisticsIntervalMilliseconds"/>. Figures that nobody took in time are left out.
    /// </param>
    /// <param name="cancellationToken">Ends the enumeration with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The interval is outside its range.</exception>
    public abstract IAsyncEnumerable<CollectionStatistics> WatchStatisticsAsync(
        TimeSpan interval, CancellationToken cancellationToken = default);

    /// <summary>The buckets with the most live items, largest first.</summary>
    /// <param name="count">How many at most; at least 1.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public abstract Task<IReadOnlyList<BucketStatistics>> GetLargestBucketsAsync(int count, CancellationToken cancellationToken = default);

    /// <summary>
    /// Stores one new record, as <see cref="InsertAsync(IReadOnlyList{VectorRecord}, WriteStamp?, CancellationToken)"/> stores
    /// many.
    /// </summary>
    /// <param name="record">The record.</param>
    /// <param name="cancellationToken">Gives up waiting; what was sent already may still be stored.</param>
    public Task InsertAsync(VectorRecord record, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(record);
        return InsertAsync([record], null, cancellationToken);
    }

    /// <summary>Stores one record in place of that with the same id, if there is one.</summary>
    /// <param name="record">The record.</param>
    /// <param name="cancellationToken">Gives up waiting; what was sent already may still be stored.</param>
    /// <returns>True when it replaced an older version.</returns>
    public async Task<bool> UpsertAsync(VectorRecord record, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(record);
        return await UpsertAsync([record], null, cancellationToken).ConfigureAwait(false) == 1;
    }

    /// <summary>Deletes one record.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Gives up waiting; what was sent already may still be deleted.</param>
    /// <returns>True when it was there.</returns>
    public async Task<bool> DeleteAsync(VectorId id, CancellationToken cancellationToken = default) =>
        await DeleteAsync([id], null, cancellationToken).ConfigureAwait(false) == 1;

    /// <summary>Reads one record.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The record, or null when there is none.</returns>
    public async Task<VectorRecord?> GetAsync(VectorId id, CancellationToken cancellationToken = default) =>
        (await GetAsync([id], cancellationToken).ConfigureAwait(false))[0];
}
