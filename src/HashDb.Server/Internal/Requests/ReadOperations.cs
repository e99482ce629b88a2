// What reads. Runs on a pool thread, at once with others of the same connection; short reads of all connections take turns.
//
// Memory: an answer that may be longer than ServerContext.SmallBytes takes its share of the request memory before it is computed,
// where its size is known; a probe, whose size is not, right after it was computed and before the next is. Records are read
// one frame at a time, as the client takes them.
using System.Runtime.CompilerServices;
using HashDb.Checks;
using HashDb.Protocol;
using HashDb.Protocol.Messages;
using HashDb.Server.Internal.Connections;
using HashDb.Telemetry;

namespace HashDb.Server.Internal.Requests;

internal static class ReadOperations
{
    /// <summary>Bytes of a hit in memory: an id and a distance, padded.</summary>
    private const long HitBytes = 16;

    /// <summary>Bytes of a result in memory besides its hits.</summary>
    private const long ResultBytes = 128;

    public static IReadOnlyList<ServerOperation> All { get; } =
    [
        new ServerOperation<EmptyMessage>(Opcode.ListCollections, "list_collections", ListCollections) { IsShort = true },
        new ServerOperation<CollectionRequest>(Opcode.DescribeCollection, "describe", DescribeAsync) { IsShort = true },
        new ServerOperation<GetRequest>(Opcode.Get, "get", GetAsync) { IsShort = true },
        new ServerOperation<ProbeRequest>(Opcode.Probe, "probe", ProbeAsync) { IsShort = true },
        new ServerOperation<ProbeRequest>(Opcode.ProbeBatch, "probe_batch", ProbeBatchAsync),
        new ServerOperation<SearchRequest>(Opcode.Search, "search", SearchAsync) { IsShort = true },
        new ServerOperation<SearchRequest>(Opcode.SearchBatch, "search_batch", SearchBatchAsync),
        new ServerOperation<CollectionRequest>(Opcode.GetStatistics, "statistics", GetStatisticsAsync),
        new ServerOperation<LargestBucketsRequest>(Opcode.GetLargestBuckets, "largest_buckets", GetLargestBucketsAsync),
        new ServerOperation<SubscribeStatisticsRequest>(
            Opcode.SubscribeStatistics, "subscribe_statistics", SubscribeStatisticsAsync) { IsEndless = true },
    ];

    private static ValueTask ListCollections(ServerRequest request, EmptyMessage message) =>
        request.SendAsync(new NamesAnswer(request.Server.Database.CollectionNames));

    private static async ValueTask DescribeAsync(ServerRequest request, CollectionRequest message) =>
        await request.SendAsync(new DescriptionAnswer(
            await request.Open(message.Collection).DescribeAsync(request.CancellationToken).ConfigureAwait(false))).ConfigureAwait(false);

    private static async ValueTask GetAsync(ServerRequest request, GetRequest message)
    {
        IdLists.Check(message.Ids);
        IAsyncEnumerable<VectorRecord?> records = ReadAsync(request.Open(message.Collection), message.Ids, request.CancellationToken);
        await request.SendAllAsync(AnswerParts.OfRecordsAsync(records)).ConfigureAwait(false);
    }

    /// <summary>Reads each record when it is looked at, so that no more of them are in memory than the client takes.</summary>
    private static async IAsyncEnumerable<VectorRecord?> ReadAsync(
        HashDbCollection collection, IReadOnlyList<VectorId> ids, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (VectorId id in ids)
            yield return await collection.GetAsync(id, cancellationToken).ConfigureAwait(false);
    }

    // At most StorageLimits.MaxTop hits, which fit one frame.
    private static async ValueTask SearchAsync(ServerRequest request, SearchRequest message)
    {
        HashDbCollection collection = request.Open(message.Collection);
        if (message.Options.Top * HitBytes > ServerContext.SmallBytes)
        {
            message.Options.Validate();
            await request.ReserveAsync(message.Options.Top * HitBytes).ConfigureAwait(false);
        }
        SearchResult result = await collection.SearchAsync(message.Queries.Values, message.Options, request.CancellationToken)
            .ConfigureAwait(false);
        QueryMetrics.Record(message.Collection, result.Statistics);
        await request.SendAsync(new HitsAnswer<SearchHit, SearchHitCodec>(result.Hits, 0, result.Hits.Count, result.Statistics))
            .ConfigureAwait(false);
    }

    private static async ValueTask SearchBatchAsync(ServerRequest request, SearchRequest message)
    {
        HashDbCollection collection = request.Open(message.Collection);
        message.Options.Validate();
        long queries = message.Queries.Values.Length / collection.Dimensions;
        await request.ReserveAsync(queries * (message.Options.Top * HitBytes + ResultBytes)).ConfigureAwait(false);
        IReadOnlyList<SearchResult> results = await collection
            .SearchBatchAsync(message.Queries.Values, message.Options, request.CancellationToken).ConfigureAwait(false);
        foreach (SearchResult result in results)
            QueryMetrics.Record(message.Collection, result.Statistics);
        await request.SendAllAsync(AnswerParts.OfBatch(results)).ConfigureAwait(false);
    }

    private static async ValueTask ProbeAsync(ServerRequest request, ProbeRequest message)
    {
        HashDbCollection collection = request.Open(message.Collection);
        ProbeResult result = await collection.ProbeAsync(message.Queries.Values, message.Options, request.CancellationToken)
            .ConfigureAwait(false);
        QueryMetrics.Record(message.Collection, result.Statistics);
        await request.ReserveAsync(result.Hits.Count * HitBytes).ConfigureAwait(false);
        await request.SendAllAsync(AnswerParts.OfHits<ProbeHit, ProbeHitCodec>(result.Hits, result.Statistics)).ConfigureAwait(false);
    }

    private static async ValueTask ProbeBatchAsync(ServerRequest request, ProbeRequest message)
    {
        HashDbCollection collection = request.Open(message.Collection);
        IReadOnlyList<ProbeResult> results = await collection
            .ProbeBatchAsync(message.Queries.Values, message.Options, request.CancellationToken).ConfigureAwait(false);
        long bytes = 0;
        foreach (ProbeResult result in results)
        {
            QueryMetrics.Record(message.Collection, result.Statistics);
            bytes += result.Hits.Count * HitBytes + ResultBytes;
        }

        await request.ReserveAsync(bytes).ConfigureAwait(false);
        await request.SendAllAsync(AnswerParts.OfBatch(results)).ConfigureAwait(false);
    }

    private static async ValueTask GetStatisticsAsync(ServerRequest request, CollectionRequest message) =>
        await request.SendAsync(new StatisticsAnswer(
            await request.Open(message.Collection).GetStatisticsAsync(request.CancellationToken).ConfigureAwait(false)))
            .ConfigureAwait(false);

    private static async ValueTask GetLargestBucketsAsync(ServerRequest request, LargestBucketsRequest message) =>
        await request.SendAllAsync(AnswerParts.OfBuckets(
            await request.Open(message.Collection).GetLargestBucketsAsync(message.Count, request.CancellationToken).ConfigureAwait(false)))
            .ConfigureAwait(false);

    private static async ValueTask SubscribeStatisticsAsync(ServerRequest request, SubscribeStatisticsRequest message)
    {
        HashDbCollection collection = request.Open(message.Collection);
        while (true)
        {
            await request.SendMoreAsync(new StatisticsAnswer(
                await collection.GetStatisticsAsync(request.CancellationToken).ConfigureAwait(false))).ConfigureAwait(false);
            await Task.Delay(message.IntervalMilliseconds, request.CancellationToken).ConfigureAwait(false);
        }
    }
}
