// One collection, kept by an engine in this process. EmbeddedClient.cs says where work runs and why.
using System.Runtime.CompilerServices;
using HashDb.Checks;
using HashDb.Models;
using HashDb.Storage;
using HashDb.Telemetry;
using Microsoft.Extensions.Logging;

namespace HashDb.Client.Internal;

internal sealed class EmbeddedCollection(EmbeddedClient owner, Collection collection, ILogger logger) : HashDbCollection
{
    private readonly CollectionDescription _fixed = collection.Description;

    public override string Name => _fixed.Name;

    public override int Dimensions => _fixed.Dimensions;

    public override DistanceMetric Metric => _fixed.Metric;

    public override Task<CollectionDescription> DescribeAsync(CancellationToken cancellationToken = default) =>
        RunAsync("describe", () => collection.Description, cancellationToken);

    public override Task InsertAsync(IReadOnlyList<VectorRecord> records, CancellationToken cancellationToken = default) =>
        Telemetry.MeasureAsync("insert", Name, () =>
        {
            ArgumentNullException.ThrowIfNull(records);
            owner.ThrowIfClosed();
            return collection.InsertAsync(records, cancellationToken);
        });

    public override Task<int> UpsertAsync(IReadOnlyList<VectorRecord> records, CancellationToken cancellationToken = default) =>
        Telemetry.MeasureAsync("upsert", Name, () =>
        {
            ArgumentNullException.ThrowIfNull(records);
            owner.ThrowIfClosed();
            return collection.UpsertAsync(records, cancellationToken);
        });

    public override Task<int> DeleteAsync(IReadOnlyList<VectorId> ids, CancellationToken cancellationToken = default) =>
        Telemetry.MeasureAsync("delete", Name, () =>
        {
            ArgumentNullException.ThrowIfNull(ids);
            owner.ThrowIfClosed();
            return collection.DeleteAsync(ids, cancellationToken);
        });

    public override Task<IReadOnlyList<VectorRecord?>> GetAsync(
        IReadOnlyList<VectorId> ids, CancellationToken cancellationToken = default) =>
        RunAsync<IReadOnlyList<VectorRecord?>>("get", () =>
        {
            IdLists.Check(ids);
            var found = new VectorRecord?[ids.Count];
            for (int i = 0; i < found.Length; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                found[i] = collection.Get(ids[i]);
            }

            return found;
        }, cancellationToken);

    public override Task<ProbeResult> ProbeAsync(
        ReadOnlyMemory<float> query, int radius, ProbeStrategy strategy = ProbeStrategy.Automatic,
        CancellationToken cancellationToken = default) =>
        RunAsync("probe", () =>
        {
            ProbeResult result = collection.Probe(query.Span, radius, strategy, cancellationToken);
            QueryMetrics.Record(Name, result.Statistics);
            return result;
        }, cancellationToken);

    public override Task<IReadOnlyList<ProbeResult>> ProbeBatchAsync(
        ReadOnlyMemory<float> queries, int radius, ProbeStrategy strategy = ProbeStrategy.Automatic,
        CancellationToken cancellationToken = default) =>
        RunOnPoolAsync("probe_batch", () =>
        {
            IReadOnlyList<ProbeResult> results = collection.ProbeBatch(queries, radius, strategy, cancellationToken);
            foreach (ProbeResult result in results)
                QueryMetrics.Record(Name, result.Statistics);
            return results;
        }, cancellationToken);

    public override Task<SearchResult> SearchAsync(
        ReadOnlyMemory<float> query, SearchOptions? options = null, CancellationToken cancellationToken = default) =>
        RunAsync("search", () =>
        {
            SearchResult result = collection.Search(query.Span, options, cancellationToken);
            QueryMetrics.Record(Name, result.Statistics);
            return result;
        }, cancellationToken);

    public override Task<IReadOnlyList<SearchResult>> SearchBatchAsync(
        ReadOnlyMemory<float> queries, SearchOptions? options = null, CancellationToken cancellationToken = default) =>
        RunOnPoolAsync("search_batch", () =>
        {
            IReadOnlyList<SearchResult> results = collection.SearchBatch(queries, options, cancellationToken);
            foreach (SearchResult result in results)
                QueryMetrics.Record(Name, result.Statistics);
            return results;
        }, cancellationToken);

    public override Task<ImportProgress> ImportAsync(
        IAsyncEnumerable<VectorRecord> records,
        ImportOptions? options = null,
        IProgress<ImportProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        Telemetry.MeasureAsync("import", Name, async () =>
        {
            ArgumentNullException.ThrowIfNull(records);
            owner.ThrowIfClosed();
            return await BulkImport.RunLoggedAsync(
                _fixed, InsertAsync, GetNextSequenceNumberAsync, records, options
                    ?? new ImportOptions(), progress, logger, cancellationToken).ConfigureAwait(false);
        });

    public override Task<CollectionStatistics> GetStatisticsAsync(CancellationToken cancellationToken = default) =>
        RunOnPoolAsync("statistics", collection.GetStatistics, cancellationToken);

    public override IAsyncEnumerable<CollectionStatistics> WatchStatisticsAsync(
        TimeSpan interval, CancellationToken cancellationToken = default)
    {
        StatisticsInterval.Check(interval);
        owner.ThrowIfClosed();
        return WatchAsync(interval, cancellationToken);
    }

    public override Task<IReadOnlyList<BucketStatistics>> GetLargestBucketsAsync(
        int count, CancellationToken cancellationToken = default) =>
        RunOnPoolAsync("largest_buckets", () =>
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
            return collection.GetLargestBuckets(count);
        }, cancellationToken);

    public override Task CheckpointAsync(CancellationToken cancellationToken = default) =>
        Telemetry.MeasureAsync("checkpoint", Name, () =>
        {
            owner.ThrowIfClosed();
            return collection.CheckpointAsync(cancellationToken);
        });

    public override Task<LearnReport> LearnAsync(IReadOnlyList<LabelledVector> items, CancellationToken cancellationToken = default) =>
        Telemetry.MeasureAsync("learn", Name, () =>
        {
            ArgumentNullException.ThrowIfNull(items);
            owner.ThrowIfClosed();
            return collection.LearnAsync(items, cancellationToken);
        });

    public override Task<DraftStatistics?> GetDraftStatisticsAsync(CancellationToken cancellationToken = default) =>
        RunOnPoolAsync("draft_statistics", collection.GetDraftStatistics, cancellationToken);

    public override Task DiscardDraftAsync(CancellationToken cancellationToken = default) =>
        Telemetry.MeasureAsync("discard_draft", Name, () =>
        {
            owner.ThrowIfClosed();
            return collection.DiscardDraftAsync(cancellationToken);
        });

    public override Task<GenerationReport> PublishAsync(
        GenerationOptions? options = null, IProgress<GenerationProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Telemetry.MeasureAsync("publish", Name, () =>
        {
            owner.ThrowIfClosed();
            return collection.PublishAsync(options, progress, cancellationToken);
        });

    public override Task<GenerationReport> ReindexAsync(
        IHashModel model, GenerationOptions? options = null, IProgress<GenerationProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        Telemetry.MeasureAsync("reindex", Name, () =>
        {
            owner.ThrowIfClosed();
            return collection.ReindexAsync(model, options, progress, cancellationToken);
        });

    public override Task<GenerationReport> RollbackAsync(
        IProgress<GenerationProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Telemetry.MeasureAsync("rollback", Name, () =>
        {
            owner.ThrowIfClosed();
            return collection.RollbackAsync(progress, cancellationToken);
        });

    public override Task DropPreviousAsync(CancellationToken cancellationToken = default) =>
        Telemetry.MeasureAsync("drop_previous", Name, () =>
        {
            owner.ThrowIfClosed();
            return collection.DropPreviousAsync(cancellationToken);
        });

    public override Task<CompactionReport> CompactAsync(CancellationToken cancellationToken = default) =>
        Telemetry.MeasureAsync("compact", Name, async () =>
        {
            owner.ThrowIfClosed();
            CompactionReport report = await collection.CompactAsync(cancellationToken).ConfigureAwait(false);
            Log.Compacted(logger, Name, report.RowsBefore, report.BytesBefore, report.RowsAfter, report.BytesAfter);
            return report;
        });

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

    private Task InsertAsync(IReadOnlyList<VectorRecord> records, WriteStamp stamp) =>
        Telemetry.MeasureAsync("insert", Name, () =>
        {
            owner.ThrowIfClosed();
            return collection.InsertAsync(records, stamp, CancellationToken.None);
        });

    private Task<long> GetNextSequenceNumberAsync(Guid clientId, CancellationToken cancellationToken)
    {
        owner.ThrowIfClosed();
        return collection.GetNextSequenceNumberAsync(clientId, cancellationToken);
    }

    private Task<T> RunAsync<T>(string operation, Func<T> body, CancellationToken cancellationToken) =>
        Telemetry.MeasureAsync(operation, Name, () =>
        {
            owner.ThrowIfClosed();
            cancellationToken.ThrowIfCancellationRequested();
            return Task.FromResult(body());
        });

    private Task<T> RunOnPoolAsync<T>(string operation, Func<T> body, CancellationToken cancellationToken) =>
        Telemetry.MeasureAsync(operation, Name, () =>
        {
            owner.ThrowIfClosed();
            return Task.Run(body, cancellationToken);
        });
}
