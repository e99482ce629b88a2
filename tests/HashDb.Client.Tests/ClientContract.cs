// What every implementation of HashDbConnection keeps. A subclass says how a database is opened; the tests are the same for
// all, and so are the answers they expect. The parts: this file databases and collections, then one file for each of
// writing, searching, importing, errors, and disks that fail.
using HashDb.Client.Tests.Support;
using HashDb.Models.Files;
using HashDb.Models.Kinds.Lsh;
using HashDb.Protocol;
using HashDb.Protocol.Messages;
using HashDb.Storage;

namespace HashDb.Client.Tests;

public abstract partial class ClientContract : IAsyncLifetime
{
    private readonly TemporaryDirectory _directory = new();
    private HashDbConnection? _client;

    /// <summary>The client of the test, on a database of its own.</summary>
    protected HashDbConnection Client => _client!;

    protected string DatabasePath => _directory["database"];

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Opens the database in a directory through the implementation under test.</summary>
    protected abstract Task<HashDbConnection> OpenAsync(string path, DatabaseOptions options);

    public async ValueTask InitializeAsync() => _client = await OpenAsync(DatabasePath, new DatabaseOptions());

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        _directory.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Database_new_has_no_collections() => (await Client.ListCollectionsAsync(Cancellation)).ShouldBeEmpty();

    [Fact]
    public async Task CreateCollection_is_described_and_listed_in_ordinal_order()
    {
        await Client.CreateCollectionAsync("pictures", Data.Options(DistanceMetric.Euclidean, tableCount: 2), Cancellation);
        await Client.CreateCollectionAsync("Texts", Data.Options(), Cancellation);

        (await Client.ListCollectionsAsync(Cancellation)).ShouldBe(["Texts", "pictures"]);
        HashDbCollection pictures = await Client.GetCollectionAsync("pictures", Cancellation);
        pictures.Name.ShouldBe("pictures");
        pictures.Dimensions.ShouldBe(Data.Dimensions);
        pictures.Metric.ShouldBe(DistanceMetric.Euclidean);
        (await pictures.DescribeAsync(Cancellation)).ShouldBe(new CollectionDescription(
            "pictures", Data.Dimensions, DistanceMetric.Euclidean, LshModel.KindName, Data.BitCount, 2,
            HashModelFile.Fingerprint(Data.Model(2))));
    }

    [Fact]
    public async Task GetOrCreateCollection_makes_a_collection_once_and_gives_it_afterwards()
    {
        HashDbCollection made = await Client.GetOrCreateCollectionAsync("items", Data.Options(), Cancellation);
        await made.InsertAsync(Data.Records(0, 10), cancellationToken: Cancellation);

        HashDbCollection again = await Client.GetOrCreateCollectionAsync("items", Data.Options(tableCount: 2), Cancellation);

        (await again.GetStatisticsAsync(Cancellation)).Count.ShouldBe(10);
        (await again.DescribeAsync(Cancellation)).TableCount.ShouldBe(1);
        (await Client.ListCollectionsAsync(Cancellation)).ShouldBe(["items"]);
    }

    [Fact]
    public async Task GetOrCreateCollection_by_many_at_one_time_makes_one()
    {
        HashDbCollection[] all = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => Client.GetOrCreateCollectionAsync("items", Data.Options(), Cancellation)));

        all.ShouldAllBe(collection => collection.Name == "items");
        (await Client.ListCollectionsAsync(Cancellation)).ShouldBe(["items"]);
    }

    [Fact]
    public async Task GetOrCreateCollection_of_another_metric_names_both_and_leaves_what_is_there()
    {
        await Client.CreateCollectionAsync("items", Data.Options(DistanceMetric.Euclidean), Cancellation);

        ArgumentException error =
            await Should.ThrowAsync<ArgumentException>(() => Client.GetOrCreateCollectionAsync("items", Data.Options(), Cancellation));

        error.Message.ShouldContain("Euclidean");
        error.Message.ShouldContain("Cosine");
        (await Client.GetCollectionAsync("items", Cancellation)).Metric.ShouldBe(DistanceMetric.Euclidean);
    }

    [Fact]
    public async Task GetOrCreateCollection_with_a_name_that_is_none_is_refused()
    {
        await Should.ThrowAsync<ArgumentException>(() => Client.GetOrCreateCollectionAsync(".hidden", Data.Options(), Cancellation));

        (await Client.ListCollectionsAsync(Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task DropCollection_leaves_the_others_and_frees_the_name()
    {
        HashDbCollection kept = await CreateAsync("kept", Data.Records(0, 10));
        await CreateAsync("gone", Data.Records(0, 10));

        await Client.DropCollectionAsync("gone", Cancellation);

        (await Client.ListCollectionsAsync(Cancellation)).ShouldBe(["kept"]);
        (await kept.GetStatisticsAsync(Cancellation)).Count.ShouldBe(10);
        HashDbCollection again = await Client.CreateCollectionAsync("gone", Data.Options(), Cancellation);
        (await again.GetStatisticsAsync(Cancellation)).Count.ShouldBe(0);
    }

    [Fact]
    public async Task Database_reopened_holds_everything_that_was_acknowledged()
    {
        HashDbCollection collection = await CreateAsync("items", Data.Records(0, 300));
        await collection.UpsertAsync(Data.Record(7, version: 1), Cancellation);
        await collection.DeleteAsync(new VectorId(8), Cancellation);
        SearchResult before = await collection.SearchAsync(Data.Vector(7), new SearchOptions { Radius = 6 }, Cancellation);

        collection = await ReopenAsync("items");

        (await collection.GetStatisticsAsync(Cancellation)).Count.ShouldBe(299);
        Data.ShouldBeSame(await collection.GetAsync(new VectorId(7), Cancellation), Data.Record(7, version: 1));
        (await collection.GetAsync(new VectorId(8), Cancellation)).ShouldBeNull();
        SearchResult after = await collection.SearchAsync(Data.Vector(7), new SearchOptions { Radius = 6 }, Cancellation);
        after.Hits.ShouldBe(before.Hits);
    }

    [Fact]
    public async Task Statistics_count_live_records_and_dead_rows()
    {
        HashDbCollection collection = await CreateAsync("items", Data.Records(0, 100));
        await collection.DeleteAsync([new VectorId(1), new VectorId(2)], cancellationToken: Cancellation);
        await collection.UpsertAsync(Data.Record(3, version: 1), Cancellation);

        CollectionStatistics statistics = await collection.GetStatisticsAsync(Cancellation);

        statistics.Name.ShouldBe("items");
        statistics.Count.ShouldBe(98);
        statistics.DeadRows.ShouldBe(3);
        statistics.DurableSequenceNumber.ShouldBe(statistics.LastSequenceNumber);
        statistics.DiskBytes.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Statistics_watched_show_each_write_until_the_caller_stops()
    {
        HashDbCollection collection = await CreateAsync("items", Data.Records(0, 10));
        TimeSpan interval = TimeSpan.FromMilliseconds(ProtocolLimits.MinStatisticsIntervalMilliseconds);
        var counts = new List<long>();
        int stored = 10;

        await foreach (CollectionStatistics statistics in collection.WatchStatisticsAsync(interval, Cancellation))
        {
            counts.Add(statistics.Count);
            if (statistics.Count == 30)
                break;
            // The figures may be older than the last write.
            if (stored < 30)
                await collection.InsertAsync(Data.Records(stored, 10), cancellationToken: Cancellation);
            stored += 10;
        }

        counts[0].ShouldBe(10);
        counts[^1].ShouldBe(30);
        counts.ShouldBeInOrder();
    }

    [Fact]
    public async Task Statistics_watched_end_when_the_caller_cancels()
    {
        HashDbCollection collection = await CreateAsync("items", []);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);

        await Should.ThrowAsync<OperationCanceledException>(async () =>
        {
            await foreach (CollectionStatistics statistics in collection.WatchStatisticsAsync(TimeSpan.FromHours(1), stop.Token))
                await stop.CancelAsync();
        });

        ArgumentOutOfRangeException error =
            Should.Throw<ArgumentOutOfRangeException>(() => collection.WatchStatisticsAsync(TimeSpan.Zero, Cancellation));
        error.Message.ShouldContain($"{ProtocolLimits.MinStatisticsIntervalMilliseconds}");
    }

    [Fact]
    public async Task Checkpoint_reaches_the_last_operation()
    {
        HashDbCollection collection = await CreateAsync("items", Data.Records(0, 100));

        await collection.Maintenance.CheckpointAsync(Cancellation);
        CollectionStatistics one = await collection.GetStatisticsAsync(Cancellation);
        one.CheckpointSequenceNumber.ShouldBe(one.LastSequenceNumber);

        await collection.InsertAsync(Data.Records(100, 10), cancellationToken: Cancellation);
        await Client.CheckpointAsync(Cancellation);
        CollectionStatistics all = await collection.GetStatisticsAsync(Cancellation);
        all.CheckpointSequenceNumber.ShouldBe(all.LastSequenceNumber);
        all.LastSequenceNumber.ShouldBeGreaterThan(one.LastSequenceNumber);
    }

    [Fact]
    public async Task Compact_drops_dead_rows_and_changes_no_answer()
    {
        HashDbCollection collection = await CreateAsync("items", Data.Records(0, 200));
        await collection.DeleteAsync([.. Enumerable.Range(0, 100).Select(i => new VectorId((ulong)i))], cancellationToken: Cancellation);
        SearchResult before = await collection.SearchAsync(Data.Vector(150), new SearchOptions { Top = 20, Radius = 8 }, Cancellation);

        CompactionReport report = await collection.Maintenance.CompactAsync(Cancellation);

        report.RowsBefore.ShouldBe(200);
        report.RowsAfter.ShouldBe(100);
        CollectionStatistics after = await collection.GetStatisticsAsync(Cancellation);
        after.Count.ShouldBe(100);
        after.DeadRows.ShouldBe(0);
        (await collection.SearchAsync(
            Data.Vector(150), new SearchOptions { Top = 20, Radius = 8 }, Cancellation)).Hits.ShouldBe(before.Hits);
    }

    [Fact]
    public async Task Backup_opens_as_a_database_with_the_same_records()
    {
        await CreateAsync("items", Data.Records(0, 150));
        string target = _directory["copy"];

        await Client.BackupAsync(target, Cancellation);

        await using HashDbConnection copy = await OpenAsync(target, new DatabaseOptions { CreateIfMissing = false });
        HashDbCollection items = await copy.GetCollectionAsync("items", Cancellation);
        (await items.GetStatisticsAsync(Cancellation)).Count.ShouldBe(150);
        foreach (VectorRecord record in Data.Records(0, 150))
            Data.ShouldBeSame(await items.GetAsync(record.Id, Cancellation), record);
    }

    [Fact]
    public async Task Client_disposed_twice_is_closed_once_and_refuses_calls()
    {
        HashDbCollection collection = await CreateAsync("items", Data.Records(0, 3));
        await Client.DisposeAsync();
        await Client.DisposeAsync();

        (await Should.ThrowAsync<HashDbException>(() => Client.ListCollectionsAsync(Cancellation))).Code.ShouldBe(HashDbErrorCode.Closed);
        (await Should.ThrowAsync<HashDbException>(
            () => collection.InsertAsync(Data.Records(5, 1), cancellationToken: Cancellation))).Code.ShouldBe(HashDbErrorCode.Closed);
        (await Should.ThrowAsync<HashDbException>(
            () => collection.SearchAsync(Data.Vector(1), null, Cancellation))).Code.ShouldBe(HashDbErrorCode.Closed);
    }

    protected async Task<HashDbCollection> CreateAsync(
        string name, IReadOnlyList<VectorRecord> records, DistanceMetric metric = DistanceMetric.Cosine, int tableCount = 1)
    {
        HashDbCollection collection = await Client.CreateCollectionAsync(name, Data.Options(metric, tableCount), Cancellation);
        if (records.Count > 0)
            await collection.InsertAsync(records, cancellationToken: Cancellation);
        return collection;
    }

    protected async Task<HashDbCollection> ReopenAsync(string name)
    {
        await Client.DisposeAsync();
        _client = await OpenAsync(DatabasePath, new DatabaseOptions { CreateIfMissing = false });
        return await Client.GetCollectionAsync(name, Cancellation);
    }
}
