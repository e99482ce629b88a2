// Closing and dropping beside other work: bugs that the kill test's worker met, each told at the top of its test.
using HashDb.Storage.Files;
using HashDb.Storage.Snapshot;
using HashDb.Storage.Tests.Support;

namespace HashDb.Storage.Tests.Faults;

public sealed class ClosingTests
{
    private const int Dimensions = 8;

    [Fact]
    public async Task Checkpoint_of_all_collections_passes_over_those_that_are_dropped_meanwhile()
    {
        // Taking a checkpoint of every collection failed with "the collection is closed" when one of them was dropped between
        // the making of the list and its turn.
        using var directory = new TemporaryDirectory();
        var points = new FaultPoints();
        await using HashDatabase database =
            await HashDatabase.OpenAsync(directory.Of("db"), new DatabaseOptions { FaultPoints = points });
        Collection first = (Collection)await database.CreateCollectionAsync("first", new CollectionOptions(Samples.Model(Dimensions, 16)));
        await database.CreateCollectionAsync("second", new CollectionOptions(Samples.Model(Dimensions, 16)));
        await first.InsertAsync(Samples.Records(1, 0, 10, Dimensions));
        int begun = 0;
        points.Hook = point =>
        {
            if (point == FaultPoints.CheckpointBegun && Interlocked.Increment(ref begun) == 1)
                database.DropCollectionAsync("second").GetAwaiter().GetResult();
        };
        await database.CheckpointAsync();
        points.Hook = null;
        database.CollectionNames.ShouldBe(["first"]);
        first.GetStatistics().CheckpointSequenceNumber.ShouldBe(10);
    }

    [Fact]
    public async Task Checkpoints_and_compactions_that_wait_while_a_collection_is_closed_end_with_a_typed_error()
    {
        // They waited at a gate that closing disposed of: those inside met an ObjectDisposedException, those outside waited for ever.
        using var directory = new TemporaryDirectory();
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db"));
        Collection collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(Samples.Model(Dimensions, 16)));
        await collection.InsertAsync(Samples.Records(1, 0, 200, Dimensions));
        Task[] work =
        [
            .. Enumerable.Range(0, 12)
                .Select(i => Task.Run(() => i % 2 == 0 ? collection.Maintenance.CompactAsync() : collection.Maintenance.CheckpointAsync()))
        ];
        await database.DropCollectionAsync("c");
        foreach (Task task in work)
        {
            try
            {
                await task.WaitAsync(TimeSpan.FromSeconds(30));
            }
            catch (HashDbException exception)
            {
                // Of compactions that meet, all but one are refused.
                exception.Code.ShouldBeOneOf(HashDbErrorCode.Closed, HashDbErrorCode.GenerationInProgress);
            }
        }
        Directory.GetDirectories(directory.Of("db/collections")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Closing_waits_for_searches_before_the_lock_is_given_back()
    {
        // Closing cut the files to their used length when the last search ended, which could be after the lock was given back:
        // what another process had written by then was cut off.
        using var directory = new TemporaryDirectory();
        HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db"));
        Collection collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(Samples.Model(Dimensions, 16)));
        await collection.InsertAsync(Samples.Records(1, 0, 10, Dimensions));
        StateLease search = collection.Core.Live.Acquire();
        Task closing = database.DisposeAsync().AsTask();
        (await Task.WhenAny(closing, Task.Delay(300))).ShouldNotBe(closing);
        (await Should.ThrowAsync<HashDbException>(
            () => HashDatabase.OpenAsync(directory.Of("db")))).Code.ShouldBe(HashDbErrorCode.DatabaseLocked);
        search.Dispose();
        await closing.WaitAsync(TimeSpan.FromSeconds(30));
        await using HashDatabase again = await HashDatabase.OpenAsync(directory.Of("db"));
        again.GetCollection("c").GetStatistics().Count.ShouldBe(10);
    }

    [Fact]
    public async Task Record_that_is_replaced_again_and_again_is_never_missing()
    {
        // An upsert marked the old row dead before the index pointed at the new one, so a reader in between found nothing.
        using var directory = new TemporaryDirectory();
        await using HashDatabase database =
            await HashDatabase.OpenAsync(directory.Of("db"), new DatabaseOptions { Durability = DurabilityMode.None });
        Collection collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(Samples.Model(Dimensions, 16)));
        VectorRecord[] batch = [.. Enumerable.Repeat(Samples.Records(1, 7, 1, Dimensions)[0], 1_000)];
        await collection.UpsertAsync(batch);
        using var stop = new CancellationTokenSource();
        Task<long> reader = Task.Run(() =>
        {
            long missing = 0;
            while (!stop.IsCancellationRequested)
                missing += collection.Get(new VectorId(7)) is null ? 1 : 0;
            return missing;
        });
        for (int i = 0; i < 300; i++)
            await collection.UpsertAsync(batch);
        await stop.CancelAsync();
        (await reader).ShouldBe(0);
    }
}
