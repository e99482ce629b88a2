// What reads. Runs on a pool thread, at once with others of the same connection; short reads of all connections take turns.
//
// Memory: what an answer holds beyond ServerContext.SmallBytes is taken from the request memory before it is computed, where its size is
// known, and otherwise in slices as it is computed. Batches are answered piece by piece (QueryBatch.cs), and records are read one
// frame at a time, as the client takes them.
using System.Runtime.CompilerServices;
using HashDb.Checks;
using HashDb.Protocol;
using HashDb.Protocol.Messages;
using HashDb.Server.Internal.Connections;
using HashDb.Telemetry;

namespace HashDb.Server.Internal.Requests;

internal static class ReadOperations
{
    /// <summary>16 times the default: about a millisecond.</summary>
    private const int MaxShortCandidates = 16 * SearchOptions.DefaultCandidateLimit;

    private const int MaxShortResults = 1_000;

    /// <summary>2: the buckets of a few hundred hashcodes.</summary>
    private const int MaxShortRadius = 2;

    /// <summary>Bytes of a hit in memory: an id and a distance, padded, and of a search where the parts of its record are.</summary>
    private const long HitBytes = 24;

    /// <summary>Bytes of a record in memory besides its parts.</summary>
    private const long RecordBytes = 128;

    /// <summary>Bytes of a result in memory besides its hits.</summary>
    private const long ResultBytes = 256;

    /// <summary>Bytes of a row while the hashcodes of all are counted: its number, in an array that may be copied once.</summary>
    private const long CountedBytes = 2 * sizeof(uint);

    /// <summary>Bytes of a bucket in memory.</summary>
    private const long BucketBytes = 128;

    public static IReadOnlyList<ServerOperation> All { get; } =
    [
        new ServerOperation<EmptyMessage>(Opcode.ListCollections, "list_collections", ListCollections) { IsShort = true },
        new ServerOperation<CollectionRequest>(Opcode.DescribeCollection, "describe", DescribeAsync) { IsShort = true },
        new ServerOperation<GetRequest>(Opcode.Get, "get", GetAsync) { IsShort = true },
        new ServerOperation<ProbeRequest>(Opcode.Probe, "probe", ProbeAsync) { IsShort = true },
        new ServerOperation<ProbeRequest>(Opcode.ProbeBatch, "probe_batch", ProbeBatchAsync),
        new ServerOperation<ProbeHashcodesRequest>(Opcode.ProbeHashcodes, "probe_hashcodes", HashcodeProbe.RunAsync),
        new ServerOperation<SearchRequest>(Opcode.Search, "search", SearchAsync) { IsShort = true },
        new ServerOperation<SearchRequest>(Opcode.SearchBatch, "search_batch", SearchBatchAsync),
        new ServerOperation<ListRequest>(Opcode.List, "list", ListAsync),
        new ServerOperation<FilterRequest>(Opcode.Count, "count", CountAsync),
        new ServerOperation<CollectionRequest>(Opcode.GetStatistics, "statistics", GetStatisticsAsync),
        new ServerOperation<CollectionRequest>(Opcode.ListIndexes, "list_indexes", ListIndexesAsync) { IsShort = true },
        new ServerOperation<LargestBucketsRequest>(Opcode.GetLargestBuckets, "largest_buckets", GetLargestBucketsAsync),
        new ServerOperation<SubscribeStatisticsRequest>(
            Opcode.SubscribeStatistics, "subscribe_statistics", SubscribeStatisticsAsync) { IsEndless = true },
    ];

    private static ValueTask ListCollections(ServerRequest request, EmptyMessage message) =>
        request.SendAsync(new NamesAnswer(request.Server.Database.CollectionNames));

    private static async ValueTask DescribeAsync(ServerRequest request, CollectionRequest message) =>
        await request.SendAsync(new DescriptionAnswer(
            await request.Open(message.Collection).DescribeAsync(request.CancellationToken).ConfigureAwait(false))).ConfigureAwait(false);

    private static async ValueTask ListIndexesAsync(ServerRequest request, CollectionRequest message)
    {
        IReadOnlyList<IndexStatistics> indexes =
            await request.Open(message.Collection).ListIndexesAsync(request.CancellationToken).ConfigureAwait(false);
        await request.SendAsync(new IndexesAnswer(indexes)).ConfigureAwait(false);
    }

    private static async ValueTask GetAsync(ServerRequest request, GetRequest message)
    {
        IdLists.Check(message.Ids);
        IAsyncEnumerable<VectorRecord?> records = ReadAsync(request, request.Open(message.Collection), message.Ids);
        await request.SendAllAsync(AnswerParts.OfRecordsAsync(records)).ConfigureAwait(false);
    }

    /// <summary>
    /// Reads each record when it is looked at, so that no more of them are in memory than the client takes: those of one frame, and of
    /// the one before that has not been sent yet.
    /// </summary>
    private static async IAsyncEnumerable<VectorRecord?> ReadAsync(
        ServerRequest request, HashDbCollection collection, IReadOnlyList<VectorId> ids)
    {
        const long most = 2L * ProtocolLimits.AnswerFrameBytes;
        long held = 0;
        foreach (VectorId id in ids)
        {
            VectorRecord? record = await collection.GetAsync(id, request.CancellationToken).ConfigureAwait(false);
            long bytes = record is null ? sizeof(long) : AnswerParts.BytesOf(record);
            if (held < most)
            {
                await request.ChargeAsync(bytes).ConfigureAwait(false);
                held += bytes;
            }

            yield return record;
        }
    }

    /// <summary>
    /// False for what looks at as much as there is: it is longer work, and must not hold up the searches of others. A search for a recall,
    /// or for usual numbers of candidates and results, is a short read.
    /// </summary>
    private static bool IsShort(SearchOptions options) =>
        options is { Filter: null, Radius: null or <= MaxShortRadius, TargetRecall: null or < 1 }
        && (options.CandidateLimit ?? 0) <= MaxShortCandidates
        && options.Top + options.Skip <= MaxShortResults;

    private static async ValueTask SearchAsync(ServerRequest request, SearchRequest message)
    {
        HashDbCollection collection = request.Open(message.Collection);
        long most = MostBytes(collection, message.Options);
        if (most > ServerContext.SmallBytes)
        {
            message.Options.Validate();
            await request.ChargeAsync(most).ConfigureAwait(false);
        }

        if (!IsShort(message.Options))
            await request.TakeTurnAsync().ConfigureAwait(false);
        SearchResult result = await collection.SearchAsync(message.Queries.Values, message.Options, request.CancellationToken)
            .ConfigureAwait(false);
        if (most > ServerContext.SmallBytes)
            request.Release(Math.Max(0, most - BytesOf(result)));
        QueryMetrics.Record(message.Collection, result.Statistics);
        if (message.Options.Include == RecordParts.None && collection.Keys == KeyKind.Number)
        {
            // At most StorageLimits.MaxTop hits without records, which fit one frame.
            await request.SendAsync(new HitsAnswer<SearchHit, SearchHitCodec>(result.Hits, 0, result.Hits.Count, result.Statistics))
                .ConfigureAwait(false);
            return;
        }

        await request.SendAllAsync(AnswerParts.OfHits<SearchHit, SearchHitCodec>(result.Hits, result.Statistics)).ConfigureAwait(false);
    }

    /// <summary>What the hits of one search can take at most, with their keys and the parts of their records.</summary>
    private static long MostBytes(HashDbCollection collection, SearchOptions options) =>
        options.Top * (HitBytes + MostBytes(collection, options.Include));

    private static long MostBytes(HashDbCollection collection, RecordParts parts) =>
        (parts == RecordParts.None && collection.Keys == KeyKind.Number ? 0 : RecordBytes)
        + (collection.Keys == KeyKind.Number ? 0 : StorageLimits.MaxKeyBytes)
        + ((parts & RecordParts.Vector) == 0 ? 0 : collection.Dimensions * sizeof(float))
        + ((parts & (RecordParts.Fields | RecordParts.Labels)) == 0
            ? 0
            : StorageLimits.MaxPayloadBytes + (StorageLimits.MaxLabelCount * sizeof(int)));

    private static long BytesOf(SearchResult result)
    {
        long bytes = ResultBytes;
        foreach (SearchHit hit in result.Hits)
            bytes += HitBytes + (hit.Record is null ? 0 : AnswerParts.BytesOf(hit.Record));
        return bytes;
    }

    private static async ValueTask ListAsync(ServerRequest request, ListRequest message)
    {
        HashDbCollection collection = request.Open(message.Collection);
        message.Options.Validate();
        IReadOnlyList<VectorRecord> records;

        // It looks at every row.
        long most = (message.Options.Limit * MostBytes(collection, message.Options.Include))
            + (message.Options.OrderBy is null ? 0 : StorageLimits.MaxSortBytes);
        using (await request.EnterHeavyAsync(most).ConfigureAwait(false))
        {
            records = await collection.ListAsync(message.Options, request.CancellationToken).ConfigureAwait(false);
            request.Release(Math.Max(0, most - records.Sum(AnswerParts.BytesOf)));
        }

        await request.SendAllAsync(AnswerParts.OfRecordsAsync(ToAsync(records))).ConfigureAwait(false);
    }

    private static async IAsyncEnumerable<VectorRecord?> ToAsync(IReadOnlyList<VectorRecord> records)
    {
        await Task.CompletedTask.ConfigureAwait(false);
        foreach (VectorRecord record in records)
            yield return record;
    }

    private static async ValueTask CountAsync(ServerRequest request, FilterRequest message)
    {
        HashDbCollection collection = request.Open(message.Collection);
        long count;
        using (await request.EnterHeavyAsync().ConfigureAwait(false))
            count = await collection.CountAsync(message.Filter, request.CancellationToken).ConfigureAwait(false);
        await request.SendAsync(new CountAnswer(count)).ConfigureAwait(false);
    }

    private static async ValueTask SearchBatchAsync(ServerRequest request, SearchRequest message)
    {
        HashDbCollection collection = request.Open(message.Collection);
        message.Options.Validate();
        int count = RecordChecks.CheckQueries(message.Queries.Values, collection.Dimensions, collection.Metric);
        request.CheckCapacity(count * (message.Options.Top * HitBytes + ResultBytes));
        var batch = new QueryBatch<SearchResult>(
            request,
            count,
            i => collection.SearchAsync(
                message.Queries.Values.Slice(i * collection.Dimensions, collection.Dimensions), message.Options, request.CancellationToken),
            BytesOf);
        await request.SendAllAsync(batch.RunAsync(results =>
        {
            foreach (SearchResult result in results)
                QueryMetrics.Record(message.Collection, result.Statistics);
            return AnswerParts.OfBatch(results);
        })).ConfigureAwait(false);
    }

    private static async ValueTask ProbeAsync(ServerRequest request, ProbeRequest message)
    {
        HashDbCollection collection = request.Open(message.Collection);
        if (message.Options.Filter is not null || message.Options.Radius > MaxShortRadius)
            await request.TakeTurnAsync().ConfigureAwait(false);
        ProbeResult result = await request.ComputeAsync(
            () => collection.ProbeAsync(message.Queries.Values, message.Options, request.CancellationToken),
            static result => result.Hits.Count * HitBytes).ConfigureAwait(false);
        QueryMetrics.Record(message.Collection, result.Statistics);
        await request.SendAllAsync(AnswerParts.OfHits<ProbeHit, ProbeHitCodec>(result.Hits, result.Statistics)).ConfigureAwait(false);
    }

    private static async ValueTask ProbeBatchAsync(ServerRequest request, ProbeRequest message)
    {
        HashDbCollection collection = request.Open(message.Collection);
        message.Options.Validate();
        int count = RecordChecks.CheckQueries(message.Queries.Values, collection.Dimensions, collection.Metric);
        var batch = new QueryBatch<ProbeResult>(
            request,
            count,
            i => collection.ProbeAsync(
                message.Queries.Values.Slice(i * collection.Dimensions, collection.Dimensions), message.Options, request.CancellationToken),
            static result => result.Hits.Count * HitBytes + ResultBytes);
        await request.SendAllAsync(batch.RunAsync(results =>
        {
            foreach (ProbeResult result in results)
                QueryMetrics.Record(message.Collection, result.Statistics);
            return AnswerParts.OfBatch(results);
        })).ConfigureAwait(false);
    }

    private static async ValueTask GetStatisticsAsync(ServerRequest request, CollectionRequest message) =>
        await request.SendAsync(new StatisticsAnswer(
            await request.Open(message.Collection).GetStatisticsAsync(request.CancellationToken).ConfigureAwait(false)))
            .ConfigureAwait(false);

    // Every hashcode is counted, whatever the number that is asked for; one request does it at a time.
    private static async ValueTask GetLargestBucketsAsync(ServerRequest request, LargestBucketsRequest message)
    {
        HashDbCollection collection = request.Open(message.Collection);
        IReadOnlyList<BucketStatistics> buckets;
        CollectionStatistics statistics = await collection.GetStatisticsAsync(request.CancellationToken).ConfigureAwait(false);
        long counted = ((statistics.Count + statistics.DeadRows) * CountedBytes)
            + (Math.Min(message.Count, StorageLimits.MaxTop) * BucketBytes);
        using (await request.EnterHeavyAsync(counted).ConfigureAwait(false))
        {
            buckets = await collection.GetLargestBucketsAsync(message.Count, request.CancellationToken).ConfigureAwait(false);
            request.Release(counted - Math.Min(counted, buckets.Count * BucketBytes));
        }

        await request.SendAllAsync(AnswerParts.OfBuckets(buckets)).ConfigureAwait(false);
    }

    private static async ValueTask SubscribeStatisticsAsync(ServerRequest request, SubscribeStatisticsRequest message)
    {
        HashDbCollection collection = request.Open(message.Collection);
        using IDisposable subscription = request.EnterSubscription();
        for (bool isFirst = true; ; isFirst = false)
        {
            EncodedAnswer figures =
                await request.Server.Statistics.GetAsync(collection, isFirst, request.CancellationToken).ConfigureAwait(false);
            await request.SendMoreAsync(figures).ConfigureAwait(false);
            await Task.Delay(
                SharedStatistics.DelayOf(message.IntervalMilliseconds, Environment.TickCount64), request.CancellationToken)
                .ConfigureAwait(false);
        }
    }
}
