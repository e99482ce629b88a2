using HashDb.Client.Tests.Support;
using HashDb.Storage.Tests.Support;

namespace HashDb.Storage.Tests.Engine;

public sealed class BackupTests
{
    private const int Dimensions = 8;

    [Fact]
    public async Task Backup_taken_during_writes_holds_a_prefix_of_them()
    {
        using var directory = new TemporaryDirectory();
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db"));
        Collection collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(Samples.Model(Dimensions, 16)));
        await collection.InsertAsync(Samples.Records(1, 0, 500, Dimensions));
        using var stop = new CancellationTokenSource();
        Task writer = Task.Run(async () =>
        {
            for (ulong id = 500; !stop.IsCancellationRequested; id++)
                await collection.InsertAsync([Samples.Records((int)id, id, 1, Dimensions)[0].With(payload: new byte[] { 0x80 })]);
        });
        await Task.Delay(50);
        await database.BackupAsync(directory.Of("copy"));
        await stop.CancelAsync();
        await writer;

        (await HashDatabase.VerifyAsync(directory.Of("copy"))).Damages.ShouldBeEmpty();
        await using HashDatabase copy = await HashDatabase.OpenAsync(directory.Of("copy"), new DatabaseOptions { CreateIfMissing = false });
        Collection copied = copy.GetCollection("c");
        long count = copied.GetStatistics().Count;
        count.ShouldBeGreaterThanOrEqualTo(500);
        count.ShouldBeLessThanOrEqualTo(collection.GetStatistics().Count);
        for (ulong id = 0; id < (ulong)count; id++)
            copied.Get(new VectorId(id))!.Vector.ToArray().ShouldBe(collection.Get(new VectorId(id))!.Vector.ToArray());
        copied.Get(new VectorId((ulong)count)).ShouldBeNull();
        // A copy is a database like any other.
        await copied.InsertAsync(Samples.Records(9, 1_000_000, 10, Dimensions));
    }

    [Fact]
    public async Task Backup_refuses_a_folder_that_holds_something_and_leaves_it_alone()
    {
        using var directory = new TemporaryDirectory();
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db"));
        Directory.CreateDirectory(directory.Of("target"));
        await File.WriteAllTextAsync(directory.Of("target/precious"), "kept");
        HashDbException exception = await Should.ThrowAsync<HashDbException>(() => database.BackupAsync(directory.Of("target")));
        exception.Message.ShouldContain("target");
        (await File.ReadAllTextAsync(directory.Of("target/precious"))).ShouldBe("kept");
    }
}
