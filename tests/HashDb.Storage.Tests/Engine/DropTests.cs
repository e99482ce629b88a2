using HashDb.Storage.Files;
using HashDb.Storage.Snapshot;
using HashDb.Storage.Tests.Support;

namespace HashDb.Storage.Tests.Engine;

public sealed class DropTests
{
    private const int Dimensions = 8;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    // Threads that went on searching through a handle kept the dropped collection alive: there was always one of them under way, the drop
    // never ended, the searches succeeded, and no other collection could be made or dropped.
    [Fact]
    public async Task Drop_refuses_new_reads_at_once_and_ends_while_threads_go_on_reading()
    {
        using var directory = new TemporaryDirectory();
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db"), null, null, Cancellation);
        Collection collection = await CreateAsync(database, "dropped");
        using var begun = new CountdownEvent(4);
        Task<HashDbException>[] readers = [.. Enumerable.Range(0, 4).Select(reader => Task.Run(async () =>
        {
            var random = new Random(reader);
            bool isFirst = true;
            while (true)
            {
                try
                {
                    await (reader switch
                    {
                        0 => (Task)collection.GetAsync([new VectorId(5)], Cancellation),
                        1 => collection.ProbeAsync(Samples.Vector(random, Dimensions), new ProbeOptions { Radius = 2 }, Cancellation),
                        2 => collection.SearchBatchAsync(Samples.Vector(random, Dimensions), null, Cancellation),
                        _ => collection.SearchAsync(Samples.Vector(random, Dimensions), null, Cancellation),
                    });
                }
                catch (HashDbException refused)
                {
                    return refused;
                }
                if (isFirst)
                    begun.Signal();
                isFirst = false;
            }
        }))];
        begun.Wait(Cancellation);

        await database.DropCollectionAsync("dropped", Cancellation).WaitAsync(TimeSpan.FromMinutes(1), Cancellation);

        (await Task.WhenAll(readers)).ShouldAllBe(refused => refused.Code == HashDbErrorCode.Closed);
    }

    [Fact]
    public async Task Drop_waits_for_the_read_under_way_alone_and_holds_up_no_other_collection()
    {
        using var directory = new TemporaryDirectory();
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db"), null, null, Cancellation);
        Collection collection = await CreateAsync(database, "dropped");
        await CreateAsync(database, "other");
        string folder = Path.Combine(directory.Of("db"), "collections", "dropped");
        StateLease underWay = collection.Core.Live.Acquire();

        Task drop = database.DropCollectionAsync("dropped", Cancellation);

        // Refused already, though the drop waits.
        Should.Throw<HashDbException>(() => collection.Get(new VectorId(1))).Code.ShouldBe(HashDbErrorCode.Closed);
        (await Should.ThrowAsync<HashDbException>(() => collection.GetStatisticsAsync(Cancellation))).Code.ShouldBe(HashDbErrorCode.Closed);
        (await Should.ThrowAsync<HashDbException>(() => database.DropCollectionAsync("dropped", Cancellation))).Code
            .ShouldBe(HashDbErrorCode.CollectionNotFound);
        await CreateAsync(database, "third");
        await database.DropCollectionAsync("other", Cancellation);
        await database.CheckpointAsync(Cancellation);
        database.CollectionNames.ShouldBe(["third"]);

        // The name is not free before the old files are gone, in whatever case it is written.
        Task<HashDbCollection> again =
            database.CreateCollectionAsync("Dropped", new CollectionOptions(Samples.Model(Dimensions, 16)), Cancellation);
        drop.IsCompleted.ShouldBeFalse();
        again.IsCompleted.ShouldBeFalse();
        underWay.State.Records.TryGetLive(new VectorId(1), out uint row).ShouldBeTrue();
        underWay.State.Records.VectorOf(row).Length.ShouldBe(Dimensions);

        underWay.Dispose();
        await drop;
        (await again).Name.ShouldBe("Dropped");
        Directory.Exists(folder).ShouldBeFalse();
    }

    [Fact]
    public async Task Database_closed_beside_a_drop_waits_for_it_and_gives_its_lock_back_afterwards()
    {
        using var directory = new TemporaryDirectory();
        HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db"), null, null, Cancellation);
        Collection collection = await CreateAsync(database, "dropped");
        StateLease underWay = collection.Core.Live.Acquire();
        Task drop = database.DropCollectionAsync("dropped", Cancellation);

        Task closing = database.DisposeAsync().AsTask();

        closing.IsCompleted.ShouldBeFalse();
        (await Should.ThrowAsync<HashDbException>(() => HashDatabase.OpenAsync(directory.Of("db"), null, null, Cancellation))).Code
            .ShouldBe(HashDbErrorCode.DatabaseLocked);
        underWay.Dispose();
        await drop;
        await closing;
        await using HashDatabase opened = await HashDatabase.OpenAsync(directory.Of("db"), null, null, Cancellation);
        opened.CollectionNames.ShouldBeEmpty();
    }

    // A checkpoint was taken of what was to be deleted: on a full disk nothing could be dropped to make room.
    [Fact]
    public async Task Drop_takes_no_checkpoint_of_what_it_deletes()
    {
        using var directory = new TemporaryDirectory();
        var points = new FaultPoints();
        await using HashDatabase database =
            await HashDatabase.OpenAsync(directory.Of("db"), new DatabaseOptions { FaultPoints = points }, null, Cancellation);
        await CreateAsync(database, "dropped");
        points.Hook = point => point.ShouldNotBe(FaultPoints.CheckpointBegun);

        await database.DropCollectionAsync("dropped", Cancellation);

        points.Hook = null;
        Directory.EnumerateDirectories(Path.Combine(directory.Of("db"), "collections")).ShouldBeEmpty();
    }

    private static async Task<Collection> CreateAsync(HashDatabase database, string name)
    {
        var collection = (Collection)await database.CreateCollectionAsync(
            name, new CollectionOptions(Samples.Model(Dimensions, 16)), Cancellation);
        await collection.InsertAsync(Samples.Records(1, 0, 200, Dimensions), null, Cancellation);
        return collection;
    }
}
