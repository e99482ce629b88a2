using HashDb.Storage.Tests.Support;

namespace HashDb.Storage.Tests.Engine;

public sealed class SpaceTests
{
    [Fact]
    public async Task Deleting_half_and_compacting_gives_the_space_back()
    {
        const int Rows = 12_000;
        using var directory = new TemporaryDirectory();
        HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db"));
        Collection collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(Samples.Model(32, 16)));
        await collection.InsertAsync(Samples.Records(1, 0, Rows, 32));
        await database.DisposeAsync();
        long before = BytesOf(directory.Of("db"));

        database = await HashDatabase.OpenAsync(directory.Of("db"));
        collection = database.GetCollection("c");
        await collection.DeleteAsync([.. Enumerable.Range(0, Rows / 2).Select(i => new VectorId((ulong)i * 2))]);
        collection.GetStatistics().CompactionAdvised.ShouldBeTrue();
        CompactionReport report = await collection.Maintenance.CompactAsync();
        report.RowsBefore.ShouldBe(Rows);
        report.RowsAfter.ShouldBe(Rows / 2);
        await database.DisposeAsync();
        BytesOf(directory.Of("db")).ShouldBeLessThanOrEqualTo(before * 6 / 10);
    }

    [Fact]
    public async Task A_checkpoint_shortens_the_log()
    {
        using var directory = new TemporaryDirectory();
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db"));
        Collection collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(Samples.Model(32, 16)));
        await collection.InsertAsync(Samples.Records(1, 0, 5_000, 32));
        long before = collection.GetStatistics().LogBytes;
        await collection.Maintenance.CheckpointAsync();
        CollectionStatistics after = collection.GetStatistics();
        before.ShouldBeGreaterThan(5_000 * 32 * 4);
        after.LogBytes.ShouldBeLessThan(1_000);
        after.CheckpointSequenceNumber.ShouldBe(5_000);
        Directory.GetFiles(directory.Path, "*.wal", SearchOption.AllDirectories).Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_growing_log_brings_its_own_checkpoint()
    {
        using var directory = new TemporaryDirectory();
        await using HashDatabase database =
            await HashDatabase.OpenAsync(directory.Of("db"), new DatabaseOptions { CheckpointLogBytes = 1024 * 1024 });
        Collection collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(Samples.Model(64, 16)));
        for (ulong i = 0; i < 20; i++)
            await collection.InsertAsync(Samples.Records((int)i, i * 1_000, 1_000, 64));
        for (int wait = 0; wait < 200 && collection.GetStatistics().CheckpointSequenceNumber == 0; wait++)
            await Task.Delay(50);
        collection.GetStatistics().CheckpointSequenceNumber.ShouldBeGreaterThan(0);
    }

    private static long BytesOf(string directory) =>
        Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length);
}
