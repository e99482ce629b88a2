// What reads. Runs on a pool thread, at once with others of the same connection; short reads of all connections take turns.
//
// Memory: an answer that may be longer than ServerContext.SmallBytes takes its share of the request memory before it is computed,
// where its size is known; a probe, whose size is not, right after it was computed and before the next is. Records are read
// one frame at a time, as the client takes them.
using HashDb.Protocol;
using HashDb.Protocol.Messages;
using HashDb.Server.Internal.Connections;
using HashDb.Storage;
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
        new ServerOperation<CollectionRequest>(Opcode.DescribeCollection, "describe", Describe) { IsShort = true },
        new ServerOperation<GetRequest>(Opcode.Get, "get", Get) { IsShort = true },
        new ServerOperation<ProbeRequest>(Opcode.Probe, "probe", ProbeAsync) { IsShort = true },
        new ServerOperation<ProbeRequest>(Opcode.ProbeBatch, "probe_batch", ProbeBatchAsync),
        new ServerOperation<SearchRequest>(Opcode.Search, "search", Search) { IsShort = true },
        new ServerOperation<SearchRequest>(Opcode.SearchBatch, "search_batch", SearchBatchAsync),
        new ServerOperation<CollectionRequest>(Opcode.GetStatistics, "statistics", GetStatistics),
        new ServerOperation<LargestBucketsRequest>(Opcode.GetLargestBuckets, "largest_buckets", GetLargestBuckets),
        new ServerOperation<SubscribeStatisticsRequest>(
            Opcode.SubscribeStatistics, "subscribe_statistics", SubscribeStatisticsAsync) { IsEndless = true },
    ];

    private static ValueTask ListCollections(ServerRequest request, EmptyMessage message) =>
        request.SendAsync(new NamesAnswer(request.Server.Database.CollectionNames));

    private static ValueTask Describe(ServerRequest request, CollectionRequest message) =>
        request.SendAsync(new DescriptionAnswer(request.Open(message.Collection).Description));

    private static ValueTask Get(ServerRequest request, GetRequest message) =>
        request.SendAllAsync(AnswerParts.OfRecords(new StoredRecords(request.Open(message.Collection), message.Ids)));

    private static ValueTask Search(ServerRequest request, SearchRequest message)
    {
        Collection collection = request.Open(message.Collection);
        return message.Options.Top * HitBytes > ServerContext.SmallBytes
            ? SearchLargeAsync(request, message, collection)
            : SearchNow(request, message, collection);
    }

    private static async ValueTask SearchLargeAsync(ServerRequest request, SearchRequest message, Collection collection)
    {
        message.Options.Validate();
        await request.ReserveAsync(message.Options.Top * HitBytes).ConfigureAwait(false);
        await SearchNow(request, message, collection).ConfigureAwait(false);
    }

    // At most StorageLimits.MaxTop hits, which fit one frame.
    private static ValueTask SearchNow(ServerRequest request, SearchRequest message, Collection collection)
    {
        SearchResult result = collection.Search(message.Queries.Values.Span, message.Options, request.CancellationToken);
        QueryMetrics.Record(message.Collection, result.Statistics);
        return request.SendAsync(new HitsAnswer<SearchHit, SearchHitCodec>(result.Hits, 0, result.Hits.Count, result.Statistics));
    }

    private static async ValueTask SearchBatchAsync(ServerRequest request, SearchRequest message)
    {
        Collection collection = request.Open(message.Collection);
        message.Options.Validate();
        long queries = message.Queries.Values.Length / collection.Description.Dimensions;
        await request.ReserveAsync(queries * (message.Options.Top * HitBytes + ResultBytes)).ConfigureAwait(false);
        IReadOnlyList<SearchResult> results = collection.SearchBatch(message.Queries.Values, message.Options, request.CancellationToken);
        foreach (SearchResult result in results)
            QueryMetrics.Record(message.Collection, result.Statistics);
        await request.SendAllAsync(AnswerParts.OfBatch(results)).ConfigureAwait(false);
    }

    private static async ValueTask ProbeAsync(ServerRequest request, ProbeRequest message)
    {
        Collection collection = request.Open(message.Collection);
        ProbeResult result = collection.Probe(message.Queries.Values.Span, message.Radius, message.Strategy, request.CancellationToken);
        QueryMetrics.Record(message.Collection, result.Statistics);
        await request.ReserveAsync(result.Hits.Count * HitBytes).ConfigureAwait(false);
        await request.SendAllAsync(AnswerParts.OfHits<ProbeHit, ProbeHitCodec>(result.Hits, result.Statistics)).ConfigureAwait(false);
    }

    private static async ValueTask ProbeBatchAsync(ServerRequest request, ProbeRequest message)
    {
        Collection collection = request.Open(message.Collection);
        IReadOnlyList<ProbeResult> results =
            collection.ProbeBatch(message.Queries.Values, message.Radius, message.Strategy, request.CancellationToken);
        long bytes = 0;
        foreach (ProbeResult result in results)
        {
            QueryMetrics.Record(message.Collection, result.Statistics);
            bytes += result.Hits.Count * HitBytes + ResultBytes;
        }

        await request.ReserveAsync(bytes).ConfigureAwait(false);
        await request.SendAllAsync(AnswerParts.OfBatch(results)).ConfigureAwait(false);
    }

    private static ValueTask GetStatistics(ServerRequest request, CollectionRequest message) =>
        request.SendAsync(new StatisticsAnswer(request.Open(message.Collection).GetStatistics()));

    private static ValueTask GetLargestBuckets(ServerRequest request, LargestBucketsRequest message) =>
        request.SendAllAsync(AnswerParts.OfBuckets(request.Open(message.Collection).GetLargestBuckets(message.Count)));

    private static async ValueTask SubscribeStatisticsAsync(ServerRequest request, SubscribeStatisticsRequest message)
    {
        Collection collection = request.Open(message.Collection);
        while (true)
        {
            await request.SendMoreAsync(new StatisticsAnswer(collection.GetStatistics())).ConfigureAwait(false);
            await Task.Delay(message.IntervalMilliseconds, request.CancellationToken).ConfigureAwait(false);
        }
    }
}
