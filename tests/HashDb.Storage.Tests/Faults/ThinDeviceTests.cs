// A real device that fails: it takes writes and refuses their flush. On one of these 400 acknowledged rows were gone after a checkpoint
// that had "succeeded", the manifest was replaced by zeros, and rows that were written after the device worked again lay behind a hole of
// the log. After each story the device is mounted anew, so that nothing but what it holds is read.
using HashDb.Models;
using HashDb.Models.Kinds.Lsh;
using HashDb.Storage.Tests.Support;

namespace HashDb.Storage.Tests.Faults;

public sealed class ThinDeviceTests : IDisposable
{
    private const int Dimensions = 64;

    private readonly TemporaryDirectory _directory = new();
    private readonly ThinDevice _device;

    public ThinDeviceTests() => _device = ThinDevice.CreateOrSkip(_directory.Path);

    private string Folder => Path.Combine(_device.Folder, "db");

    public void Dispose()
    {
        _device?.Dispose();
        _directory.Dispose();
    }

    // Without a mount in between the rows are replayed into pages that ext4 then writes to blocks it does not give back: after the next
    // checkpoint they were gone.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Checkpoints_that_the_device_refuses_delete_no_log(bool isRemounted)
    {
        await using (HashDatabase database = await HashDatabase.OpenAsync(Folder))
        {
            HashDbCollection collection = await CreateAsync(database);
            await InsertAsync(collection, 0, 500);
            await collection.Maintenance.CheckpointAsync();
            await InsertAsync(collection, 500, 400);
            _device.Fill();

            await RefusedAsync(() => collection.Maintenance.CheckpointAsync());

            // The system tells of a failed flush once.
            await RefusedAsync(() => collection.Maintenance.CheckpointAsync());
            await RefusedAsync(() => InsertAsync(collection, 900, 1));
        }
        _device.Free();

        if (isRemounted)
            _device.Remount();
        await using (await HashDatabase.OpenAsync(Folder))
        {
            // Closing it takes a checkpoint.
        }
        _device.Remount();
        await ShouldHaveAsync(900);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Writes_that_the_device_refuses_are_not_acknowledged_and_those_after_it_works_again_are_kept(bool isRemounted)
    {
        await using (HashDatabase database = await HashDatabase.OpenAsync(Folder))
        {
            HashDbCollection collection = await CreateAsync(database);
            await InsertAsync(collection, 0, 500);
            await collection.Maintenance.CheckpointAsync();
            int refused = await InsertUntilRefusedAsync(collection, 500);
            await RefusedAsync(() => InsertAsync(collection, 200_000, 1));
            _device.Free();
            await database.DisposeAsync();
            if (isRemounted)
                _device.Remount();
            await WriteMoreAsync(refused);
        }
    }

    // Without a mount in between the system holds frames of the log for written that the device never got. Opened again, they counted as
    // flushed, and when the power went before a checkpoint the writes acknowledged behind them lay behind a hole.
    [Fact]
    public async Task Writes_acknowledged_after_a_failed_flush_and_an_opening_survive_a_loss_of_power()
    {
        int refused;
        await using (HashDatabase database = await HashDatabase.OpenAsync(Folder))
        {
            HashDbCollection collection = await CreateAsync(database);
            await InsertAsync(collection, 0, 500);
            await collection.Maintenance.CheckpointAsync();
            refused = await InsertUntilRefusedAsync(collection, 500);
            _device.Free();
        }
        long count;
        await using (HashDatabase database = await HashDatabase.OpenAsync(Folder))
        {
            HashDbCollection collection = await database.GetCollectionAsync("items");
            count = await collection.CountAsync();
            count.ShouldBeOneOf(refused, refused + 100);
            await InsertAsync(collection, (int)count, 50);
            _device.KeepWhatThereIs();
        }
        _device.LosePower();
        await ShouldHaveAsync((int)count + 50);
    }

    /// <summary>Opens, looks what of the refused batch is there, writes 50 rows more, and looks what the device has of all.</summary>
    private async Task WriteMoreAsync(int acknowledged)
    {
        long count;
        await using (HashDatabase database = await HashDatabase.OpenAsync(Folder))
        {
            HashDbCollection collection = await database.GetCollectionAsync("items");
            count = await collection.CountAsync();
            count.ShouldBeOneOf(acknowledged, acknowledged + 100);
            await InsertAsync(collection, (int)count, 50);
        }
        _device.Remount();
        await ShouldHaveAsync((int)count + 50);
    }

    private async Task ShouldHaveAsync(int count)
    {
        await using (HashDatabase database = await HashDatabase.OpenAsync(Folder))
        {
            HashDbCollection collection = await database.GetCollectionAsync("items");
            (await collection.CountAsync()).ShouldBe(count);
            for (int i = 0; i < count; i++)
                (await collection.GetAsync(new VectorId((ulong)i))).ShouldNotBeNull().Vector.ToArray().ShouldBe(Record(i).Vector.ToArray());
        }
        (await HashDatabase.VerifyAsync(Folder)).IsSound.ShouldBeTrue();
    }

    /// <summary>
    /// Fills the device and writes batches of 100. What fits blocks that the device has given before may be kept; the first that does not
    /// is the last.
    /// </summary>
    /// <returns>The first row of the batch that was refused.</returns>
    private async Task<int> InsertUntilRefusedAsync(HashDbCollection collection, int first)
    {
        _device.Fill();
        while (await TryInsertAsync(collection, first))
            (first += 100).ShouldBeLessThan(100_000);
        return first;
    }

    private static async Task<bool> TryInsertAsync(HashDbCollection collection, int first)
    {
        try
        {
            await InsertAsync(collection, first, 100);
            return true;
        }
        catch (HashDbException error)
        {
            error.Code.ShouldBe(HashDbErrorCode.Poisoned);
            return false;
        }
    }

    private static async Task RefusedAsync(Func<Task> call) =>
        (await Should.ThrowAsync<HashDbException>(call)).Code.ShouldBe(HashDbErrorCode.Poisoned);

    private static async Task<HashDbCollection> CreateAsync(HashDatabase database)
    {
        LshModel model = LshTrainer.Train(new LshOptions { BitCount = 16, Preprocessing = PreprocessingOrder.Unit }, Dimensions);
        return await database.CreateCollectionAsync("items", new CollectionOptions(model, DistanceMetric.Euclidean));
    }

    private static Task InsertAsync(HashDbCollection collection, int first, int count) =>
        collection.InsertAsync([.. Enumerable.Range(first, count).Select(Record)]);

    private static VectorRecord Record(int number)
    {
        var random = new Random(number);
        float[] vector = new float[Dimensions];
        for (int i = 0; i < vector.Length; i++)
            vector[i] = random.NextSingle() - .5f;
        return new VectorRecord { Id = new VectorId((ulong)number), Vector = vector };
    }
}
