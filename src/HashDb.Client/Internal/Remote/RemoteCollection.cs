// One collection on a server: each call is one request, except batches that are longer than a frame, and watching. Arguments whose
// faults must have the same message wherever the database runs are checked here with the engine's own rules.
using HashDb.Checks;
using HashDb.Fields;
using HashDb.Protocol;
using HashDb.Protocol.Messages;

namespace HashDb.Client.Internal.Remote;

internal sealed class RemoteCollection(Requests requests, CollectionDescription description, WriteSequences sequences) : HashDbCollection
{
    // A batch of queries is sent in parts of this size, so that it is not limited by the length of a frame.
    public const int MaxQueryBytes = 16 * 1024 * 1024;

    private readonly RemoteWrites _writes = new(requests, sequences, description.Name);
    private readonly StampedInserts _stampedInserts = new(requests);

    public override string Name => description.Name;

    public override int Dimensions => description.Dimensions;

    public override DistanceMetric Metric => description.Metric;

    public override KeyKind Keys => description.Keys;

    public override HashDbLearning Learning => new RemoteLearning(requests, _writes, description);

    public override HashDbMaintenance Maintenance => new RemoteMaintenance(requests, Name);

    private CollectionRequest Request => new(Name);

    public override async Task<CollectionDescription> DescribeAsync(CancellationToken cancellationToken = default) =>
        (await requests.SendAsync<CollectionRequest, DescriptionAnswer>(Opcode.DescribeCollection, Request, cancellationToken)
            .ConfigureAwait(false)).Description;

    public override async Task InsertAsync(
        RecordBatch batch, WriteStamp? stamp = null, CancellationToken cancellationToken = default)
    {
        RecordChecks.CheckRecords(batch, Dimensions, Metric, Keys);
        if (stamp is { } given && batch.Count > 0)
        {
            RecordChecks.CheckStamp(given, batch.Count);
            cancellationToken.ThrowIfCancellationRequested();
            await _stampedInserts.InsertAsync(Store(batch, given), given.ClientId, cancellationToken).ConfigureAwait(false);
            return;
        }
        await _writes.SendAsync<StoreRequest, EmptyMessage>(
            Opcode.Insert, batch.Count, stamp, own => Store(batch, own), cancellationToken).ConfigureAwait(false);
    }

    public override async Task<int> UpsertAsync(
        RecordBatch batch, WriteStamp? stamp = null, CancellationToken cancellationToken = default)
    {
        RecordChecks.CheckRecords(batch, Dimensions, Metric, Keys);
        return (int)(await _writes.SendAsync<StoreRequest, CountAnswer>(
            Opcode.Upsert, batch.Count, stamp, own => Store(batch, own), cancellationToken).ConfigureAwait(false)).Count;
    }

    public override async Task<int> DeleteAsync(
        IReadOnlyList<VectorId> ids, WriteStamp? stamp = null, CancellationToken cancellationToken = default)
    {
        RecordChecks.CheckBatch(ids, nameof(ids));
        return (int)(await _writes.SendAsync<DeleteRequest, CountAnswer>(
            Opcode.Delete,
            ids.Count,
            stamp,
            own => new DeleteRequest(Name, ids, own),
            cancellationToken).ConfigureAwait(false)).Count;
    }

    public override async Task<long> GetNextSequenceNumberAsync(Guid clientId, CancellationToken cancellationToken = default) =>
        (await requests.SendAsync<NextSequenceNumberRequest, CountAnswer>(
            Opcode.GetNextSequenceNumber, new NextSequenceNumberRequest(Name, clientId), cancellationToken).ConfigureAwait(false)).Count;

    public override Task<ClientRegistration> RegisterAsync(Guid clientId, CancellationToken cancellationToken = default)
    {
        RecordChecks.CheckClientId(clientId, nameof(clientId));
        return _writes.RegisterAsync(clientId, cancellationToken);
    }

    public override async Task<IReadOnlyList<VectorRecord?>> GetAsync(
        IReadOnlyList<VectorId> ids, CancellationToken cancellationToken = default)
    {
        IdLists.Check(ids);
        return RemoteAnswers.Records(
            await requests.SendManyAsync<GetRequest, RecordsAnswer>(Opcode.Get, new GetRequest(Name, ids), cancellationToken)
                .ConfigureAwait(false),
            ids.Count);
    }

    public override async Task<IReadOnlyList<VectorRecord>> ListAsync(
        ListOptions? options = null, CancellationToken cancellationToken = default) =>
        RemoteAnswers.Listed(await requests.SendManyAsync<ListRequest, RecordsAnswer>(
            Opcode.List, new ListRequest(Name, options ?? new ListOptions()), cancellationToken).ConfigureAwait(false));

    public override async Task<long> CountAsync(Filter? filter = null, CancellationToken cancellationToken = default) =>
        (await requests.SendAsync<FilterRequest, CountAnswer>(Opcode.Count, new FilterRequest(Name, filter), cancellationToken)
            .ConfigureAwait(false)).Count;

    public override async Task<long> DeleteAsync(Filter filter, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return (await requests.SendAsync<FilterRequest, CountAnswer>(
            Opcode.DeleteMatching, new FilterRequest(Name, filter), cancellationToken, CallKind.Once).ConfigureAwait(false)).Count;
    }

    public override async Task<bool> UpdateFieldsAsync(VectorId id, RecordFields fields, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(fields);
        var request = new UpdateFieldsRequest(Name, id, fields.Encode());
        CountAnswer changed = await requests.SendAsync<UpdateFieldsRequest, CountAnswer>(
            Opcode.UpdateFields, request, cancellationToken, CallKind.Once).ConfigureAwait(false);
        return changed.Count == 1;
    }

    public override Task<bool> CreateIndexAsync(string field, CancellationToken cancellationToken = default) =>
        ChangeIndexAsync(Opcode.CreateIndex, field, cancellationToken);

    public override Task<bool> DropIndexAsync(string field, CancellationToken cancellationToken = default) =>
        ChangeIndexAsync(Opcode.DropIndex, field, cancellationToken);

    public override async Task<IReadOnlyList<IndexStatistics>> ListIndexesAsync(CancellationToken cancellationToken = default) =>
        (await requests.SendAsync<CollectionRequest, IndexesAnswer>(Opcode.ListIndexes, Request, cancellationToken)
            .ConfigureAwait(false)).Indexes;

    public override async Task<ProbeResult> ProbeAsync(
        ReadOnlyMemory<float> query, ProbeOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var request = new ProbeRequest(Name, new QueryVectors(query), options);
        return RemoteAnswers.Probe(await requests.SendManyAsync<ProbeRequest, HitsAnswer<ProbeHit, ProbeHitCodec>>(
            Opcode.Probe, request, cancellationToken).ConfigureAwait(false));
    }

    public override Task<IReadOnlyList<ProbeResult>> ProbeBatchAsync(
        ReadOnlyMemory<float> queries, ProbeOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        return BatchAsync<ProbeRequest, ProbeHit, ProbeHitCodec, ProbeResult>(
            Opcode.ProbeBatch,
            queries,
            part => new ProbeRequest(Name, new QueryVectors(part), options),
            static (hits, statistics) => new ProbeResult { Hits = hits, Statistics = statistics },
            cancellationToken);
    }

    public override Task<HashcodeProbeResult> ProbeHashcodesAsync(
        ReadOnlyMemory<byte> hashcodes, int count, ProbeOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        HashcodeChecks.CheckCount(count);
        return RemoteHashcodes.ProbeAsync(requests, Name, hashcodes, count, options, cancellationToken);
    }

    public override async Task<SearchResult> SearchAsync(
        ReadOnlyMemory<float> query, SearchOptions? options = null, CancellationToken cancellationToken = default)
    {
        var request = new SearchRequest(Name, new QueryVectors(query), options ?? SearchRequest.Defaults);
        return RemoteAnswers.Search(await requests.SendManyAsync<SearchRequest, HitsAnswer<SearchHit, SearchHitCodec>>(
            Opcode.Search, request, cancellationToken).ConfigureAwait(false));
    }

    public override Task<IReadOnlyList<SearchResult>> SearchBatchAsync(
        ReadOnlyMemory<float> queries, SearchOptions? options = null, CancellationToken cancellationToken = default) =>
        BatchAsync<SearchRequest, SearchHit, SearchHitCodec, SearchResult>(
            Opcode.SearchBatch,
            queries,
            part => new SearchRequest(Name, new QueryVectors(part), options ?? SearchRequest.Defaults),
            static (hits, statistics) => new SearchResult { Hits = hits, Statistics = statistics },
            cancellationToken);

    public override async Task<CollectionStatistics> GetStatisticsAsync(CancellationToken cancellationToken = default) =>
        (await requests.SendAsync<CollectionRequest, StatisticsAnswer>(Opcode.GetStatistics, Request, cancellationToken)
            .ConfigureAwait(false)).Statistics;

    public override IAsyncEnumerable<CollectionStatistics> WatchStatisticsAsync(
        TimeSpan interval, CancellationToken cancellationToken = default)
    {
        int milliseconds = StatisticsInterval.Check(interval);
        requests.Pool.ThrowIfClosed();
        return StatisticsWatch.RunAsync(requests, new SubscribeStatisticsRequest(Name, milliseconds), cancellationToken);
    }

    public override async Task<IReadOnlyList<BucketStatistics>> GetLargestBucketsAsync(
        int count, CancellationToken cancellationToken = default) =>
        RemoteAnswers.Buckets(await requests.SendManyAsync<LargestBucketsRequest, BucketsAnswer>(
            Opcode.GetLargestBuckets, new LargestBucketsRequest(Name, count), cancellationToken).ConfigureAwait(false));

    // Once: sent again, it could undo what another client has been told of the index since.
    private async Task<bool> ChangeIndexAsync(Opcode opcode, string field, CancellationToken cancellationToken)
    {
        FieldNames.Check(field, nameof(field));
        return (await requests.SendAsync<IndexRequest, CountAnswer>(
            opcode, new IndexRequest(Name, field), cancellationToken, CallKind.Once).ConfigureAwait(false)).Count == 1;
    }

    private StoreRequest Store(RecordBatch batch, WriteStamp stamp) =>
        new(Name, batch, stamp);

    private async Task<IReadOnlyList<TResult>> BatchAsync<TRequest, THit, TCodec, TResult>(
        Opcode opcode,
        ReadOnlyMemory<float> queries,
        Func<ReadOnlyMemory<float>, TRequest> make,
        Func<IReadOnlyList<THit>, SearchStatistics, TResult> combine,
        CancellationToken cancellationToken)
        where TRequest : IMessage<TRequest>
        where TCodec : IHitCodec<THit>
    {
        int partLength = Math.Max(1, MaxQueryBytes / (sizeof(float) * Dimensions)) * Dimensions;
        if (queries.Length > partLength)
        {
            requests.Pool.ThrowIfClosed();
            RecordChecks.CheckQueries(queries, Dimensions, Metric);
        }
        var results = new List<TResult>();
        int start = 0;
        do
        {
            ReadOnlyMemory<float> part = queries.Slice(start, Math.Min(partLength, queries.Length - start));
            IReadOnlyList<HitsBatchAnswer<THit, TCodec>> answers = await requests.SendManyAsync<TRequest, HitsBatchAnswer<THit, TCodec>>(
                opcode, make(part), cancellationToken).ConfigureAwait(false);
            RemoteAnswers.AddBatch(answers, part.Length / Dimensions, combine, results);
            start += part.Length;
        }
        while (start < queries.Length);
        return results;
    }
}
