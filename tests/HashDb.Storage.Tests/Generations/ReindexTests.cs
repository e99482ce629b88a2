using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using HashDb.Models;
using HashDb.Models.Files;
using HashDb.Models.Kinds.Lsh;
using HashDb.Storage.Tests.Support;

namespace HashDb.Storage.Tests.Generations;

/// <summary>A collection moves to another model and back, and answers at each step as the model that it names does.</summary>
public sealed class ReindexTests : IDisposable
{
    private const int Dimensions = 12;
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(16, 1, 8, 3)]
    [InlineData(16, 3, 100, 1)]
    [InlineData(100, 2, 16, 1)]
    [InlineData(24, 1, 32, 2)]
    public async Task Reindex_answers_as_the_new_model_does_before_and_after_a_reopen(int bits, int tables, int newBits, int newTables)
    {
        IHashModel before = Samples.Model(Dimensions, bits, tables);
        IHashModel after = Samples.Model(Dimensions, newBits, newTables, seed: 8);
        var oracle = new OracleCollection(after, DistanceMetric.Cosine);
        await using (HashDatabase database = await HashDatabase.OpenAsync(_directory.Of("db")))
        {
            Collection collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(before));
            await WriteAsync(collection, oracle, 1);
            GenerationReport report = await collection.Maintenance.ReindexAsync(after);
            report.Generation.ShouldBe(2);
            report.ModelFingerprint.ShouldBe(HashModelFile.Fingerprint(after));
            report.EncodedRows.ShouldBe(oracle.Records.Count);
            collection.Description.BitCount.ShouldBe(newBits);
            collection.Description.TableCount.ShouldBe(newTables);
            collection.Description.ModelFingerprint.ShouldBe(HashModelFile.Fingerprint(after));
            collection.Model.BitCount.ShouldBe(newBits);
            ShouldAgree(collection, oracle, 2);
            await WriteAsync(collection, oracle, 2);
            ShouldAgree(collection, oracle, 2);
        }
        (await HashDatabase.VerifyAsync(_directory.Of("db"))).Damages.ShouldBeEmpty();
        await using HashDatabase again = await HashDatabase.OpenAsync(_directory.Of("db"));
        ShouldAgree(again.GetCollection("c"), oracle, 2);
    }

    [Fact]
    public async Task Model_of_other_dimensions_is_refused_and_both_are_named()
    {
        await using HashDatabase database = await HashDatabase.OpenAsync(_directory.Of("db"));
        Collection collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(Samples.Model(Dimensions, 16)));
        ArgumentException refusal =
            await Should.ThrowAsync<ArgumentException>(() => collection.Maintenance.ReindexAsync(Samples.Model(13, 16)));
        refusal.Message.ShouldContain("13");
        refusal.Message.ShouldContain("12");
    }

    [Fact]
    public async Task Vector_that_the_new_model_cannot_encode_is_named_and_the_old_generation_stays()
    {
        await using HashDatabase database = await HashDatabase.OpenAsync(_directory.Of("db"));
        IHashModel anyVector = LshTrainer.Train(new LshOptions { BitCount = 16, Preprocessing = PreprocessingOrder.None }, Dimensions);
        Collection collection =
            (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(anyVector, DistanceMetric.Euclidean));
        await collection.InsertAsync(Samples.Records(1, 0, 300, Dimensions));
        await collection.InsertAsync([new VectorRecord { Id = new VectorId(777), Vector = new float[Dimensions] }]);
        HashDbException refusal =
            await Should.ThrowAsync<HashDbException>(() => collection.Maintenance.ReindexAsync(Samples.Model(Dimensions, 24)));
        refusal.Code.ShouldBe(HashDbErrorCode.InvalidArgument);
        refusal.Message.ShouldContain("777");
        collection.GetStatistics().Generation.ShouldBe(1);
        collection.Model.BitCount.ShouldBe(16);
        Directory.GetDirectories(_directory.Of("db/collections/c"), "gen-*").Length.ShouldBe(1);

        await collection.DeleteAsync([new VectorId(777)]);
        (await collection.Maintenance.ReindexAsync(Samples.Model(Dimensions, 24))).Generation.ShouldBe(2);
    }

    [Fact]
    public async Task Reindex_of_an_empty_collection_switches()
    {
        await using HashDatabase database = await HashDatabase.OpenAsync(_directory.Of("db"));
        Collection collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(Samples.Model(Dimensions, 16)));
        await collection.Maintenance.ReindexAsync(Samples.Model(Dimensions, 80, 2));
        var oracle = new OracleCollection(Samples.Model(Dimensions, 80, 2), DistanceMetric.Cosine);
        await WriteAsync(collection, oracle, 1);
        ShouldAgree(collection, oracle, 2);
    }

    [Fact]
    public async Task Options_outside_their_ranges_are_refused()
    {
        await using HashDatabase database = await HashDatabase.OpenAsync(_directory.Of("db"));
        Collection collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(Samples.Model(Dimensions, 16)));
        foreach (GenerationOptions options in new[] { new GenerationOptions { BusyShare = 0 },
        new GenerationOptions { BusyShare = double.NaN }, new GenerationOptions { BusyShare = 1.1 }, new GenerationOptions { Cores = 0 } })
            await Should.ThrowAsync<ArgumentOutOfRangeException>(
                () => collection.Maintenance.ReindexAsync(Samples.Model(Dimensions, 16), options));
    }

    [Theory]
    [InlineData(0.01, 1)]
    [InlineData(0.5, 3)]
    public async Task Progress_passes_through_every_phase_in_order_whatever_the_pace(double share, int cores)
    {
        await using HashDatabase database = await HashDatabase.OpenAsync(_directory.Of("db"));
        Collection collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(Samples.Model(Dimensions, 16)));
        await collection.InsertAsync(Samples.Records(1, 0, 5_000, Dimensions));
        var seen = new ProgressList();
        await collection.Maintenance.ReindexAsync(
            Samples.Model(Dimensions, 40, 2), new GenerationOptions { BusyShare = share, Cores = cores }, seen);
        GenerationPhase[] phases = [.. seen.Reports.Select(report => report.Phase)];
        phases.Distinct().ShouldBe([GenerationPhase.Rows, GenerationPhase.Postings, GenerationPhase.CatchUp, GenerationPhase.Switch]);
        phases.ShouldBe(phases.Order());
        seen.Reports.ShouldAllBe(report => report.RowsDone <= report.RowsTotal);
        collection.GetStatistics().Building.ShouldBeNull();
    }

    [Fact]
    public async Task Rollback_brings_the_model_back_with_everything_written_since()
    {
        IHashModel first = Samples.Model(Dimensions, 16, 2);
        IHashModel second = Samples.Model(Dimensions, 40, 1, seed: 3);
        var oracle = new OracleCollection(first, DistanceMetric.Cosine);
        await using HashDatabase database = await HashDatabase.OpenAsync(_directory.Of("db"));
        Collection collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(first));
        await WriteAsync(collection, oracle, 1);
        int rowsBefore = oracle.Records.Count;
        await collection.Maintenance.ReindexAsync(second);
        collection.GetStatistics().PreviousGeneration.ShouldBe(new PreviousGeneration(1, HashModelFile.Fingerprint(first), 16, 2));
        VectorRecord[] since = Samples.Records(9, 10_000, 25, Dimensions);
        await collection.InsertAsync(since);
        foreach (VectorRecord record in since)
            oracle.Records[record.Id.Value] = record;

        GenerationReport report = await collection.Maintenance.RollbackAsync();
        report.Generation.ShouldBe(3);
        report.ModelFingerprint.ShouldBe(HashModelFile.Fingerprint(first));
        report.EncodedRows.ShouldBe(25, "the hashcodes of the older rows were kept");
        ShouldAgree(collection, oracle, 3);
        collection.GetStatistics().PreviousGeneration.ShouldBeNull();
        (await Should.ThrowAsync<HashDbException>(
            () => collection.Maintenance.RollbackAsync())).Code.ShouldBe(HashDbErrorCode.NoPreviousGeneration);
        GenerationFolders().ShouldBe(["gen-000003"]);
        rowsBefore.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Rollback_after_a_compaction_and_a_reopen_encodes_all_rows()
    {
        IHashModel first = Samples.Model(Dimensions, 16, 2);
        var oracle = new OracleCollection(first, DistanceMetric.Cosine);
        await using (HashDatabase database = await HashDatabase.OpenAsync(_directory.Of("db")))
        {
            Collection collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(first));
            await WriteAsync(collection, oracle, 1);
            await collection.Maintenance.ReindexAsync(Samples.Model(Dimensions, 80));
            await WriteAsync(collection, oracle, 2);
            await collection.Maintenance.CompactAsync();
            Directory.GetFiles(_directory.Of("db/collections/c/gen-000001"), "codes-*").ShouldBeEmpty("rows have other numbers now");
        }
        await using HashDatabase again = await HashDatabase.OpenAsync(_directory.Of("db"));
        Collection reopened = again.GetCollection("c");
        GenerationReport report = await reopened.Maintenance.RollbackAsync();
        report.EncodedRows.ShouldBe(oracle.Records.Count);
        ShouldAgree(reopened, oracle, 4);
    }

    [Fact]
    public async Task Rollback_after_a_reopen_takes_the_kept_hashcodes()
    {
        IHashModel first = Samples.Model(Dimensions, 16, 2);
        var oracle = new OracleCollection(first, DistanceMetric.Cosine);
        await using (HashDatabase database = await HashDatabase.OpenAsync(_directory.Of("db")))
        {
            Collection collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(first));
            await WriteAsync(collection, oracle, 1);
            await collection.Maintenance.ReindexAsync(Samples.Model(Dimensions, 80));
        }
        await using (HashDatabase again = await HashDatabase.OpenAsync(_directory.Of("db")))
        {
            GenerationReport report = await again.GetCollection("c").Maintenance.RollbackAsync();
            report.EncodedRows.ShouldBe(0);
            ShouldAgree(again.GetCollection("c"), oracle, 3);
        }
        GenerationFolders().ShouldBe(["gen-000003"]);
    }

    [Fact]
    public async Task Previous_generation_is_replaced_by_the_next_and_dropped_when_asked()
    {
        await using HashDatabase database = await HashDatabase.OpenAsync(_directory.Of("db"));
        Collection collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(Samples.Model(Dimensions, 16)));
        await collection.InsertAsync(Samples.Records(1, 0, 3_000, Dimensions));
        await collection.Maintenance.ReindexAsync(Samples.Model(Dimensions, 24));
        GenerationFolders().ShouldBe(["gen-000001", "gen-000002"]);
        await collection.Maintenance.ReindexAsync(Samples.Model(Dimensions, 32));
        GenerationFolders().ShouldBe(["gen-000002", "gen-000003"]);
        collection.GetStatistics().PreviousGeneration!.Generation.ShouldBe(2);

        long bytes = collection.GetStatistics().DiskBytes;
        await collection.Maintenance.DropPreviousAsync();
        GenerationFolders().ShouldBe(["gen-000003"]);
        collection.GetStatistics().DiskBytes.ShouldBeLessThan(bytes);
        collection.GetStatistics().PreviousGeneration.ShouldBeNull();
        (await Should.ThrowAsync<HashDbException>(
            () => collection.Maintenance.DropPreviousAsync())).Code.ShouldBe(HashDbErrorCode.NoPreviousGeneration);

        await collection.Maintenance.ReindexAsync(Samples.Model(Dimensions, 16), new GenerationOptions { KeepPrevious = false });
        collection.GetStatistics().PreviousGeneration.ShouldBeNull();
        GenerationFolders().ShouldBe(["gen-000004"]);
    }

    [Fact]
    public async Task Changes_of_generation_are_measured_by_kind()
    {
        string name = "c" + Guid.NewGuid().ToString("N");
        var measured = new ConcurrentQueue<(string Instrument, string? Kind, double Seconds)>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, own) =>
        {
            if (instrument.Name is StorageTelemetry.GenerationDurationName or StorageTelemetry.GenerationPauseDurationName)
                own.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((instrument, seconds, tags, _) =>
        {
            if (TagOf(tags, "db.collection.name") == name)
                measured.Enqueue((instrument.Name, TagOf(tags, "hashdb.generation.kind"), seconds));
        });
        listener.Start();
        await using HashDatabase database = await HashDatabase.OpenAsync(_directory.Of("db"));
        Collection collection =
            (Collection)await database.CreateCollectionAsync(name, new CollectionOptions(Samples.Model(Dimensions, 16)));
        GenerationReport reindex = await collection.Maintenance.ReindexAsync(Samples.Model(Dimensions, 24));
        GenerationReport rollback = await collection.Maintenance.RollbackAsync();
        await collection.Maintenance.CompactAsync();
        measured.Select(item => (item.Instrument, item.Kind)).ShouldBe(
            new[] { "reindex", "rollback", "compaction" }.SelectMany(kind => new[] { (
                StorageTelemetry.GenerationDurationName, (string?)kind), (StorageTelemetry.GenerationPauseDurationName, kind) }));
        measured.Select(item => item.Seconds).Take(4).ShouldBe(
            [
                reindex.Elapsed.TotalSeconds,
                reindex.WritePause.TotalSeconds,
                rollback.Elapsed.TotalSeconds,
                rollback.WritePause.TotalSeconds
            ]);

        static string? TagOf(ReadOnlySpan<KeyValuePair<string, object?>> tags, string key)
        {
            foreach ((string tag, object? value) in tags)
            {
                if (tag == key)
                    return value as string;
            }
            return null;
        }
    }

    private string[] GenerationFolders() =>
        [.. Directory.GetDirectories(
            _directory.Of("db/collections/c"), "gen-*").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    /// <summary>Inserts, updates and deletes.</summary>
    private static async Task WriteAsync(Collection collection, OracleCollection oracle, int seed)
    {
        VectorRecord[] records = Samples.Records(seed, (ulong)seed * 1_000, 200, Dimensions);
        await collection.InsertAsync(records);
        VectorRecord[] updated = Samples.Records(seed + 50, (ulong)seed * 1_000 + 20, 30, Dimensions);
        await collection.UpsertAsync(updated);
        foreach (VectorRecord record in records.Concat(updated))
            oracle.Records[record.Id.Value] = record;
        VectorId[] deleted = [.. Enumerable.Range(0, 15).Select(i => new VectorId((ulong)(seed * 1_000 + i * 3)))];
        await collection.DeleteAsync(deleted);
        foreach (VectorId id in deleted)
            oracle.Records.Remove(id.Value);
    }

    private static void ShouldAgree(Collection collection, OracleCollection oracle, long generation)
    {
        var random = new Random(5);
        for (int i = 0; i < 3; i++)
        {
            float[] query = Samples.Vector(random, Dimensions);
            Answers.ShouldAgree(collection, oracle, query, $"generation {generation}");
            collection.Search(query).Statistics.Generation.ShouldBe(generation);
            collection.Probe(query, new ProbeOptions { Radius = 2 }).Statistics.Generation.ShouldBe(generation);
        }
        collection.GetStatistics().Generation.ShouldBe(generation);
    }

    private sealed class ProgressList : IProgress<GenerationProgress>
    {
        public List<GenerationProgress> Reports { get; } = [];

        public void Report(GenerationProgress value)
        {
            lock (Reports)
                Reports.Add(value);
        }
    }
}
