using HashDb.Storage.Faults.Checks;
using HashDb.Storage.Files;
using HashDb.Storage.Tests.Support;

namespace HashDb.Storage.Tests.Faults;

/// <summary>A device that is full or fails: what was refused leaves nothing, what was acknowledged stays.</summary>
public sealed class FailedWriteTests : IDisposable
{
    private const int Dimensions = 8;
    private readonly TemporaryDirectory _directory = new();
    private readonly FaultPoints _points = new();

    public void Dispose()
    {
        _points.Hook = null;
        _directory.Dispose();
    }

    [Theory]
    [InlineData(FaultPoints.BeforeRecordsWritten)]
    [InlineData(FaultPoints.AfterRecordsWritten)]
    [InlineData(FaultPoints.LogAppend)]
    public async Task Write_to_a_full_device_leaves_nothing_and_can_be_tried_again(string point)
    {
        Dictionary<ulong, StoredItem> kept = Items(0, 20);
        Dictionary<ulong, StoredItem> refused = Items(100, 15);
        await using (HashDatabase database = await OpenAsync())
        {
            Collection collection = database.GetCollection("c");
            await collection.InsertAsync(Records(kept));
            _points.Hook = Device.FullAt(point);
            HashDbException fault = await Should.ThrowAsync<HashDbException>(() => collection.InsertAsync(Records(refused)));
            fault.Code.ShouldBe(HashDbErrorCode.DiskFull);
            fault.IsTransient.ShouldBeTrue();
            _points.Hook = null;
            new CollectionChecker(collection, kept).Run(refused.Keys, (20, 5), new Random(1));
            collection.GetStatistics().LastSequenceNumber.ShouldBe(20);

            Dictionary<ulong, StoredItem> more = Items(200, 5);
            await collection.InsertAsync(Records(more));
            Merge(kept, more);
            new CollectionChecker(collection, kept).Run(refused.Keys, (30, 5), new Random(1));
            Folders.Copy(_directory.Of("db"), _directory.Of("killed"));
        }
        foreach (string name in new[] { "db", "killed" })
        {
            await using HashDatabase again = await HashDatabase.OpenAsync(_directory.Of(name));
            new CollectionChecker(again.GetCollection("c"), kept).Run(refused.Keys, (30, 5), new Random(1));
            await again.GetCollection("c").InsertAsync(Records(refused));
            new CollectionChecker(
                again.GetCollection("c"), new Dictionary<ulong, StoredItem>(kept.Concat(refused))).Run([], (40, 5), new Random(1));
        }
    }

    [Theory]
    [InlineData(FaultPoints.LogAppend)]
    [InlineData(FaultPoints.LogFlush)]
    [InlineData(FaultPoints.AfterLogWritten)]
    public async Task Failed_log_write_poisons_the_collection_until_it_is_opened_again(string point)
    {
        Dictionary<ulong, StoredItem> kept = Items(0, 20);
        Dictionary<ulong, StoredItem> refused = Items(100, 15);
        await using (HashDatabase database = await OpenAsync())
        {
            Collection collection = database.GetCollection("c");
            await collection.InsertAsync(Records(kept));
            _points.Hook = Device.FailingAt(point);
            (await Should.ThrowAsync<HashDbException>(
                () => collection.InsertAsync(Records(refused)))).Code.ShouldBe(HashDbErrorCode.Poisoned);
            _points.Hook = null;
            (await Should.ThrowAsync<HashDbException>(
                () => collection.DeleteAsync([new VectorId(0)]))).Code.ShouldBe(HashDbErrorCode.Poisoned);
            (await Should.ThrowAsync<HashDbException>(
                () => collection.Maintenance.CheckpointAsync())).Code.ShouldBe(HashDbErrorCode.Poisoned);
            (await Should.ThrowAsync<HashDbException>(() => collection.Maintenance.CompactAsync())).Code.ShouldBe(HashDbErrorCode.Poisoned);
            new CollectionChecker(collection, kept).Run(refused.Keys, (20, 5), new Random(1));
        }
        await using HashDatabase again = await HashDatabase.OpenAsync(_directory.Of("db"));
        Collection recovered = again.GetCollection("c");
        // What was refused may have reached the log; then all of it is there.
        if (recovered.GetStatistics().Count > kept.Count)
            Merge(kept, refused);
        new CollectionChecker(recovered, kept).Run(refused.Keys, (40, 5), new Random(1));
        await recovered.UpsertAsync(Records(refused));
    }

    [Fact]
    public async Task Checkpoint_without_space_leaves_the_log_whole()
    {
        Dictionary<ulong, StoredItem> kept = Items(0, 20);
        await using (HashDatabase database = await OpenAsync())
        {
            Collection collection = database.GetCollection("c");
            await collection.InsertAsync(Records(kept));
            foreach (string point in new[] { FaultPoints.LogSegmentCreated, FaultPoints.CheckpointLogRolled,
            FaultPoints.CheckpointManifestWritten })
            {
                _points.Hook = Device.FullAt(point);
                (await Should.ThrowAsync<HashDbException>(
                    () => collection.Maintenance.CheckpointAsync())).Code.ShouldBe(HashDbErrorCode.DiskFull);
                _points.Hook = null;
                Dictionary<ulong, StoredItem> more = Items((ulong)kept.Count * 10, 5);
                await collection.InsertAsync(Records(more));
                Merge(kept, more);
            }
            Folders.Copy(_directory.Of("db"), _directory.Of("killed"));
            await collection.Maintenance.CheckpointAsync();
            collection.GetStatistics().CheckpointSequenceNumber.ShouldBe(35);
        }
        foreach (string name in new[] { "db", "killed" })
        {
            (await HashDatabase.VerifyAsync(_directory.Of(name))).Damages.ShouldBeEmpty();
            await using HashDatabase again = await HashDatabase.OpenAsync(_directory.Of(name));
            new CollectionChecker(again.GetCollection("c"), kept).Run([], (40, 5), new Random(1));
        }
    }

    [Theory]
    [InlineData(FaultPoints.CompactionCopied)]
    [InlineData(FaultPoints.CompactionCaughtUp)]
    [InlineData(FaultPoints.LogSegmentCreated)]
    public async Task Compaction_without_space_leaves_the_old_generation(string point)
    {
        Dictionary<ulong, StoredItem> kept = Items(0, 20);
        await using HashDatabase database = await OpenAsync();
        Collection collection = database.GetCollection("c");
        await collection.InsertAsync(Records(kept));
        await collection.DeleteAsync([new VectorId(3)]);
        kept.Remove(3);
        _points.Hook = Device.FullAt(point);
        (await Should.ThrowAsync<HashDbException>(() => collection.Maintenance.CompactAsync())).Code.ShouldBe(HashDbErrorCode.DiskFull);
        _points.Hook = null;
        new CollectionChecker(collection, kept).Run([3], (20, 5), new Random(1));
        Directory.GetDirectories(_directory.Of("db/collections/c"), "records-*").Length.ShouldBe(1);
        (await collection.Maintenance.CompactAsync()).RowsAfter.ShouldBe(19);
        new CollectionChecker(collection, kept).Run([3], (20, 5), new Random(1));
    }

    [Fact]
    public async Task Failed_flush_in_a_compaction_poisons_the_collection()
    {
        // A compaction begins a new log segment as a checkpoint does, and flushes the old one first. When that flush failed the
        // checkpoint poisoned the collection, the compaction did not: a second flush could succeed without having written anything.
        await using (HashDatabase made = await OpenAsync())
            await made.GetCollection("c").InsertAsync(Records(Items(0, 20)));
        await using HashDatabase database =
            await HashDatabase.OpenAsync(
                _directory.Of("db"), new DatabaseOptions { Durability = DurabilityMode.None, FaultPoints = _points });
        Collection collection = database.GetCollection("c");
        await collection.DeleteAsync([new VectorId(3)]);
        _points.Hook = Device.FailingAt(FaultPoints.LogFlush);
        (await Should.ThrowAsync<HashDbException>(() => collection.Maintenance.CompactAsync())).Code.ShouldBe(HashDbErrorCode.Poisoned);
        _points.Hook = null;
        (await Should.ThrowAsync<HashDbException>(() => collection.DeleteAsync([new VectorId(4)]))).Code.ShouldBe(HashDbErrorCode.Poisoned);
        collection.GetStatistics().Count.ShouldBe(19);
    }

    [Fact]
    public async Task Failed_flush_is_not_tried_again_and_nothing_counts_as_flushed_after_it()
    {
        // With flushes at intervals the next one came a moment later. The system tells of a failure once, so it succeeded, and writes that
        // the device may not have counted as durable.
        var options = new DatabaseOptions
        {
            Durability = DurabilityMode.Interval,
            FlushInterval = TimeSpan.FromMilliseconds(20),
            FaultPoints = _points,
        };
        await using HashDatabase database = await HashDatabase.OpenAsync(_directory.Of("db"), options);
        var collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(Samples.Model(Dimensions, 16)));
        int failures = 0;
        _points.Hook = point =>
        {
            if (point == FaultPoints.LogFlush && failures++ == 0)
                Device.FailingAt(FaultPoints.LogFlush)(point);
        };
        await collection.InsertAsync(Records(Items(0, 5)));

        for (int i = 0; i < 500 && collection.Core.Health.Poison is null; i++)
            await Task.Delay(10);
        await Task.Delay(200);

        collection.Core.Health.Poison.ShouldNotBeNull();
        failures.ShouldBe(1);
        collection.GetStatistics().DurableSequenceNumber.ShouldBe(0);
    }

    [Fact]
    public async Task Unforeseen_exception_in_the_writer_fails_the_write_and_hangs_nobody()
    {
        // Only I/O errors were caught around a group of writes. Anything else ended the writer's loop, and every later write,
        // and closing, waited for ever.
        await using HashDatabase database = await OpenAsync();
        Collection collection = database.GetCollection("c");
        _points.Hook = _ => throw new InvalidOperationException("unforeseen");
        (await Should.ThrowAsync<HashDbException>(() =>
            collection.InsertAsync(Records(Items(0, 3))).WaitAsync(TimeSpan.FromSeconds(20)))).Code.ShouldBe(HashDbErrorCode.Poisoned);
        _points.Hook = null;
        (await Should.ThrowAsync<HashDbException>(
            () => collection.DeleteAsync([new VectorId(1)]).WaitAsync(TimeSpan.FromSeconds(20)))).Code.ShouldBe(HashDbErrorCode.Poisoned);
        await database.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));
    }

    private async Task<HashDatabase> OpenAsync()
    {
        HashDatabase database = await HashDatabase.OpenAsync(_directory.Of("db"), new DatabaseOptions { FaultPoints = _points });
        await database.CreateCollectionAsync("c", new CollectionOptions(Samples.Model(Dimensions, 16)));
        return database;
    }

    private static Dictionary<ulong, StoredItem> Items(ulong firstId, int count) =>
        Enumerable.Range(0, count).ToDictionary(i => firstId + (ulong)i, i => StoredItem.Make(firstId + (ulong)i, Dimensions, 60));

    private static VectorRecord[] Records(Dictionary<ulong, StoredItem> items) => [.. items.Select(item => item.Value.ToRecord(item.Key))];

    private static void Merge(Dictionary<ulong, StoredItem> into, Dictionary<ulong, StoredItem> more)
    {
        foreach ((ulong id, StoredItem item) in more)
            into.Add(id, item);
    }
}
