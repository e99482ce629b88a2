// Reading a collection: records, probes, searches, figures. What takes microseconds runs where it is called, the rest on the pool.
using System.Runtime.CompilerServices;
using HashDb.Checks;
using HashDb.Storage.Query;
using HashDb.Storage.Records;
using HashDb.Storage.Snapshot;

namespace HashDb.Storage;

public sealed partial class Collection
{
    private const double AdvisedDeadShare = 0.3;
    private const long AdvisedDeadRows = 1_000;
    private static readonly SearchOptions DefaultSearch = new();
    private static readonly ItemName TheQuery = new("The query");

    /// <inheritdoc/>
    public override Task<IReadOnlyList<VectorRecord?>> GetAsync(
        IReadOnlyList<VectorId> ids, CancellationToken cancellationToken = default) =>
        RunHere<IReadOnlyList<VectorRecord?>>(
            () =>
            {
                IdLists.Check(ids);
                var found = new VectorRecord?[ids.Count];
                for (int i = 0; i < found.Length; i++)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    found[i] = Get(ids[i]);
                }
                return found;
            },
            cancellationToken);

    /// <inheritdoc/>
    public override Task<IReadOnlyList<VectorRecord>> ListAsync(ListOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new ListOptions();
        return RunOnPoolAsync(
            () =>
            {
                options.Validate();
                using StateLease lease = _core.Live.Acquire();
                return RowLister.List(lease.State, options, cancellationToken);
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public override Task<long> CountAsync(Filter? filter = null, CancellationToken cancellationToken = default) =>
        RunOnPoolAsync(
            () =>
            {
                using StateLease lease = _core.Live.Acquire();
                return RowLister.Count(lease.State, filter, cancellationToken);
            },
            cancellationToken);

    /// <inheritdoc/>
    public override Task<ProbeResult> ProbeAsync(
        ReadOnlyMemory<float> query, ProbeOptions options, CancellationToken cancellationToken = default) =>
        RunHere(
            (Collection: this, Query: query, Options: options, Cancellation: cancellationToken),
            static call => call.Collection.Probe(call.Query.Span, call.Options, call.Cancellation),
            cancellationToken);

    /// <inheritdoc/>
    public override Task<IReadOnlyList<ProbeResult>> ProbeBatchAsync(
        ReadOnlyMemory<float> queries, ProbeOptions options, CancellationToken cancellationToken = default) =>
        RunOnPoolAsync(() => ProbeBatch(queries, options, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public override Task<SearchResult> SearchAsync(
        ReadOnlyMemory<float> query, SearchOptions? options = null, CancellationToken cancellationToken = default) =>
        RunHere(
            (Collection: this, Query: query, Options: options, Cancellation: cancellationToken),
            static call => call.Collection.Search(call.Query.Span, call.Options, call.Cancellation),
            cancellationToken);

    /// <inheritdoc/>
    public override Task<IReadOnlyList<SearchResult>> SearchBatchAsync(
        ReadOnlyMemory<float> queries, SearchOptions? options = null, CancellationToken cancellationToken = default) =>
        RunOnPoolAsync(() => SearchBatch(queries, options, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public override Task<CollectionStatistics> GetStatisticsAsync(CancellationToken cancellationToken = default) =>
        RunHere(GetStatistics, cancellationToken);

    /// <inheritdoc/>
    public override IAsyncEnumerable<CollectionStatistics> WatchStatisticsAsync(
        TimeSpan interval, CancellationToken cancellationToken = default)
    {
        StatisticsInterval.Check(interval);
        ThrowIfClosed();
        return WatchAsync(interval, cancellationToken);
    }

    /// <inheritdoc/>
    public override Task<IReadOnlyList<BucketStatistics>> GetLargestBucketsAsync(
        int count, CancellationToken cancellationToken = default) =>
        RunOnPoolAsync(() => GetLargestBuckets(count), cancellationToken);

    /// <summary>The record stored under an id, or null.</summary>
    /// <exception cref="CorruptDataException">What is stored does not match its checksum.</exception>
    internal VectorRecord? Get(VectorId id)
    {
        for (var wait = default(SpinWait); ; wait.SpinOnce())
        {
            using StateLease lease = _core.Live.Acquire();
            RecordStore records = lease.State.Records;
            if (!records.TryGetNewest(id, out uint row, out bool isLive))
                return null;
            // Searches see a row from the moment the row count is published. A read that saw it before would be followed by searches that
            // find what it replaces. A poisoned collection may never publish it.
            if (row >= lease.State.RowCount && _core.Health.Poison is null)
                continue;
            if (!isLive)
                return null;
            (int[] labels, ReadOnlyMemory<byte> payload) = records.BlobOf(row, id);
            return new VectorRecord { Id = id, Vector = records.VectorOf(row).ToArray(), Labels = labels, Payload = payload };
        }
    }

    internal ProbeResult Probe(ReadOnlySpan<float> query, ProbeOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        RecordChecks.CheckVector(query, Dimensions, Metric, TheQuery, nameof(query));
        using StateLease lease = _core.Live.Acquire();
        return Searcher.Probe(lease.State, query, options, cancellationToken);
    }

    internal IReadOnlyList<ProbeResult> ProbeBatch(
        ReadOnlyMemory<float> queries, ProbeOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        int count = RecordChecks.CheckQueries(queries, Dimensions, Metric);
        var results = new ProbeResult[count];
        using StateLease lease = _core.Live.Acquire();
        CollectionState state = lease.State;
        RunParallel(
            results.Length,
            i => results[i] = Searcher.Probe(state, queries.Span.Slice(i * Dimensions, Dimensions), options, cancellationToken),
            cancellationToken);
        return results;
    }

    internal SearchResult Search(
        ReadOnlySpan<float> query, SearchOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= DefaultSearch;
        options.Validate();
        RecordChecks.CheckVector(query, Dimensions, Metric, TheQuery, nameof(query));
        using StateLease lease = _core.Live.Acquire();
        return Searcher.Search(lease.State, Metric, query, options, cancellationToken);
    }

    internal IReadOnlyList<SearchResult> SearchBatch(
        ReadOnlyMemory<float> queries, SearchOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= DefaultSearch;
        options.Validate();
        int count = RecordChecks.CheckQueries(queries, Dimensions, Metric);
        var results = new SearchResult[count];
        using StateLease lease = _core.Live.Acquire();
        CollectionState state = lease.State;
        RunParallel(
            results.Length,
            i => results[i] = Searcher.Search(
                state, Metric, queries.Span.Slice(i * Dimensions, Dimensions), options, cancellationToken),
            cancellationToken);
        return results;
    }

    internal CollectionStatistics GetStatistics()
    {
        using StateLease lease = _core.Live.Acquire();
        CollectionState state = lease.State;
        (long rows, long dead) = state.RowCounts;
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
            PreviousGeneration = _core.Commit.Manifest.Previous is { } kept && kept.Generation < state.Generation
                ? new PreviousGeneration(kept.Generation, kept.Model, kept.BitCount, kept.TableCount)
                : null,
            Building = _generations.Progress,
            Count = rows - dead,
            DeadRows = dead,
            DistinctHashcodes = state.Postings.DistinctCount,
            LastSequenceNumber = _core.Commit.AppliedSequenceNumber,
            DurableSequenceNumber = _core.Commit.Log.DurableSequenceNumber,
            CheckpointSequenceNumber = _core.Commit.Manifest.AppliedSequenceNumber,
            LogBytes = _core.Commit.Log.TotalBytes,
            DiskBytes = _core.DiskBytes,
            PostingMemoryBytes = state.Postings.MemoryBytes + state.Records.Ids.Bytes + state.Records.Filters.Bytes
                + state.Records.Indexes.Bytes + (state.Sketches?.MemoryBytes ?? 0),
            SketchBytes = state.Sketches is { } sketches ? sketches.BlockCount * sketches.Shape.BlockBytes : 0,
            CompactionAdvised = dead >= AdvisedDeadRows && dead >= rows * AdvisedDeadShare,
        };
    }

    internal IReadOnlyList<BucketStatistics> GetLargestBuckets(int count)
    {
        if (count is < 1 or > StorageLimits.MaxTop)
            throw new ArgumentOutOfRangeException(
                nameof(count), count, $"{count} buckets were asked for; it must be 1 to {StorageLimits.MaxTop}.");
        using StateLease lease = _core.Live.Acquire();
        return BucketCounter.Largest(lease.State, count);
    }

    private async IAsyncEnumerable<CollectionStatistics> WatchAsync(
        TimeSpan interval, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(interval);
        do
        {
            yield return await GetStatisticsAsync(cancellationToken).ConfigureAwait(false);
        }
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false));
    }

    private static Task<T> RunHere<T>(Func<T> read, CancellationToken cancellationToken) =>
        RunHere(read, static read => read(), cancellationToken);

    /// <summary>Runs a read where it is called.</summary>
    /// <param name="call">What the read is given, so that it need not capture it.</param>
    /// <param name="read">The read.</param>
    /// <param name="cancellationToken">Gives up.</param>
    private static Task<TResult> RunHere<TCall, TResult>(TCall call, Func<TCall, TResult> read, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<TResult>(cancellationToken);
        try
        {
            return Task.FromResult(read(call));
        }
        catch (OperationCanceledException exception) when (cancellationToken.IsCancellationRequested)
        {
            return Task.FromCanceled<TResult>(
                exception.CancellationToken.IsCancellationRequested ? exception.CancellationToken : cancellationToken);
        }
#pragma warning disable CA1031 // Whatever it is, the task tells it.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return Task.FromException<TResult>(exception);
        }
    }

    private Task<T> RunOnPoolAsync<T>(Func<T> read, CancellationToken cancellationToken)
    {
        try
        {
            ThrowIfClosed();
        }
        catch (HashDbException closed)
        {
            return Task.FromException<T>(closed);
        }
        return Task.Run(read, cancellationToken);
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
