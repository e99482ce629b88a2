using System.Security.Cryptography;
using HashDb.Models;
using HashDb.Storage.Tests.Support;

namespace HashDb.Storage.Tests.Engine;

// A database on a read-only medium could not be opened, not even to be searched or verified: the lock, the durable mark, the tails of
// the log and the scratch of posting lists all wanted to be written.
public sealed class ReadOnlyTests : IDisposable
{
    private const int Dimensions = RandomOperations.Dimensions;

    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Killed_database_that_is_read_only_answers_from_its_log_and_not_a_byte_of_it_changes(int seed)
    {
        IHashModel model = Samples.Model(Dimensions, 16, 2);
        var oracle = new OracleCollection(model, DistanceMetric.Euclidean);
        var random = new Random(seed);
        await using (HashDatabase database = await HashDatabase.OpenAsync(_directory.Of("db"), null, null, Cancellation))
        {
            var written = (Collection)await database.CreateCollectionAsync(
                "c", new CollectionOptions(model, DistanceMetric.Euclidean), Cancellation);
            for (int step = 0; step < 150; step++)
            {
                if (step == 20 * seed)
                    await written.Maintenance.CheckpointAsync(Cancellation);
                await (random.Next(3) switch
                {
                    0 => RandomOperations.InsertAsync(written, oracle, random, "insert"),
                    1 => RandomOperations.UpsertAsync(written, oracle, random, "upsert"),
                    _ => RandomOperations.DeleteAsync(written, oracle, random, "delete"),
                });
            }
            // As a kill leaves it: the log is whole, the record files have their whole capacity.
            Copy(_directory.Of("db"), _directory.Of("killed"));
        }
        string before = FingerprintOf(_directory.Of("killed"));

        for (int round = 0; round < 2; round++)
        {
            await using HashDatabase database = await OpenReadOnlyAsync("killed");
            Collection collection = database.GetCollection("c");
            for (int i = 0; i < 5; i++)
                Answers.ShouldAgree(collection, oracle, Samples.Vector(random, Dimensions), $"seed {seed}");
            for (ulong id = 0; id < RandomOperations.IdSpace; id++)
                Answers.RecordShouldBe(collection.Get(new VectorId(id)), oracle.Records.GetValueOrDefault(id), $"id {id}");
            FingerprintOf(_directory.Of("killed")).ShouldBe(before);
        }

        (await HashDatabase.VerifyAsync(_directory.Of("killed"), null, null, Cancellation)).IsSound.ShouldBeTrue();
        FingerprintOf(_directory.Of("killed")).ShouldBe(before);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Log_that_reaches_beyond_the_record_files_is_replayed_into_memory(bool hasModel)
    {
        await using (HashDatabase database = await HashDatabase.OpenAsync(_directory.Of("db"), null, null, Cancellation))
        {
            CollectionOptions options = hasModel
                ? new CollectionOptions(Samples.Model(Dimensions, 16), DistanceMetric.Euclidean)
                : new CollectionOptions(Dimensions, DistanceMetric.Euclidean);
            HashDbCollection written = await database.CreateCollectionAsync("c", options, Cancellation);
            await written.InsertAsync(Samples.Records(1, 0, 700, Dimensions), null, Cancellation);
            await written.Maintenance.CheckpointAsync(Cancellation);
            // The files grow at 1,024 rows; those that hold the rest are taken away below, as if they had never reached the device.
            await written.InsertAsync(Samples.Records(2, 700, 2_000, Dimensions), null, Cancellation);
            Copy(_directory.Of("db"), _directory.Of("killed"));
        }
        string records = Path.Combine(_directory.Of("killed"), "collections", "c", "records-000001");
        foreach (string file in Directory.EnumerateFiles(records, "*-0001").Concat(Directory.EnumerateFiles(records, "*-0002")))
            File.Delete(file);
        string[] first = Directory.GetFiles(records, "*-0000");
        foreach (string file in first.Where(file => !file.Contains("blobs", StringComparison.Ordinal)))
        {
            using FileStream cut = File.OpenWrite(file);
            cut.SetLength(64 + 700 * (file.Contains("vectors", StringComparison.Ordinal) ? Dimensions * sizeof(float) : 40));
        }
        string before = FingerprintOf(_directory.Of("killed"));

        await using HashDatabase readOnly = await OpenReadOnlyAsync("killed");
        await using HashDatabase writable = await HashDatabase.OpenAsync(_directory.Of("db"), null, null, Cancellation);
        (Collection left, Collection right) = (readOnly.GetCollection("c"), writable.GetCollection("c"));
        left.GetStatistics().Count.ShouldBe(2_700);
        foreach (float[] query in Enumerable.Range(0, 20).Select(i => Samples.Vector(new Random(i), Dimensions)))
        {
            var exact = new SearchOptions { Top = 20, TargetRecall = 1 };
            left.Search(query, exact, Cancellation).Hits.ShouldBe(right.Search(query, exact, Cancellation).Hits);
            left.Search(query, null, Cancellation).Hits.Count.ShouldBe(10);
        }
        FingerprintOf(_directory.Of("killed")).ShouldBe(before);
    }

    [Fact]
    public async Task Every_write_to_a_database_that_is_read_only_is_one_typed_error()
    {
        await CreateAsync(rows: 50);
        await using HashDatabase database = await OpenReadOnlyAsync("db");
        Collection collection = database.GetCollection("c");
        IHashModel model = Samples.Model(Dimensions, 16);
        string before = FingerprintOf(_directory.Of("db"));
        (string Name, Func<Task> Write)[] writes =
        [
            ("insert", () => collection.InsertAsync(Samples.Records(9, 900, 1, Dimensions), null, Cancellation)),
            ("insert of nothing", () => collection.InsertAsync(Array.Empty<VectorRecord>(), null, Cancellation)),
            ("upsert", () => collection.UpsertAsync(Samples.Records(9, 1, 1, Dimensions), null, Cancellation)),
            ("delete", () => collection.DeleteAsync([new VectorId(1)], null, Cancellation)),
            ("create index", () => collection.CreateIndexAsync("year", Cancellation)),
            ("drop index", () => collection.DropIndexAsync("year", Cancellation)),
            ("learn", () => collection.Learning.LearnAsync(
                [new LabelledVector { Vector = Samples.Vector(new Random(1), Dimensions), Labels = new[] { 1 } }], null, Cancellation)),
            ("discard", () => collection.Learning.DiscardDraftAsync(null, Cancellation)),
            ("publish", () => collection.Learning.PublishAsync(null, null, Cancellation)),
            ("checkpoint", () => collection.Maintenance.CheckpointAsync(Cancellation)),
            ("compact", () => collection.Maintenance.CompactAsync(Cancellation)),
            ("re-index", () => collection.Maintenance.ReindexAsync(model, null, null, Cancellation)),
            ("roll back", () => collection.Maintenance.RollbackAsync(null, Cancellation)),
            ("drop previous", () => collection.Maintenance.DropPreviousAsync(Cancellation)),
            ("create", () => database.CreateCollectionAsync("other", new CollectionOptions(model), Cancellation)),
            ("drop", () => database.DropCollectionAsync("c", Cancellation)),
            ("checkpoint all", () => database.CheckpointAsync(Cancellation)),
            ("back up", () => database.BackupAsync(_directory.Of("copy"), Cancellation)),
        ];

        foreach ((string name, Func<Task> write) in writes)
        {
            HashDbException refused = await Should.ThrowAsync<HashDbException>(write, name);
            (refused.Code, refused.IsTransient).ShouldBe((HashDbErrorCode.ReadOnly, false), name);
            refused.Message.ShouldContain("reading only", customMessage: name);
        }

        (await collection.GetNextSequenceNumberAsync(Guid.NewGuid(), Cancellation)).ShouldBe(0);
        (await collection.Learning.GetDraftStatisticsAsync(Cancellation)).ShouldBeNull();
        collection.GetStatistics().Count.ShouldBe(50);
        FingerprintOf(_directory.Of("db")).ShouldBe(before);
        Directory.Exists(_directory.Of("copy")).ShouldBeFalse();
    }

    [Fact]
    public async Task Readers_share_the_lock_and_exclude_a_writer()
    {
        await CreateAsync(rows: 10);
        await using (HashDatabase first = await OpenReadOnlyAsync("db"))
        {
            await using HashDatabase second = await OpenReadOnlyAsync("db");
            (await HashDatabase.VerifyAsync(_directory.Of("db"), null, null, Cancellation)).IsSound.ShouldBeTrue();
            second.GetCollection("c").GetStatistics().Count.ShouldBe(first.GetCollection("c").GetStatistics().Count);
            (await Should.ThrowAsync<HashDbException>(() => HashDatabase.OpenAsync(_directory.Of("db"), null, null, Cancellation)))
                .Code.ShouldBe(HashDbErrorCode.DatabaseLocked);
        }

        await using HashDatabase writer = await HashDatabase.OpenAsync(_directory.Of("db"), null, null, Cancellation);
        HashDbException refused = await Should.ThrowAsync<HashDbException>(() => OpenReadOnlyAsync("db"));
        (refused.Code, refused.IsTransient).ShouldBe((HashDbErrorCode.DatabaseLocked, true));
        (await Should.ThrowAsync<HashDbException>(() => HashDatabase.VerifyAsync(_directory.Of("db"), null, null, Cancellation)))
            .Code.ShouldBe(HashDbErrorCode.DatabaseLocked);
    }

    [Fact]
    public async Task Folder_that_is_no_database_is_not_made_one_by_a_reader()
    {
        HashDbException refused = await Should.ThrowAsync<HashDbException>(() => OpenReadOnlyAsync("none"));

        refused.Code.ShouldBe(HashDbErrorCode.DatabaseNotFound);
        Directory.Exists(_directory.Of("none")).ShouldBeFalse();
    }

    [Fact]
    public async Task Log_beyond_the_limit_is_refused_until_it_was_opened_once_for_writing()
    {
        await using (HashDatabase database = await HashDatabase.OpenAsync(_directory.Of("db"), null, null, Cancellation))
        {
            HashDbCollection collection = await database.CreateCollectionAsync(
                "c", new CollectionOptions(Samples.Model(Dimensions, 16)), Cancellation);
            await collection.InsertAsync(Samples.Records(1, 0, 20, Dimensions), null, Cancellation);
            Copy(_directory.Of("db"), _directory.Of("killed"));
        }
        string log = Directory.EnumerateFiles(Path.Combine(_directory.Of("killed"), "collections", "c", "wal"), "*.wal").Single();
        using (FileStream grown = File.OpenWrite(log))
            grown.SetLength(StorageLimits.MaxReadOnlyLogBytes + 1);

        HashDbException refused = await Should.ThrowAsync<HashDbException>(() => OpenReadOnlyAsync("killed"));

        refused.Code.ShouldBe(HashDbErrorCode.LimitExceeded);
        refused.Message.ShouldContain($"{StorageLimits.MaxReadOnlyLogBytes}");
        refused.Message.ShouldContain("Open it once for writing");
        await (await HashDatabase.OpenAsync(_directory.Of("killed"), null, null, Cancellation)).DisposeAsync();
        await using HashDatabase readOnly = await OpenReadOnlyAsync("killed");
        readOnly.GetCollection("c").GetStatistics().Count.ShouldBe(20);
    }

    [Fact]
    public async Task Posting_lists_beyond_their_memory_spill_to_the_temporary_folder()
    {
        const int Rows = 150_000;
        await using (HashDatabase database = await HashDatabase.OpenAsync(
            _directory.Of("db"), new DatabaseOptions { Durability = DurabilityMode.None }, null, Cancellation))
        {
            HashDbCollection collection = await database.CreateCollectionAsync(
                "c", new CollectionOptions(Samples.Model(Dimensions, 32, 2)), Cancellation);
            for (int first = 0; first < Rows; first += 10_000)
                await collection.InsertAsync(Samples.Records(first, (ulong)first, 10_000, Dimensions), null, Cancellation);
        }
        string before = FingerprintOf(_directory.Of("db"));
        string scratch;

        await using (HashDatabase database = await HashDatabase.OpenAsync(
            _directory.Of("db"),
            new DatabaseOptions { ReadOnly = true, PostingMemoryBytes = DatabaseOptions.MinPostingMemoryBytes },
            null,
            Cancellation))
        {
            Collection collection = database.GetCollection("c");
            scratch = collection.Core.Files.ScratchDirectory.ShouldNotBeNull();
            scratch.ShouldStartWith(Path.GetTempPath());
            Directory.EnumerateFiles(scratch, "postings.scratch*").ShouldNotBeEmpty("the lists should have spilled");
            collection.Search(Samples.Vector(new Random(4), Dimensions), null, Cancellation).Hits.Count.ShouldBe(10);
            FingerprintOf(_directory.Of("db")).ShouldBe(before);
        }

        Directory.Exists(scratch).ShouldBeFalse();
    }

    [Fact]
    public async Task Damage_that_one_copy_of_the_manifest_has_is_passed_over_and_left()
    {
        await CreateAsync(rows: 30);
        string manifest = Path.Combine(_directory.Of("db"), "collections", "c", "MANIFEST");
        byte[] bytes = File.ReadAllBytes(manifest);
        bytes[^1] ^= 0x40;
        File.WriteAllBytes(manifest, bytes);

        await using HashDatabase database = await OpenReadOnlyAsync("db");

        database.GetCollection("c").GetStatistics().Count.ShouldBe(30);
        File.ReadAllBytes(manifest).ShouldBe(bytes);
    }

    private async Task CreateAsync(int rows)
    {
        await using HashDatabase database = await HashDatabase.OpenAsync(_directory.Of("db"), null, null, Cancellation);
        HashDbCollection collection = await database.CreateCollectionAsync(
            "c", new CollectionOptions(Samples.Model(Dimensions, 16)), Cancellation);
        await collection.InsertAsync(Samples.Records(1, 0, rows, Dimensions), null, Cancellation);
    }

    private Task<HashDatabase> OpenReadOnlyAsync(string name) =>
        HashDatabase.OpenAsync(_directory.Of(name), new DatabaseOptions { ReadOnly = true }, null, Cancellation);

    private static void Copy(string from, string to)
    {
        foreach (string folder in Directory.EnumerateDirectories(from, "*", SearchOption.AllDirectories).Prepend(from))
            Directory.CreateDirectory(folder.Replace(from, to, StringComparison.Ordinal));
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
            File.WriteAllBytes(file.Replace(from, to, StringComparison.Ordinal), ReadShared(file));
    }

    private static byte[] ReadShared(string file)
    {
        // The lock of an open database lets nobody read it; it is empty.
        if (Path.GetFileName(file) == "LOCK")
            return [];
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Names, times and bytes of all files.</summary>
    private static string FingerprintOf(string folder) => string.Join('\n', Directory
        .EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories)
        .Order(StringComparer.Ordinal)
        .Select(entry => $"{entry} {File.GetLastWriteTimeUtc(entry).Ticks} "
            + (Directory.Exists(entry) ? "" : Convert.ToHexString(SHA256.HashData(ReadShared(entry))))));
}
