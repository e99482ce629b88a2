using HashDb.Models;

namespace HashDb.Client.Tests.Support;

/// <summary>A collection that stores nothing: a stamped insert ends when the test says so.</summary>
/// <param name="insert">Called with the number of records of each batch.</param>
/// <param name="dimensions">Length of its vectors.</param>
internal sealed class HeldCollection(Func<int, Task> insert, int dimensions) : HashDbCollection
{
    private long _inserted;

    public override string Name => "items";

    public override int Dimensions => dimensions;

    public override DistanceMetric Metric => DistanceMetric.Cosine;

    public override KeyKind Keys => KeyKind.Number;

    public override HashDbLearning Learning => throw new NotSupportedException();

    public override HashDbMaintenance Maintenance => throw new NotSupportedException();

    public override Task<CollectionDescription> DescribeAsync(CancellationToken cancellationToken = default) =>
        Task.FromResult(new CollectionDescription(Name, Dimensions, Metric, "lsh", 16, 1, default));

    public override Task InsertAsync(
        RecordBatch batch, WriteStamp? stamp = null, CancellationToken cancellationToken = default)
    {
        stamp.ShouldNotBeNull().SequenceNumber.ShouldBe(_inserted);
        _inserted += batch.Count;
        return insert(batch.Count);
    }

    public override Task<int> UpsertAsync(
        RecordBatch batch, WriteStamp? stamp = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public override Task<int> DeleteAsync(
        IReadOnlyList<VectorId> ids, WriteStamp? stamp = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public override Task<long> GetNextSequenceNumberAsync(Guid clientId, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public override Task<IReadOnlyList<VectorRecord>> ListAsync(
        ListOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public override Task<long> CountAsync(Filter? filter = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public override Task<long> DeleteAsync(Filter filter, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public override Task<bool> UpdateFieldsAsync(VectorId id, RecordFields fields, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public override Task<bool> CreateIndexAsync(string field, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public override Task<bool> DropIndexAsync(string field, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public override Task<IReadOnlyList<IndexStatistics>> ListIndexesAsync(CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public override Task<ClientRegistration> RegisterAsync(Guid clientId, CancellationToken cancellationToken = default) =>
        Task.FromResult(new ClientRegistration { Next = new WriteStamp(clientId, 0, 1), MayBeForgotten = false });

    public override Task<IReadOnlyList<VectorRecord?>> GetAsync(
        IReadOnlyList<VectorId> ids, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public override Task<ProbeResult> ProbeAsync(
        ReadOnlyMemory<float> query, ProbeOptions options, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public override Task<IReadOnlyList<ProbeResult>> ProbeBatchAsync(
        ReadOnlyMemory<float> queries, ProbeOptions options, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public override Task<HashcodeProbeResult> ProbeHashcodesAsync(
        ReadOnlyMemory<byte> hashcodes, int count, ProbeOptions options, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public override Task<SearchResult> SearchAsync(
        ReadOnlyMemory<float> query, SearchOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public override Task<IReadOnlyList<SearchResult>> SearchBatchAsync(
        ReadOnlyMemory<float> queries, SearchOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public override Task<CollectionStatistics> GetStatisticsAsync(CancellationToken cancellationToken = default) =>
        throw new NotSupportedException();

    public override IAsyncEnumerable<CollectionStatistics> WatchStatisticsAsync(
        TimeSpan interval, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public override Task<IReadOnlyList<BucketStatistics>> GetLargestBucketsAsync(
        int count, CancellationToken cancellationToken = default) => throw new NotSupportedException();
}
