using HashDb.Models;
using HashDb.Models.Kinds.Lsh;
using HashDb.Storage.Checkpoints;
using HashDb.Storage.Faults.Checks;
using HashDb.Storage.Files;
using HashDb.Storage.Snapshot;
using HashDb.Storage.Tests.Support;

namespace HashDb.Storage.Tests.Faults;

/// <summary>Re-index and rollback that meet other work, a full device, a stop or damage.</summary>
public sealed class GenerationFaultTests : IDisposable
{
    private const int Dimensions = 8;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);
    private readonly TemporaryDirectory _directory = new();
    private readonly FaultPoints _points = new();
    private readonly Dictionary<ulong, StoredItem> _kept = Items(0, 300);

    public static TheoryData<string> Points =>
    [
        .. FaultPoints.All.Where(
            point => point.StartsWith("reindex", StringComparison.Ordinal) || point.StartsWith("rollback", StringComparison.Ordinal)
            || point.StartsWith("drop-previous", StringComparison.Ordinal)
            || point is FaultPoints.CheckpointManifestWritten or FaultPoints.CheckpointCopyWritten),
    ];

    private string CollectionFolder => _directory.Of("db/collections/c");

    public void Dispose()
    {
        _points.Hook = null;
        _directory.Dispose();
    }

    [Fact]
    public async Task Write_that_the_switch_overtakes_is_encoded_again()
    {
        // Encoded under the old model on the caller's thread, handed to the commit loop while it switches.
        await using HashDatabase database = await OpenAsync();
        Collection collection = database.GetCollection("c");
        Dictionary<ulong, StoredItem> overtaken = Items(1_000, 40);
        var stamp = new WriteStamp(Guid.NewGuid(), 0);
        Task? insert = null;
        _points.Hook = point =>
        {
            if (point == FaultPoints.ReindexCaughtUp)
                insert = collection.InsertAsync(Records(overtaken), stamp);
        };
        await collection.Maintenance.ReindexAsync(Model(100, 2));
        _points.Hook = null;
        await insert!.WaitAsync(LongestWait);
        Merge(_kept, overtaken);
        Check(collection);
        await collection.InsertAsync(Records(overtaken), stamp);
        Check(collection);
        Folders.Copy(_directory.Of("db"), _directory.Of("killed"));
        await using HashDatabase killed = await HashDatabase.OpenAsync(_directory.Of("killed"));
        Check(killed.GetCollection("c"));
        (await killed.GetCollection("c").GetNextSequenceNumberAsync(stamp.ClientId)).ShouldBe(overtaken.Count);
    }

    [Fact]
    public async Task Write_that_the_switch_overtakes_and_the_new_model_cannot_encode_is_refused_by_name()
    {
        await using HashDatabase database =
            await HashDatabase.OpenAsync(_directory.Of("db"), new DatabaseOptions { FaultPoints = _points });
        IHashModel anyVector = LshTrainer.Train(new LshOptions { BitCount = 16, Preprocessing = PreprocessingOrder.None }, Dimensions);
        Collection collection =
            (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(anyVector, DistanceMetric.Euclidean));
        await collection.InsertAsync(Records(_kept));
        Task? insert = null;
        _points.Hook = point =>
        {
            if (point == FaultPoints.ReindexCaughtUp)
                insert = collection.InsertAsync(
                    [
                        new VectorRecord { Id = new VectorId(5_000), Vector = _kept[1].Vector },
                        new VectorRecord { Id = new VectorId(5_001), Vector = new float[Dimensions] }
                    ]);
        };
        await collection.Maintenance.ReindexAsync(Model(24));
        _points.Hook = null;
        (await Should.ThrowAsync<ArgumentException>(() => insert!.WaitAsync(LongestWait))).Message.ShouldContain("5001");
        Check(collection);
        collection.Get(new VectorId(5_000)).ShouldBeNull();
        await collection.InsertAsync([new VectorRecord { Id = new VectorId(5_000), Vector = _kept[1].Vector }]);
    }

    [Fact]
    public async Task While_a_generation_is_built_another_is_refused_and_checkpoints_go_on()
    {
        await using HashDatabase database = await OpenAsync();
        Collection collection = database.GetCollection("c");
        using var goOn = new SemaphoreSlim(0);
        using var reached = new SemaphoreSlim(0);
        _points.Hook = point =>
        {
            if (point != FaultPoints.ReindexEncoded)
                return;
            reached.Release();
            goOn.Wait();
        };
        Task<GenerationReport> reindex = collection.Maintenance.ReindexAsync(Model(24));
        (await reached.WaitAsync(LongestWait)).ShouldBeTrue();
        collection.GetStatistics().Building.ShouldNotBeNull();
        foreach (Func<Task> other in new Func<Task>[] { () => collection.Maintenance.ReindexAsync(Model(32)),
        () => collection.Maintenance.CompactAsync(),
        () => collection.Maintenance.RollbackAsync(), () => collection.Maintenance.DropPreviousAsync() })
        {
            HashDbException refusal = await Should.ThrowAsync<HashDbException>(other);
            refusal.Code.ShouldBe(HashDbErrorCode.GenerationInProgress);
            refusal.IsTransient.ShouldBeTrue();
        }
        Dictionary<ulong, StoredItem> more = Items(1_000, 2_000);
        await collection.InsertAsync(Records(more));
        Merge(_kept, more);
        long before = collection.GetStatistics().LogBytes;
        await collection.Maintenance.CheckpointAsync().WaitAsync(LongestWait);
        collection.GetStatistics().CheckpointSequenceNumber.ShouldBe(_kept.Count);
        collection.GetStatistics().LogBytes.ShouldBeLessThan(before / 10);
        await database.BackupAsync(_directory.Of("copy")).WaitAsync(LongestWait);
        goOn.Release();
        (await reindex.WaitAsync(LongestWait)).Rows.ShouldBe(_kept.Count);
        _points.Hook = null;
        Check(collection);
        await using HashDatabase copy = await HashDatabase.OpenAsync(_directory.Of("copy"));
        copy.GetCollection("c").GetStatistics().Generation.ShouldBe(1);
        Check(copy.GetCollection("c"));
    }

    [Fact]
    public async Task Search_that_began_before_the_switch_ends_in_its_own_generation()
    {
        await using HashDatabase database = await OpenAsync();
        Collection collection = database.GetCollection("c");
        StateLease search = collection.Core.Live.Acquire();
        await collection.Maintenance.ReindexAsync(Model(24), new GenerationOptions { KeepPrevious = false });
        VectorRecord[] changed = [new VectorRecord { Id = new VectorId(7), Vector = _kept[8].Vector }];
        await collection.UpsertAsync(changed);
        search.State.Generation.ShouldBe(1u);
        search.State.Shape.BitCount.ShouldBe(16);
        ProbeResult old = Storage.Query.Searcher.Probe(
            search.State, _kept[7].Vector, new ProbeOptions { Strategy = ProbeStrategy.Scan }, CancellationToken.None);
        old.Statistics.Generation.ShouldBe(1);
        old.Hits.ShouldContain(new ProbeHit(new VectorId(7), 0), "the update came after the search began");
        Directory.Exists(Path.Combine(CollectionFolder, "gen-000001")).ShouldBeTrue();
        search.Dispose();
        Directory.Exists(Path.Combine(CollectionFolder, "gen-000001")).ShouldBeFalse();
    }

    [Theory]
    [InlineData(FaultPoints.ReindexBegun)]
    [InlineData(FaultPoints.ReindexEncoded)]
    [InlineData(FaultPoints.ReindexIndexed)]
    [InlineData(FaultPoints.ReindexCaughtUp)]
    [InlineData(FaultPoints.LogSegmentCreated)]
    public async Task Reindex_without_space_leaves_the_old_generation_and_can_be_tried_again(string point)
    {
        await using HashDatabase database = await OpenAsync();
        Collection collection = database.GetCollection("c");
        _points.Hook = Device.FullAt(point);
        (await Should.ThrowAsync<HashDbException>(
            () => collection.Maintenance.ReindexAsync(Model(24)))).Code.ShouldBe(HashDbErrorCode.DiskFull);
        _points.Hook = null;
        collection.GetStatistics().Generation.ShouldBe(1);
        Directory.GetDirectories(CollectionFolder, "gen-*").Length.ShouldBe(1);
        Check(collection);
        Dictionary<ulong, StoredItem> more = Items(1_000, 20);
        await collection.InsertAsync(Records(more));
        Merge(_kept, more);
        (await collection.Maintenance.ReindexAsync(Model(24))).Generation.ShouldBe(2);
        Check(collection);
    }

    [Fact]
    public async Task Reindex_whose_manifest_cannot_be_written_poisons_the_collection_and_closes()
    {
        // Whether the new manifest reached the device is not known then, so neither generation may be deleted or written to.
        await using (HashDatabase database = await OpenAsync())
        {
            Collection collection = database.GetCollection("c");
            _points.Hook = Device.FailingAt(FaultPoints.CheckpointManifestWritten);
            (await Should.ThrowAsync<HashDbException>(
                () => collection.Maintenance.ReindexAsync(Model(24)))).Code.ShouldBe(HashDbErrorCode.Poisoned);
            _points.Hook = null;
            (await Should.ThrowAsync<HashDbException>(
                () => collection.DeleteAsync([new VectorId(0)]))).Code.ShouldBe(HashDbErrorCode.Poisoned);
            Check(collection);
            await database.DisposeAsync().AsTask().WaitAsync(LongestWait);
        }
        await using HashDatabase again = await HashDatabase.OpenAsync(_directory.Of("db"));
        again.GetCollection("c").GetStatistics().Generation.ShouldBe(2);
        Check(again.GetCollection("c"));
    }

    [Fact]
    public async Task Cancelled_reindex_leaves_the_old_generation_and_no_folder()
    {
        await using HashDatabase database = await OpenAsync();
        Collection collection = database.GetCollection("c");
        using var stop = new CancellationTokenSource();
        _points.Hook = point =>
        {
            if (point == FaultPoints.ReindexIndexed)
                stop.Cancel();
        };
        await Should.ThrowAsync<OperationCanceledException>(
            () => collection.Maintenance.ReindexAsync(Model(24), cancellationToken: stop.Token));
        _points.Hook = null;
        Directory.GetDirectories(CollectionFolder, "gen-*").Length.ShouldBe(1);
        Check(collection);
        (await collection.Maintenance.ReindexAsync(Model(24))).Generation.ShouldBe(2);
    }

    [Fact]
    public async Task Closing_ends_a_build_under_way()
    {
        HashDatabase database = await OpenAsync();
        Collection collection = database.GetCollection("c");
        using var goOn = new SemaphoreSlim(0);
        using var reached = new SemaphoreSlim(0);
        _points.Hook = point =>
        {
            if (point != FaultPoints.ReindexBegun)
                return;
            reached.Release();
            goOn.Wait();
        };
        Task<GenerationReport> reindex = collection.Maintenance.ReindexAsync(Model(24));
        (await reached.WaitAsync(LongestWait)).ShouldBeTrue();
        Task closing = database.DisposeAsync().AsTask();
        goOn.Release();
        await closing.WaitAsync(LongestWait);
        (await Should.ThrowAsync<HashDbException>(() => reindex)).Code.ShouldBe(HashDbErrorCode.Closed);
        _points.Hook = null;
        (await Should.ThrowAsync<HashDbException>(() => collection.Maintenance.CompactAsync())).Code.ShouldBe(HashDbErrorCode.Closed);
        await using HashDatabase again = await HashDatabase.OpenAsync(_directory.Of("db"));
        again.GetCollection("c").GetStatistics().Generation.ShouldBe(1);
        Check(again.GetCollection("c"));
    }

    [Theory]
    [MemberData(nameof(Points))]
    public async Task Stop_at_each_point_leaves_the_generation_that_the_manifest_names(string point)
    {
        // The folder is copied as a killed process would leave it, at every pass of the point.
        int copies = 0;
        await using (HashDatabase database = await OpenAsync())
        {
            Collection collection = database.GetCollection("c");
            _points.Hook = passed =>
            {
                if (passed == point)
                    Folders.Copy(_directory.Of("db"), _directory.Of($"killed-{Interlocked.Increment(ref copies)}"));
            };
            await collection.Maintenance.ReindexAsync(Model(24));
            await collection.Maintenance.ReindexAsync(Model(70, 2));
            await collection.Maintenance.RollbackAsync();
            await collection.Maintenance.ReindexAsync(Model(8));
            await collection.Maintenance.DropPreviousAsync();
            _points.Hook = null;
        }
        copies.ShouldBeGreaterThan(0);
        for (int copy = 1; copy <= copies; copy++)
        {
            string path = _directory.Of($"killed-{copy}");
            (await HashDatabase.VerifyAsync(path)).Damages.ShouldBeEmpty();
            uint named = ManifestFiles.Read(Path.Combine(path, "collections/c"), out _).Generation;
            await using HashDatabase killed = await HashDatabase.OpenAsync(path);
            Collection collection = killed.GetCollection("c");
            collection.GetStatistics().Generation.ShouldBe(named);
            int folders = collection.GetStatistics().PreviousGeneration is null ? 1 : 2;
            Directory.GetDirectories(Path.Combine(path, "collections/c"), "gen-*").Length.ShouldBe(folders);
            Check(collection);
            if (collection.GetStatistics().PreviousGeneration is { } previous)
                (await collection.Maintenance.RollbackAsync()).ModelFingerprint.ShouldBe(previous.ModelFingerprint);
            Check(collection);
        }
    }

    [Fact]
    public async Task Damaged_hashcodes_of_the_kept_generation_are_found_healed_and_encoded_again_by_a_rollback()
    {
        await ReindexAndCloseAsync();
        string codes = Path.Combine(CollectionFolder, "gen-000001", "codes-0000");
        Invert(codes, FileHeader.Length + 6 * 30);
        Folders.Copy(_directory.Of("db"), _directory.Of("repaired"));
        VerificationReport report = await HashDatabase.VerifyAsync(_directory.Of("db"));
        report.Damages.ShouldHaveSingleItem().Row.ShouldBe(30);

        await using (HashDatabase database = await HashDatabase.OpenAsync(_directory.Of("db")))
        {
            Check(database.GetCollection("c"));
            (await database.GetCollection("c").Maintenance.RollbackAsync()).EncodedRows.ShouldBe(1);
            Check(database.GetCollection("c"));
        }
        RepairReport repaired = await HashDatabase.RepairAsync(_directory.Of("repaired"));
        repaired.Quarantined.ShouldBeEmpty();
        (await HashDatabase.VerifyAsync(_directory.Of("repaired"))).Damages.ShouldBeEmpty();
        await using HashDatabase again = await HashDatabase.OpenAsync(_directory.Of("repaired"));
        (await again.GetCollection("c").Maintenance.RollbackAsync()).EncodedRows.ShouldBe(0);
        Check(again.GetCollection("c"));
    }

    [Fact]
    public async Task Missing_hashcodes_of_the_kept_generation_do_not_keep_it_from_being_rolled_back_to()
    {
        await ReindexAndCloseAsync();
        File.Delete(Path.Combine(CollectionFolder, "gen-000001", "codes-0000"));
        await using HashDatabase database =
            await HashDatabase.OpenAsync(_directory.Of("db"), new DatabaseOptions { FaultPoints = _points });
        (await database.GetCollection("c").Maintenance.RollbackAsync()).EncodedRows.ShouldBe(_kept.Count);
        Check(database.GetCollection("c"));
    }

    [Fact]
    public async Task Damaged_model_of_the_kept_generation_is_named_and_given_up_by_repair()
    {
        await ReindexAndCloseAsync();
        string model = Path.Combine(CollectionFolder, "gen-000001", CollectionFiles.ModelFileName);
        Invert(model, 100);
        (await HashDatabase.VerifyAsync(_directory.Of("db"))).Damages.ShouldHaveSingleItem().File.ShouldBe(model);
        await using (HashDatabase database = await HashDatabase.OpenAsync(_directory.Of("db")))
        {
            Check(database.GetCollection("c"));
            (await Should.ThrowAsync<CorruptDataException>(
                () => database.GetCollection("c").Maintenance.RollbackAsync())).File.ShouldBe(model);
            database.GetCollection("c").GetStatistics().Generation.ShouldBe(2);
            Check(database.GetCollection("c"));
        }
        RepairReport report = await HashDatabase.RepairAsync(_directory.Of("db"));
        report.Quarantined.ShouldHaveSingleItem().File.ShouldBe(model);
        (await HashDatabase.VerifyAsync(_directory.Of("db"))).Damages.ShouldBeEmpty();
        await using HashDatabase repaired = await HashDatabase.OpenAsync(_directory.Of("db"));
        (await Should.ThrowAsync<HashDbException>(
            () => repaired.GetCollection("c").Maintenance.RollbackAsync())).Code.ShouldBe(HashDbErrorCode.NoPreviousGeneration);
        Directory.GetDirectories(CollectionFolder, "gen-*").Length.ShouldBe(1);
        Check(repaired.GetCollection("c"));
    }

    [Fact]
    public async Task Backup_holds_the_kept_generation()
    {
        await using HashDatabase database = await OpenAsync();
        await database.GetCollection("c").Maintenance.ReindexAsync(Model(24));
        await database.BackupAsync(_directory.Of("copy"));
        (await HashDatabase.VerifyAsync(_directory.Of("copy"))).Damages.ShouldBeEmpty();
        await using HashDatabase copy = await HashDatabase.OpenAsync(_directory.Of("copy"));
        Check(copy.GetCollection("c"));
        (await copy.GetCollection("c").Maintenance.RollbackAsync()).EncodedRows.ShouldBe(0);
        copy.GetCollection("c").Model.BitCount.ShouldBe(16);
        Check(copy.GetCollection("c"));
    }

    private async Task<HashDatabase> OpenAsync()
    {
        HashDatabase database = await HashDatabase.OpenAsync(_directory.Of("db"), new DatabaseOptions { FaultPoints = _points });
        Collection collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(Model(16)));
        await collection.InsertAsync(Records(_kept));
        return database;
    }

    private async Task ReindexAndCloseAsync()
    {
        await using HashDatabase database = await OpenAsync();
        await database.GetCollection("c").Maintenance.ReindexAsync(Model(24));
    }

    private void Check(Collection collection) => new CollectionChecker(collection, _kept).Run([], (60, 6), new Random(1));

    private static void Invert(string path, int offset)
    {
        byte[] bytes = File.ReadAllBytes(path);
        bytes[offset] ^= 0xFF;
        File.WriteAllBytes(path, bytes);
    }

    private static IHashModel Model(int bits, int tables = 1) => Samples.Model(Dimensions, bits, tables);

    private static Dictionary<ulong, StoredItem> Items(ulong firstId, int count) =>
        Enumerable.Range(0, count).ToDictionary(i => firstId + (ulong)i, i => StoredItem.Make(firstId + (ulong)i, Dimensions, 60));

    private static VectorRecord[] Records(Dictionary<ulong, StoredItem> items) => [.. items.Select(item => item.Value.ToRecord(item.Key))];

    private static void Merge(Dictionary<ulong, StoredItem> into, Dictionary<ulong, StoredItem> more)
    {
        foreach ((ulong id, StoredItem item) in more)
            into.Add(id, item);
    }
}
