using HashDb.Storage.Tests.Support;

namespace HashDb.Storage.Tests.Engine;

public sealed class LockTests
{
    private const int Dimensions = 8;

    // LOCK was removed by a clean-up script. The next process made a new one, held it, and both wrote: the first one's checkpoint
    // replaced the manifest and deleted the log of the second, whose acknowledged rows were gone.
    [Fact]
    public async Task Database_whose_lock_was_removed_writes_no_checkpoint_over_the_one_that_was_opened_after_it()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not let the file go.");
        using var directory = new TemporaryDirectory();
        string root = directory.Of("db");
        HashDatabase first = await HashDatabase.OpenAsync(root);
        Collection old = (Collection)await first.CreateCollectionAsync("c", new CollectionOptions(Samples.Model(Dimensions, 16)));
        await old.InsertAsync(Samples.Records(1, 0, 100, Dimensions));
        File.Delete(Path.Combine(root, "LOCK"));

        await using (HashDatabase second = await HashDatabase.OpenAsync(root))
        {
            Collection collection = second.GetCollection("c");
            await collection.InsertAsync(Samples.Records(2, 100, 5_000, Dimensions));

            HashDbException refused = await Should.ThrowAsync<HashDbException>(() => old.Maintenance.CheckpointAsync());
            refused.Code.ShouldBe(HashDbErrorCode.Poisoned);
            refused.Message.ShouldContain("LOCK");
            (await Should.ThrowAsync<HashDbException>(
                () => old.InsertAsync(Samples.Records(3, 9_000, 1, Dimensions)))).Code.ShouldBe(HashDbErrorCode.Poisoned);
            (await Should.ThrowAsync<HashDbException>(
                () => first.DropCollectionAsync("c"))).Code.ShouldBe(HashDbErrorCode.DatabaseLocked);
            old.Get(new VectorId(5)).ShouldNotBeNull();

            // Closing cuts no file and takes no checkpoint either.
            await first.DisposeAsync();
            await collection.Maintenance.CheckpointAsync();
        }

        (await HashDatabase.VerifyAsync(root)).Damages.ShouldBeEmpty();
        await using HashDatabase again = await HashDatabase.OpenAsync(root);
        again.GetCollection("c").GetStatistics().Count.ShouldBe(5_100);
    }

    [Fact]
    public async Task Database_whose_lock_was_replaced_writes_nothing_when_it_is_closed()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not let the file go.");
        using var directory = new TemporaryDirectory();
        string root = directory.Of("db");
        HashDatabase database = await HashDatabase.OpenAsync(root);
        Collection collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(Samples.Model(Dimensions, 16)));
        await collection.InsertAsync(Samples.Records(1, 0, 100, Dimensions));
        File.Move(Path.Combine(root, "LOCK"), directory.Of("LOCK"));
        await File.WriteAllTextAsync(Path.Combine(root, "LOCK"), "");
        byte[] manifest = await File.ReadAllBytesAsync(Path.Combine(root, "collections/c/MANIFEST"));

        await database.DisposeAsync();

        (await File.ReadAllBytesAsync(Path.Combine(root, "collections/c/MANIFEST"))).ShouldBe(manifest);
        await using HashDatabase again = await HashDatabase.OpenAsync(root);
        again.GetCollection("c").GetStatistics().Count.ShouldBe(100);
    }
}
