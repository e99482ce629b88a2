// One collection on a server: each call is one request, except imports, batches that are longer than a frame, and watching.
using HashDb.Checks;
using HashDb.Models;
using HashDb.Models.Files;
using HashDb.Protocol;
using HashDb.Protocol.Messages;
using HashDb.Storage.Learning;
using HashDb.Telemetry;
using Microsoft.Extensions.Logging;

namespace HashDb.Client.Internal.Remote;

internal sealed class RemoteCollection(
    Requests requests, CollectionDescription description, WriteSequences sequences, ILogger logger) : HashDbCollection
{
    // A batch of queries is sent in parts of this size, so that it is not limited by the length of a frame.
    private const int MaxQueryBytes = 16 * 1024 * 1024;

    public override string Name => description.Name;

    public override int Dimensions => description.Dimensions;

    public override DistanceMetric Metric => description.Metric;

    public override Task<CollectionDescription> DescribeAsync(CancellationToken cancellationToken = default) =>
        Telemetry.MeasureAsync("describe", Name, async () =>
            (
                await requests.SendAsync<CollectionRequest,
                DescriptionAnswer>(Opcode.DescribeCollection, Request, cancellationToken).ConfigureAwait(false)).Description);

    public override Task InsertAsync(IReadOnlyList<VectorRecord> records, CancellationToken cancellationToken = default) =>
        Telemetry.MeasureAsync(
            "insert",
            Name,
            async () => { await StoreAsync<EmptyMessage>(Opcode.Insert, records, cancellationToken).ConfigureAwait(false); });

    public override Task<int> UpsertAsync(IReadOnlyList<VectorRecord> records, CancellationToken cancellationToken = default) =>
        Telemetry.MeasureAsync(
            "upsert",
            Name,
            async () => (int)(await StoreAsync<CountAnswer>(Opcode.Upsert, records, cancellationToken).ConfigureAwait(false)).Count);

    public override Task<int> DeleteAsync(IReadOnlyList<VectorId> ids, CancellationToken cancellationToken = default) =>
        Telemetry.MeasureAsync("delete", Name, async () =>
        {
            ArgumentNullException.ThrowIfNull(ids);
            requests.Pool.ThrowIfClosed();
            RecordChecks.CheckBatch(ids, nameof(ids));
            return (int)(await WriteAsync<DeleteRequest, CountAnswer>(
                Opcode.Delete, ids.Count, stamp => new DeleteRequest(
                    Name, ids, stamp.ClientId, stamp.SequenceNumber), cancellationToken).ConfigureAwait(false)).Count;
        });

    public override Task<IReadOnlyList<VectorRecord?>> GetAsync(
        IReadOnlyList<VectorId> ids, CancellationToken cancellationToken = default) =>
        Telemetry.MeasureAsync("get", Name, async () =>
        {
            IdLists.Check(ids);
            IReadOnlyList<RecordsAnswer> parts = await requests.SendManyAsync<GetRequest, RecordsAnswer>(
                Opcode.Get, new GetRequest(Name, ids), cancellationToken).ConfigureAwait(false);
            return RemoteAnswers.Records(parts, ids.Count);
        });

    public override Task<ProbeResult> ProbeAsync(
        ReadOnlyMemory<float> query, int radius, ProbeStrategy strategy = ProbeStrategy.Automatic,
        CancellationToken cancellationToken = default) =>
        Telemetry.MeasureAsync("probe", Name, async () =>
        {
            var request = new ProbeRequest(Name, new QueryVectors(query), radius, strategy);
            ProbeResult result = RemoteAnswers.Probe(await requests.SendManyAsync<ProbeRequest, HitsAnswer<ProbeHit, ProbeHitCodec>>(
                Opcode.Probe, request, cancellationToken).ConfigureAwait(false));
            QueryMetrics.Record(Name, result.Statistics);
            return result;
        });

    public override Task<IReadOnlyList<ProbeResult>> ProbeBatchAsync(
        ReadOnlyMemory<float> queries, int radius, ProbeStrategy strategy = ProbeStrategy.Automatic,
        CancellationToken cancellationToken = default) =>
        Telemetry.MeasureAsync("probe_batch", Name, () => BatchAsync<ProbeRequest, ProbeHit, ProbeHitCodec, ProbeResult>(
            Opcode.ProbeBatch,
            queries,
            part => new ProbeRequest(Name, new QueryVectors(part), radius, strategy),
            static (hits, statistics) => new ProbeResult(hits, statistics),
            static result => result.Statistics,
            cancellationToken));

    public override Task<SearchResult> SearchAsync(
        ReadOnlyMemory<float> query, SearchOptions? options = null, CancellationToken cancellationToken = default) =>
        Telemetry.MeasureAsync("search", Name, async () =>
        {
            var request = new SearchRequest(Name, new QueryVectors(query), options ?? SearchRequest.Defaults);
            SearchResult result = RemoteAnswers.Search(await requests.SendManyAsync<SearchRequest, HitsAnswer<SearchHit, SearchHitCodec>>(
                Opcode.Search, request, cancellationToken).ConfigureAwait(false));
            QueryMetrics.Record(Name, result.Statistics);
            return result;
        });

    public override Task<IReadOnlyList<SearchResult>> SearchBatchAsync(
        ReadOnlyMemory<float> queries, SearchOptions? options = null, CancellationToken cancellationToken = default) =>
        Telemetry.MeasureAsync("search_batch", Name, () => BatchAsync<SearchRequest, SearchHit, SearchHitCodec, SearchResult>(
            Opcode.SearchBatch,
            queries,
            part => new SearchRequest(Name, new QueryVectors(part), options ?? SearchRequest.Defaults),
            static (hits, statistics) => new SearchResult(hits, statistics),
            static result => result.Statistics,
            cancellationToken));

    public override Task<ImportProgress> ImportAsync(
        IAsyncEnumerable<VectorRecord> records,
        ImportOptions? options = null,
        IProgress<ImportProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        Telemetry.MeasureAsync("import", Name, async () =>
        {
            ArgumentNullException.ThrowIfNull(records);
            requests.Pool.ThrowIfClosed();
            await using var lane = new ImportLane(requests, this);
            return await BulkImport.RunLoggedAsync(
                description, lane.InsertAsync, GetNextSequenceNumberAsync, records, options
                    ?? new ImportOptions(), progress, logger, cancellationToken).ConfigureAwait(false);
        });

    public override Task<CollectionStatistics> GetStatisticsAsync(CancellationToken cancellationToken = default) =>
        Telemetry.MeasureAsync("statistics", Name, async () =>
            (
                await requests.SendAsync<CollectionRequest,
                StatisticsAnswer>(Opcode.GetStatistics, Request, cancellationToken).ConfigureAwait(false)).Statistics);

    public override IAsyncEnumerable<CollectionStatistics> WatchStatisticsAsync(
        TimeSpan interval, CancellationToken cancellationToken = default)
    {
        int milliseconds = StatisticsInterval.Check(interval);
        requests.Pool.ThrowIfClosed();
        return StatisticsWatch.RunAsync(requests, new SubscribeStatisticsRequest(Name, milliseconds), cancellationToken);
    }

    public override Task<IReadOnlyList<BucketStatistics>> GetLargestBucketsAsync(
        int count, CancellationToken cancellationToken = default) =>
        Telemetry.MeasureAsync("largest_buckets", Name, async () =>
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
            return RemoteAnswers.Buckets(await requests.SendManyAsync<LargestBucketsRequest, BucketsAnswer>(
                Opcode.GetLargestBuckets, new LargestBucketsRequest(Name, count), cancellationToken).ConfigureAwait(false));
        });

    public override Task CheckpointAsync(CancellationToken cancellationToken = default) =>
        Telemetry.MeasureAsync("checkpoint", Name, async () =>
        {
            await requests.SendAsync<CollectionRequest, EmptyMessage>(
                Opcode.Checkpoint, Request, cancellationToken, CallKind.Long).ConfigureAwait(false);
        });

    public override Task<CompactionReport> CompactAsync(CancellationToken cancellationToken = default) =>
        Telemetry.MeasureAsync("compact", Name, async () =>
            (
                await requests.SendAsync<CollectionRequest,
                CompactionAnswer>(Opcode.Compact, Request, cancellationToken, CallKind.Once).ConfigureAwait(false)).Report);

    public override Task<LearnReport> LearnAsync(IReadOnlyList<LabelledVector> items, CancellationToken cancellationToken = default) =>
        Telemetry.MeasureAsync("learn", Name, async () =>
        {
            ArgumentNullException.ThrowIfNull(items);
            requests.Pool.ThrowIfClosed();
            LearnChecks.CheckItems(items, Dimensions);
            return items.Count == 0
                ? new LearnReport(0, 0)
                : (await WriteAsync<LearnRequest, LearnAnswer>(
                    Opcode.Learn, items.Count, stamp => new LearnRequest(
                        Name, items, stamp.ClientId, stamp.SequenceNumber), cancellationToken).ConfigureAwait(false)).Report;
        });

    public override Task<DraftStatistics?> GetDraftStatisticsAsync(CancellationToken cancellationToken = default) =>
        Telemetry.MeasureAsync("draft_statistics", Name, async () =>
            (
                await requests.SendAsync<CollectionRequest,
                DraftAnswer>(Opcode.DescribeDraft, Request, cancellationToken).ConfigureAwait(false)).Draft);

    public override Task DiscardDraftAsync(CancellationToken cancellationToken = default) =>
        Telemetry.MeasureAsync("discard_draft", Name, async () =>
        {
            requests.Pool.ThrowIfClosed();
            await WriteAsync<DiscardDraftRequest, EmptyMessage>(
                Opcode.DiscardDraft, 1, stamp => new DiscardDraftRequest(
                    Name, stamp.ClientId, stamp.SequenceNumber), cancellationToken).ConfigureAwait(false);
        });

    public override Task<GenerationReport> PublishAsync(
        GenerationOptions? options = null, IProgress<GenerationProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Telemetry.MeasureAsync(
            "publish",
            Name,
            () => ChangeAsync(Opcode.Publish, new PublishRequest(Name, options ?? new GenerationOptions()), progress, cancellationToken));

    public override Task<GenerationReport> ReindexAsync(
        IHashModel model, GenerationOptions? options = null, IProgress<GenerationProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        Telemetry.MeasureAsync("reindex", Name, () =>
        {
            ArgumentNullException.ThrowIfNull(model);
            return ChangeAsync(
                Opcode.Reindex,
                new ReindexRequest(Name, HashModelFile.ToBytes(model), options ?? new GenerationOptions()),
                progress,
                cancellationToken);
        });

    public override Task<GenerationReport> RollbackAsync(
        IProgress<GenerationProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Telemetry.MeasureAsync("rollback", Name, () => ChangeAsync(Opcode.Rollback, Request, progress, cancellationToken));

    public override Task DropPreviousAsync(CancellationToken cancellationToken = default) =>
        Telemetry.MeasureAsync("drop_previous", Name, async () =>
        {
            await requests.SendAsync<CollectionRequest, EmptyMessage>(
                Opcode.DropPrevious, Request, cancellationToken, CallKind.Once).ConfigureAwait(false);
        });

    private CollectionRequest Request => new(Name);

    /// <summary>Refuses records that cannot be sent, by the rules and with the words of the engine.</summary>
    internal void Check(IReadOnlyList<VectorRecord> records) => RecordChecks.CheckRecords(records, Dimensions, Metric);

    private async Task<long> GetNextSequenceNumberAsync(Guid clientId, CancellationToken cancellationToken) =>
        (await requests.SendAsync<NextSequenceNumberRequest, CountAnswer>(
            Opcode.GetNextSequenceNumber, new NextSequenceNumberRequest(Name, clientId), cancellationToken).ConfigureAwait(false)).Count;

    /// <summary>A change of generation: frames of progress, then what was done.</summary>
    private async Task<GenerationReport> ChangeAsync<TRequest>(
        Opcode opcode, TRequest message, IProgress<GenerationProgress>? progress, CancellationToken cancellationToken)
        where TRequest : IMessage<TRequest> =>
        (await requests.SendAsync<TRequest, GenerationAnswer>(
            opcode,
            message,
            cancellationToken,
            CallKind.Once,
            progress: body => progress?.Report(MessageCodec.Read<GenerationProgressAnswer>(body).Progress)).ConfigureAwait(false)).Report;

    private async Task<TAnswer> StoreAsync<TAnswer>(Opcode opcode, IReadOnlyList<VectorRecord> records, CancellationToken cancellationToken)
        where TAnswer : struct, IMessage<TAnswer>
    {
        ArgumentNullException.ThrowIfNull(records);
        requests.Pool.ThrowIfClosed();
        Check(records);
        return await WriteAsync<StoreRequest, TAnswer>(
            opcode, records.Count, stamp => new StoreRequest(
                Name, records, stamp.ClientId, stamp.SequenceNumber), cancellationToken).ConfigureAwait(false);
    }

    private async Task<TAnswer> WriteAsync<TRequest, TAnswer>(
        Opcode opcode, int count, Func<WriteStamp, TRequest> make, CancellationToken cancellationToken)
        where TRequest : IMessage<TRequest>
        where TAnswer : struct, IMessage<TAnswer>
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (count == 0)
            return default;
        WriteStamp stamp = sequences.Take();
        while (true)
        {
            var state = new RetryState();
            try
            {
                TAnswer answer = await requests.SendAsync<TRequest, TAnswer>(
                    opcode, make(stamp), cancellationToken, CallKind.Repeatable, state).ConfigureAwait(false);
                sequences.Return(stamp with { SequenceNumber = stamp.SequenceNumber + count });
                return answer;
            }
            catch (Exception refusal) when (refusal is ArgumentException
                or HashDbException { Code: HashDbErrorCode.DuplicateId or HashDbErrorCode.UnsupportedOperation })
            {
                // Nothing was done, so the next write of this id has the same number.
                sequences.Return(stamp);
                throw;
            }
            catch (HashDbException gap) when (gap.Code == HashDbErrorCode.WriteGap && stamp.SequenceNumber > 0 && state.SentCount == 1)
            {
                // Sent once and refused, so nothing was done: the collection has forgotten the id, or is another of the same name.
                stamp = WriteSequences.Fresh();
            }
        }
    }

    private async Task<IReadOnlyList<TResult>> BatchAsync<TRequest, THit, TCodec, TResult>(
        Opcode opcode,
        ReadOnlyMemory<float> queries,
        Func<ReadOnlyMemory<float>, TRequest> make,
        Func<IReadOnlyList<THit>, SearchStatistics, TResult> combine,
        Func<TResult, SearchStatistics> statisticsOf,
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
        foreach (TResult result in results)
            QueryMetrics.Record(Name, statisticsOf(result));
        return results;
    }
}
