using HashDb.Telemetry;
using Microsoft.Extensions.Logging;

namespace HashDb.Client.Internal.Measured;

/// <summary>Measures a collection, whichever implements it.</summary>
internal sealed class MeasuredCollection(HashDbCollection inner, ILogger logger) : HashDbCollection
{
    private readonly MeasuredLearning _learning = new(inner);
    private readonly MeasuredMaintenance _maintenance = new(inner, logger);

    public override string Name => inner.Name;

    public override int Dimensions => inner.Dimensions;

    public override DistanceMetric Metric => inner.Metric;

    public override KeyKind Keys => inner.Keys;

    public override HashDbLearning Learning => _learning;

    public override HashDbMaintenance Maintenance => _maintenance;

    public override Task<CollectionDescription> DescribeAsync(CancellationToken cancellationToken = default) =>
        ClientTelemetry.MeasureAsync("describe", Name, () => inner.DescribeAsync(cancellationToken));

    public override Task InsertAsync(
        RecordBatch batch, WriteStamp? stamp = null, CancellationToken cancellationToken = default) =>
        MeasureAsync("insert", () => inner.InsertAsync(batch, stamp, cancellationToken));

    public override Task<int> UpsertAsync(
        RecordBatch batch, WriteStamp? stamp = null, CancellationToken cancellationToken = default) =>
        MeasureAsync("upsert", () => inner.UpsertAsync(batch, stamp, cancellationToken));

    public override Task<int> DeleteAsync(
        IReadOnlyList<VectorId> ids, WriteStamp? stamp = null, CancellationToken cancellationToken = default) =>
        MeasureAsync("delete", () => inner.DeleteAsync(ids, stamp, cancellationToken));

    public override Task<long> GetNextSequenceNumberAsync(Guid clientId, CancellationToken cancellationToken = default) =>
        MeasureAsync("next_sequence_number", () => inner.GetNextSequenceNumberAsync(clientId, cancellationToken));

    public override Task<ClientRegistration> RegisterAsync(Guid clientId, CancellationToken cancellationToken = default) =>
        MeasureAsync("register", () => inner.RegisterAsync(clientId, cancellationToken));

    public override Task<IReadOnlyList<VectorRecord?>> GetAsync(
        IReadOnlyList<VectorId> ids, CancellationToken cancellationToken = default) =>
        MeasureAsync("get", () => inner.GetAsync(ids, cancellationToken));

    public override Task<IReadOnlyList<VectorRecord>> ListAsync(
        ListOptions? options = null, CancellationToken cancellationToken = default) =>
        MeasureAsync("list", () => inner.ListAsync(options, cancellationToken));

    public override Task<long> CountAsync(Filter? filter = null, CancellationToken cancellationToken = default) =>
        MeasureAsync("count", () => inner.CountAsync(filter, cancellationToken));

    public override Task<long> DeleteAsync(Filter filter, CancellationToken cancellationToken = default) =>
        MeasureAsync("delete_matching", () => inner.DeleteAsync(filter, cancellationToken));

    public override Task<bool> UpdateFieldsAsync(VectorId id, RecordFields fields, CancellationToken cancellationToken = default) =>
        MeasureAsync("update_fields", () => inner.UpdateFieldsAsync(id, fields, cancellationToken));

    public override Task<bool> CreateIndexAsync(string field, CancellationToken cancellationToken = default) =>
        MeasureAsync("create_index", () => inner.CreateIndexAsync(field, cancellationToken));

    public override Task<bool> DropIndexAsync(string field, CancellationToken cancellationToken = default) =>
        MeasureAsync("drop_index", () => inner.DropIndexAsync(field, cancellationToken));

    public override Task<IReadOnlyList<IndexStatistics>> ListIndexesAsync(CancellationToken cancellationToken = default) =>
        MeasureAsync("list_indexes", () => inner.ListIndexesAsync(cancellationToken));

    public override Task<ProbeResult> ProbeAsync(
        ReadOnlyMemory<float> query, ProbeOptions options, CancellationToken cancellationToken = default) =>
        ClientTelemetry.MeasureAsync(
            "probe",
            Name,
            (Inner: inner, Query: query, Options: options, Cancellation: cancellationToken),
            static call => call.Inner.ProbeAsync(call.Query, call.Options, call.Cancellation),
            static (collection, result) => QueryMetrics.Record(collection!, result.Statistics));

    public override Task<IReadOnlyList<ProbeResult>> ProbeBatchAsync(
        ReadOnlyMemory<float> queries, ProbeOptions options, CancellationToken cancellationToken = default) =>
        MeasureAsync("probe_batch", async () =>
        {
            IReadOnlyList<ProbeResult> results = await inner.ProbeBatchAsync(queries, options, cancellationToken).ConfigureAwait(false);
            foreach (ProbeResult result in results)
                QueryMetrics.Record(Name, result.Statistics);
            return results;
        });

    public override Task<HashcodeProbeResult> ProbeHashcodesAsync(
        ReadOnlyMemory<byte> hashcodes, int count, ProbeOptions options, CancellationToken cancellationToken = default) =>
        MeasureAsync("probe_hashcodes", async () =>
        {
            HashcodeProbeResult result =
                await inner.ProbeHashcodesAsync(hashcodes, count, options, cancellationToken).ConfigureAwait(false);
            QueryMetrics.Record(Name, result.Statistics);
            return result;
        });

    public override Task<SearchResult> SearchAsync(
        ReadOnlyMemory<float> query, SearchOptions? options = null, CancellationToken cancellationToken = default) =>
        ClientTelemetry.MeasureAsync(
            "search",
            Name,
            (Inner: inner, Query: query, Options: options, Cancellation: cancellationToken),
            static call => call.Inner.SearchAsync(call.Query, call.Options, call.Cancellation),
            static (collection, result) => QueryMetrics.Record(collection!, result.Statistics));

    public override Task<IReadOnlyList<SearchResult>> SearchBatchAsync(
        ReadOnlyMemory<float> queries, SearchOptions? options = null, CancellationToken cancellationToken = default) =>
        MeasureAsync("search_batch", async () =>
        {
            IReadOnlyList<SearchResult> results = await inner.SearchBatchAsync(queries, options, cancellationToken).ConfigureAwait(false);
            foreach (SearchResult result in results)
                QueryMetrics.Record(Name, result.Statistics);
            return results;
        });

    // The base class's loop over the inserts of this class: so each batch is measured as well.
    public override Task<ImportProgress> ImportAsync(
        IAsyncEnumerable<VectorRecord> records,
        ImportOptions? options = null,
        IProgress<ImportProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        MeasureAsync("import", async () =>
        {
            try
            {
                ImportProgress done = await base.ImportAsync(records, options, progress, cancellationToken)
                    .ConfigureAwait(false);
                Log.Imported(logger, done.AcknowledgedRecords, Name, done.Elapsed.TotalMilliseconds);
                return done;
            }
            catch (ImportException error)
            {
                Log.ImportFailed(logger, Name, error);
                throw;
            }
        });

    public override Task<CollectionStatistics> GetStatisticsAsync(CancellationToken cancellationToken = default) =>
        MeasureAsync("statistics", () => inner.GetStatisticsAsync(cancellationToken));

    public override IAsyncEnumerable<CollectionStatistics> WatchStatisticsAsync(
        TimeSpan interval, CancellationToken cancellationToken = default) => inner.WatchStatisticsAsync(interval, cancellationToken);

    public override Task<IReadOnlyList<BucketStatistics>> GetLargestBucketsAsync(
        int count, CancellationToken cancellationToken = default) =>
        MeasureAsync("largest_buckets", () => inner.GetLargestBucketsAsync(count, cancellationToken));

    private Task<T> MeasureAsync<T>(string operation, Func<Task<T>> body) =>
        ClientTelemetry.MeasureAsync(operation, Name, body);

    private Task MeasureAsync(string operation, Func<Task> body) => ClientTelemetry.MeasureAsync(operation, Name, body);
}
