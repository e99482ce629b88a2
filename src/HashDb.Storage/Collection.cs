using System.Diagnostics;
using System.Runtime.InteropServices;
using HashDb.Checks;
using HashDb.Models;
using HashDb.Storage.Checkpoints;
using HashDb.Storage.Commit;
using HashDb.Storage.Files;
using HashDb.Storage.Generations;
using HashDb.Storage.Intake;
using HashDb.Storage.Learning;
using HashDb.Storage.Log;
using HashDb.Storage.Query;
using HashDb.Storage.Records;
using HashDb.Storage.Snapshot;
using Microsoft.Extensions.Logging;

namespace HashDb.Storage;

/// <summary>
/// Vectors of one length, hashed by one model, compared by one metric. Safe to use from many threads; reads never wait for
/// writes.
/// </summary>
public sealed partial class Collection
{
    private const double AdvisedDeadShare = 0.3;
    private const long AdvisedDeadRows = 1_000;

    private static readonly ItemName TheQuery = new("The query");

    private readonly CollectionCore _core;
    private readonly Applier _applier;
    private readonly Checkpointer _checkpointer;
    private readonly GenerationManager _generations;
    private readonly DraftPublisher _publisher;
    private bool _isClosed;

    internal Collection(CollectionCore core)
    {
        _core = core;
        _applier = new Applier(core);
        _checkpointer = new Checkpointer(core, _applier);
        _generations = new GenerationManager(core, _applier, _checkpointer);
        _publisher = new DraftPublisher(core, PublishIfWantedAsync);
        core.AfterGroup = () =>
        {
            _checkpointer.BeginIfDue();
            _publisher.AfterGroup();
            if (core.State.Postings.ShouldRebuild)
                core.RebuildPostings();
        };
    }

    /// <summary>Name of the collection.</summary>
    public string Name => _core.Name;

    /// <summary>What is fixed for the collection, and the model that it serves with now.</summary>
    public CollectionDescription Description
    {
        get
        {
            CollectionState state = _core.State;
            return new CollectionDescription(
                Name, Dimensions, Metric, state.Model.Kind, state.Model.BitCount, state.Model.TableCount, state.Fingerprint);
        }
    }

    /// <summary>The model that encodes its vectors now; a change of generation puts another in its place.</summary>
    public IHashModel Model => _core.State.Model;

    /// <summary>Time since the last checkpoint, or since the collection was opened when there was none yet.</summary>
    public TimeSpan CheckpointAge => Stopwatch.GetElapsedTime(_core.CheckpointTimestamp);

    internal CollectionCore Core => _core;

    private DistanceMetric Metric => _core.Manifest.Metric;

    private int Dimensions => _core.Manifest.Dimensions;

    /// <summary>Stores new records, all or none of them.</summary>
    /// <param name="records">
    /// At most <see cref="StorageLimits.MaxBatchRecords"/>; each vector as long as the collection has dimensions.
    /// </param>
    /// <param name="cancellationToken">Honoured until the write is handed to the writer.</param>
    /// <returns>A task that ends when the write is durable, as the database's <see cref="DurabilityMode"/> has it.</returns>
    /// <exception cref="ArgumentException">A record is not as it must be; names the record, the value and the limit.</exception>
    /// <exception cref="HashDbException">
    /// <see cref="HashDbErrorCode.DuplicateId"/>: an id is stored already, or stands twice in the batch.
    /// <see cref="HashDbErrorCode.DiskFull"/>, <see cref="HashDbErrorCode.Poisoned"/>: nothing was acknowledged.
    /// </exception>
    public async Task InsertAsync(IReadOnlyList<VectorRecord> records, CancellationToken cancellationToken = default) =>
        await StoreAsync(LoggedOperation.Insert, records, null, cancellationToken).ConfigureAwait(false);

    /// <summary>Stores new records once, however often the call is made with this stamp.</summary>
    /// <param name="records">As for the call without a stamp.</param>
    /// <param name="stamp">Says which write this is; see <see cref="WriteStamp"/>.</param>
    /// <param name="cancellationToken">Honoured until the write is handed to the writer.</param>
    /// <exception cref="HashDbException">
    /// <see cref="HashDbErrorCode.WriteGap"/>: a write of this client that comes before is missing; nothing was kept.
    /// </exception>
    /// <inheritdoc cref="InsertAsync(IReadOnlyList{VectorRecord}, CancellationToken)" path="/exception|/returns"/>
    public async Task InsertAsync(IReadOnlyList<VectorRecord> records, WriteStamp stamp, CancellationToken cancellationToken = default) =>
        await StoreAsync(LoggedOperation.Insert, records, stamp, cancellationToken).ConfigureAwait(false);

    /// <summary>Stores records, replacing those whose ids are stored already. Of equal ids in one batch the last counts.</summary>
    /// <returns>How many records replaced an older version, when the write is durable.</returns>
    /// <inheritdoc cref="InsertAsync(IReadOnlyList{VectorRecord}, CancellationToken)" path="/param|/exception"/>
    public Task<int> UpsertAsync(IReadOnlyList<VectorRecord> records, CancellationToken cancellationToken = default) =>
        StoreAsync(LoggedOperation.Upsert, records, null, cancellationToken);

    /// <summary>Stores records in place of those with the same ids, once, however often the call is made with this stamp.</summary>
    /// <returns>How many records replaced an older version, when the write is durable; the same when it is repeated.</returns>
    /// <inheritdoc cref="InsertAsync(IReadOnlyList{VectorRecord}, WriteStamp, CancellationToken)" path="/param|/exception"/>
    public Task<int> UpsertAsync(IReadOnlyList<VectorRecord> records, WriteStamp stamp, CancellationToken cancellationToken = default) =>
        StoreAsync(LoggedOperation.Upsert, records, stamp, cancellationToken);

    /// <summary>Removes records; ids that are not stored are passed over.</summary>
    /// <returns>How many were stored, when the delete is durable.</returns>
    /// <inheritdoc cref="InsertAsync(IReadOnlyList{VectorRecord}, CancellationToken)" path="/param|/exception"/>
    public Task<int> DeleteAsync(IReadOnlyList<VectorId> ids, CancellationToken cancellationToken = default) =>
        DeleteAsync(ids, null, cancellationToken);

    /// <summary>Removes records, once, however often the call is made with this stamp.</summary>
    /// <returns>How many were stored, when the delete is durable; the same when it is repeated.</returns>
    /// <inheritdoc cref="InsertAsync(IReadOnlyList{VectorRecord}, WriteStamp, CancellationToken)" path="/param|/exception"/>
    public Task<int> DeleteAsync(IReadOnlyList<VectorId> ids, WriteStamp stamp, CancellationToken cancellationToken = default) =>
        DeleteAsync(ids, (WriteStamp?)stamp, cancellationToken);

    /// <summary>The sequence number that the next stamped write of a client must have, once the writes on their way are done.</summary>
    /// <param name="clientId">The client.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>How many operations of the client were carried out; 0 for a client that is not known (any more).</returns>
    public Task<long> GetNextSequenceNumberAsync(Guid clientId, CancellationToken cancellationToken = default) =>
        _applier.RunBetweenGroupsAsync(
            () =>
            {
                _core.ThrowIfPoisoned();
                return _core.Clients.NextOf(clientId);
            },
            cancellationToken);

    /// <summary>The record stored under an id, or null.</summary>
    /// <exception cref="CorruptDataException">What is stored does not match its checksum.</exception>
    public VectorRecord? Get(VectorId id)
    {
        using StateLease lease = _core.Acquire();
        RecordStore records = lease.State.Records;
        if (!records.TryGetLive(id, out uint row))
            return null;
        RowMetadata metadata = records.MetadataOf(row);
        var record = new VectorRecord(id, records.VectorOf(row).ToArray());
        if (metadata.BlobLength == 0)
            return record;
        byte[] blob = records.Blobs.Read(metadata.BlobAddress, metadata.BlobLength, metadata.BlobChecksum);
        return RecordBlob.TryRead(blob, record)
            ?? throw RecordStore.Corrupt(records.Metadata, row, $"the labels and payload of id {id} do not add up");
    }

    /// <summary>All items whose hashcode lies within a Hamming radius of the query's, in any table.</summary>
    /// <param name="query">float32, as long as the collection has dimensions.</param>
    /// <param name="radius">Bits, 0 to <see cref="Hashcode.MaxBitCount"/>.</param>
    /// <param name="strategy">Which road finds the buckets; the answer is the same on each.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    /// <returns>Ids and Hamming distances, by distance, then by id.</returns>
    /// <exception cref="ArgumentException">The query or the radius is not as it must be; names the value and the limit.</exception>
    public ProbeResult Probe(
        ReadOnlySpan<float> query,
        int radius,
        ProbeStrategy strategy = ProbeStrategy.Automatic,
        CancellationToken cancellationToken = default)
    {
        new SearchOptions { Radius = radius }.Validate();
        RecordChecks.CheckVector(query, Dimensions, Metric, TheQuery, nameof(query));
        using StateLease lease = _core.Acquire();
        return Searcher.Probe(lease.State, query, radius, strategy, cancellationToken);
    }

    /// <summary>Many probes, in parallel over the cores, with the results that they would have one by one.</summary>
    /// <param name="queries">
    /// Row-major, <c>count * Dimensions</c>, float32; at most <see cref="StorageLimits.MaxQueryBatch"/> queries.
    /// </param>
    /// <param name="radius">Bits, 0 to <see cref="Hashcode.MaxBitCount"/>.</param>
    /// <param name="strategy">Which road finds the buckets; the answer is the same on each.</param>
    /// <param name="cancellationToken">Stops the batch.</param>
    /// <returns>One result a query, in the order of the queries.</returns>
    /// <inheritdoc cref="Probe" path="/exception"/>
    public IReadOnlyList<ProbeResult> ProbeBatch(
        ReadOnlyMemory<float> queries,
        int radius,
        ProbeStrategy strategy = ProbeStrategy.Automatic,
        CancellationToken cancellationToken = default)
    {
        new SearchOptions { Radius = radius }.Validate();
        int count = RecordChecks.CheckQueries(queries, Dimensions, Metric);
        var results = new ProbeResult[count];
        using StateLease lease = _core.Acquire();
        CollectionState state = lease.State;
        RunParallel(
            results.Length,
            i => results[i] = Searcher.Probe(state, queries.Span.Slice(i * Dimensions, Dimensions), radius, strategy, cancellationToken),
            cancellationToken);
        return results;
    }

    /// <summary>The nearest items: candidates by hashcode, ordered by exact distance.</summary>
    /// <param name="query">float32, as long as the collection has dimensions.</param>
    /// <param name="options">How many results, and how far to look for candidates.</param>
    /// <param name="cancellationToken">Stops the query.</param>
    /// <exception cref="ArgumentException">The query or an option is not as it must be; names the value and the limit.</exception>
    /// <exception cref="CorruptDataException">A candidate's vector does not match its checksum.</exception>
    public SearchResult Search(ReadOnlySpan<float> query, SearchOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new SearchOptions();
        options.Validate();
        RecordChecks.CheckVector(query, Dimensions, Metric, TheQuery, nameof(query));
        using StateLease lease = _core.Acquire();
        return Searcher.Search(lease.State, Metric, query, options, cancellationToken);
    }

    /// <summary>Many searches, in parallel over the cores, with the results that they would have one by one.</summary>
    /// <param name="queries">
    /// Row-major, <c>count * Dimensions</c>, float32; at most <see cref="StorageLimits.MaxQueryBatch"/> queries.
    /// </param>
    /// <param name="options">As for <see cref="Search"/>.</param>
    /// <param name="cancellationToken">Stops the batch.</param>
    /// <returns>One result a query, in the order of the queries.</returns>
    /// <inheritdoc cref="Search" path="/exception"/>
    public IReadOnlyList<SearchResult> SearchBatch(
        ReadOnlyMemory<float> queries, SearchOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new SearchOptions();
        options.Validate();
        int count = RecordChecks.CheckQueries(queries, Dimensions, Metric);
        var results = new SearchResult[count];
        using StateLease lease = _core.Acquire();
        CollectionState state = lease.State;
        RunParallel(
            results.Length,
            i => results[i] = Searcher.Search(state, Metric, queries.Span.Slice(i * Dimensions, Dimensions), options, cancellationToken),
            cancellationToken);
        return results;
    }

    /// <summary>The collection in figures.</summary>
    public CollectionStatistics GetStatistics()
    {
        using StateLease lease = _core.Acquire();
        CollectionState state = lease.State;
        long dead = state.Records.Dead.Count;
        long rows = state.RowCount;
        return new CollectionStatistics
        {
            Name = Name,
            Dimensions = Dimensions,
            Metric = Metric,
            ModelKind = state.Model.Kind,
            ModelFingerprint = state.Fingerprint,
            BitCount = state.Model.BitCount,
            TableCount = state.Model.TableCount,
            Generation = state.Generation,
            PreviousGeneration = _core.Manifest.Previous is { } kept && kept.Generation < state.Generation
                ? new PreviousGeneration(kept.Generation, kept.Model, kept.BitCount, kept.TableCount)
                : null,
            Building = _generations.Progress,
            Count = rows - dead,
            DeadRows = dead,
            DistinctHashcodes = state.Postings.DistinctCount,
            LastSequenceNumber = _core.AppliedSequenceNumber,
            DurableSequenceNumber = _core.Log.DurableSequenceNumber,
            CheckpointSequenceNumber = _core.Manifest.AppliedSequenceNumber,
            LogBytes = _core.Log.TotalBytes,
            DiskBytes = _core.Files.BytesOnDisk(),
            PostingMemoryBytes = state.Postings.MemoryBytes + state.Records.Ids.Bytes,
            CompactionAdvised = dead >= AdvisedDeadRows && dead >= rows * AdvisedDeadShare,
        };
    }

    /// <summary>The buckets with the most live items, largest first, then by table and hashcode.</summary>
    /// <param name="count">How many, 1 to <see cref="StorageLimits.MaxTop"/>.</param>
    public IReadOnlyList<BucketStatistics> GetLargestBuckets(int count)
    {
        if (count is < 1 or > StorageLimits.MaxTop)
            throw new ArgumentOutOfRangeException(
                nameof(count), count, $"{count} buckets were asked for; it must be 1 to {StorageLimits.MaxTop}.");
        using StateLease lease = _core.Acquire();
        return BucketCounter.Largest(lease.State, count);
    }

    /// <summary>Makes the record files durable and shortens the log. Writes go on meanwhile.</summary>
    public Task CheckpointAsync(CancellationToken cancellationToken = default) => CheckpointAsync(force: false, cancellationToken);

    // Flushing and copying files blocks for as long as the device takes: not on the caller's thread.
    internal Task CheckpointAsync(bool force, CancellationToken cancellationToken) =>
        Task.Run(() => _checkpointer.CheckpointAsync(force, cancellationToken), cancellationToken);

    /// <summary>Copies the collection, as of a checkpoint taken now, into a new folder.</summary>
    internal Task BackupAsync(string targetDirectory, CancellationToken cancellationToken) =>
        Task.Run(() => Maintenance.CollectionBackup.RunAsync(_core, _checkpointer, targetDirectory, cancellationToken), cancellationToken);

    /// <summary>Finishes the queued writes, takes a last checkpoint, closes the files and cuts them to their used length.</summary>
    internal async Task CloseAsync()
    {
        if (_isClosed)
            return;
        _isClosed = true;
        await _generations.CloseAsync().ConfigureAwait(false);
        await _publisher.CloseAsync().ConfigureAwait(false);
        await _checkpointer.BackgroundWork.ConfigureAwait(false);
        // A checkpoint or backup under way is waited for; none may touch the files once they are closed.
        using IDisposable gate = await _checkpointer.EnterAsync(CancellationToken.None).ConfigureAwait(false);
        _checkpointer.Close();
        if (_core.Poison is null)
        {
            try
            {
                await _checkpointer.CheckpointInsideGateAsync(force: false, null, CancellationToken.None).ConfigureAwait(false);
            }
            catch (HashDbException exception)
            {
                // The log still holds everything since the last checkpoint.
                StorageLog.CheckpointFailed(_core.Logger, Name, exception);
            }
        }
        await _applier.DisposeAsync().ConfigureAwait(false);
        CollectionState state = _core.State;
        RecordStore records = state.Records;
        CodeStore codes = state.Codes;
        long rows = state.RowCount;
        ulong blobTail = _core.AppliedBlobTail;
        Task recordsClosed = WhenClosed(state.RecordFiles, () => records.Trim(rows, blobTail));
        Task codesClosed = WhenClosed(state.CodeFiles, () => codes.Extents.Trim(rows));
        state.Release();
        _core.Log.Dispose();
        // Searches under way hold the files open. Whoever opens the database next must not have them cut behind its back.
        await Task.WhenAll(recordsClosed, codesClosed).ConfigureAwait(false);
    }

    private Task<int> DeleteAsync(IReadOnlyList<VectorId> ids, WriteStamp? stamp, CancellationToken cancellationToken)
    {
        RecordChecks.CheckBatch(ids, nameof(ids));
        RecordChecks.CheckStamp(stamp, ids.Count);
        return ids.Count == 0 ? Task.FromResult(0) : _applier.WriteAsync(LoggedWrite.Delete(ids, stamp), null, cancellationToken);
    }

    private Task<int> StoreAsync(
        LoggedOperation operation, IReadOnlyList<VectorRecord> records, WriteStamp? stamp, CancellationToken cancellationToken)
    {
        RecordChecks.CheckRecords(records, Dimensions, Metric);
        RecordChecks.CheckStamp(stamp, records.Count);
        if (records.Count == 0)
            return Task.FromResult(0);
        // One state, so that codes, their length and the fingerprint belong together. The applier encodes again what has been
        // overtaken by a switch.
        CollectionState state = _core.State;
        LoggedWrite write = LoggedWrite.Store(operation, records, stamp, new RowShape(state.Codes.CodeBytes, Dimensions * sizeof(float)));
        try
        {
            WriteEncoder.Encode(state.Model, write);
        }
        catch
        {
            write.Release();
            throw;
        }
        return _applier.WriteAsync(write, state.Fingerprint, cancellationToken);
    }

    private Task WhenClosed<T>(SharedFiles<T> files, Action trim)
        where T : IDisposable
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        files.AfterClose(() =>
        {
            try
            {
                trim();
                closed.SetResult();
            }
            catch (Exception exception) when (StorageFault.IsSystemFault(exception))
            {
                closed.SetException(StorageFault.Wrap(exception, "cut the files to their used length in", _core.Files.Root));
            }
        });
        return closed.Task;
    }

    private static void RunParallel(int count, Action<int> body, CancellationToken cancellationToken)
    {
        if (count <= 1)
        {
            for (int i = 0; i < count; i++)
                body(i);
            return;
        }
        try
        {
            Parallel.For(0, count, new ParallelOptions { CancellationToken = cancellationToken }, body);
        }
        catch (AggregateException exception)
        {
            // One of them stands for all: callers expect what a single call throws.
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(exception.InnerExceptions[0]);
        }
    }
}
