using HashDb.Client.Tests.Support;
using HashDb.Models;
using HashDb.Models.Data;
using HashDb.Models.Files;
using HashDb.Models.Kinds.Gph;
using HashDb.Models.Kinds.Grh.Streaming;
using HashDb.Models.Training;
using HashDb.Storage.Tests.Support;

namespace HashDb.Storage.Tests.Learning;

/// <summary>A draft is what was acknowledged, whatever happens in between, and changes nothing that is served.</summary>
public sealed class LearnTests
{
    private const int Dimensions = 12;

    [Theory]
    [InlineData(16, 1, 1)]
    [InlineData(16, 1, 2)]
    [InlineData(37, 2, 3)]
    public async Task Draft_equals_a_learner_in_memory_through_everything(int bitCount, int tableCount, int seed)
    {
        using var directory = new TemporaryDirectory();
        IHashModel model = Samples.Model(Dimensions, bitCount, tableCount);
        LearningOracle oracle = new(model);
        var random = new Random(seed);
        HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db"));
        Collection collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(model));
        for (int step = 0; step < 120; step++)
        {
            string context = $"seed {seed}, step {step}";
            switch (random.Next(100))
            {
                case < 50:
                    LabelledVector[] items = LearningOracle.RandomItems(random, random.Next(1, 40), Dimensions);
                    LearnReport report = await collection.Learning.LearnAsync(items);
                    report.ItemCount.ShouldBe(items.Length, context);
                    oracle.Learn(items);
                    break;
                case < 65:
                    int label = random.Next(12);
                    VectorRecord record = new()
                    {
                        Id = new VectorId((ulong)random.Next(60)),
                        Vector = Samples.Vector(random, Dimensions),
                        Labels = new[] { label, (label + random.Next(1, 12)) % 12 },
                    };
                    await collection.UpsertAsync([record]);
                    oracle.Stored[record.Id.Value] = record.Labels.ToArray();
                    break;
                case < 70:
                    await collection.DeleteAsync([new VectorId((ulong)random.Next(60))]);
                    foreach (ulong gone in oracle.Stored.Keys.Where(id => collection.Get(new VectorId(id)) is null).ToArray())
                        oracle.Stored.Remove(gone);
                    break;
                case < 73:
                    await collection.Learning.DiscardDraftAsync();
                    oracle.Discard();
                    break;
                case < 80:
                    await collection.Maintenance.CheckpointAsync();
                    break;
                case < 85:
                    await collection.Maintenance.CompactAsync();
                    break;
                case < 92:
                    // What a kill leaves: the files as they are while the database is open.
                    await AsOpenedFromCopyAsync(directory, copied => oracle.ShouldEqual(copied, context + ", copy"));
                    break;
                default:
                    await database.DisposeAsync();
                    database = await HashDatabase.OpenAsync(directory.Of("db"));
                    collection = database.GetCollection("c");
                    break;
            }
            oracle.ShouldEqual(collection, context);
        }
        await database.BackupAsync(directory.Of("backup"));
        await database.DisposeAsync();
        foreach (string place in new[] { "db", "backup" })
        {
            (await HashDatabase.VerifyAsync(directory.Of(place))).Damages.ShouldBeEmpty();
            await using HashDatabase again = await HashDatabase.OpenAsync(directory.Of(place));
            oracle.ShouldEqual(again.GetCollection("c"), place);
        }
        Directory.EnumerateFiles(directory.Of(Path.Combine("db", "collections", "c")), "draft-*").Count().ShouldBeLessThanOrEqualTo(1);
    }

    [Fact]
    public async Task Learning_changes_no_answer_and_not_the_model()
    {
        using var directory = new TemporaryDirectory();
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db"));
        Collection collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(Samples.Model(Dimensions, 16)));
        await collection.InsertAsync(Samples.Records(1, 0, 300, Dimensions));
        float[][] queries = [.. Samples.Records(2, 0, 20, Dimensions).Select(record => record.Vector.ToArray())];
        SearchHit[][] before =
        [
            .. queries.Select(query => collection.Search(query, new SearchOptions { Top = 20, Radius = 3 }).Hits.ToArray())
        ];
        ModelFingerprint fingerprint = collection.GetStatistics().ModelFingerprint;
        await collection.Learning.LearnAsync(LearningOracle.RandomItems(new Random(3), 500, Dimensions));
        await collection.Maintenance.CheckpointAsync();
        for (int i = 0; i < queries.Length; i++)
            collection.Search(queries[i], new SearchOptions { Top = 20, Radius = 3 }).Hits.ShouldBe(before[i]);
        collection.GetStatistics().ModelFingerprint.ShouldBe(fingerprint);
        collection.GetStatistics().Count.ShouldBe(300);
    }

    [Fact]
    public async Task A_stamped_learn_is_carried_out_once_also_after_a_restart()
    {
        using var directory = new TemporaryDirectory();
        IHashModel model = Samples.Model(Dimensions, 16);
        LearningOracle oracle = new(model);
        var client = Guid.NewGuid();
        LabelledVector[] first = LearningOracle.RandomItems(new Random(1), 30, Dimensions);
        LabelledVector[] second = LearningOracle.RandomItems(new Random(2), 7, Dimensions);
        await using (HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db")))
        {
            Collection collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(model));
            LearnReport report = await collection.Learning.LearnAsync(first, new WriteStamp(client, 0));
            (await collection.Learning.LearnAsync(first, new WriteStamp(client, 0))).ShouldBe(report);
            (await Should.ThrowAsync<HashDbException>(
                () => collection.Learning.LearnAsync(second, new WriteStamp(client, 31)))).Code.ShouldBe(HashDbErrorCode.WriteGap);
            oracle.Learn(first);
            oracle.ShouldEqual(collection, "first");
        }
        await using (HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db")))
        {
            Collection collection = database.GetCollection("c");
            await collection.Learning.LearnAsync(first, new WriteStamp(client, 0));
            await collection.Learning.LearnAsync(second, new WriteStamp(client, 30));
            oracle.Learn(second);
            oracle.ShouldEqual(collection, "second");
            await collection.Learning.DiscardDraftAsync(new WriteStamp(client, 37));
            await collection.Learning.LearnAsync(first);
            await collection.Learning.DiscardDraftAsync(new WriteStamp(client, 37));
            (await collection.Learning.GetDraftStatisticsAsync())!.ItemCount.ShouldBe(30);
        }
    }

    [Fact]
    public async Task Items_that_are_not_as_they_must_be_are_named_and_nothing_is_learned()
    {
        using var directory = new TemporaryDirectory();
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db"));
        Collection collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(Samples.Model(Dimensions, 16)));
        LabelledVector good = new() { Vector = Samples.Vector(new Random(1), Dimensions), Labels = new[] { 1 } };
        (string Message, LabelledVector Item)[] bad =
        [
            ("Item 1 has neither labels nor neighbours", good.With(labels: ReadOnlyMemory<int>.Empty)),
            ("Item 1 has both labels and neighbours", good.With(neighbours: new[] { new VectorId(1) })),
            ("Item 1 has the label 5 twice", good.With(labels: new[] { 5, 1, 5 })),
            ("Item 1 has 1025 labels; the limit is 1024", good.With(labels: Enumerable.Range(0, 1025).ToArray())),
            ("Item 1 has 1025 neighbours; the limit is 1024", good.With(labels: ReadOnlyMemory<int>.Empty, neighbours: new VectorId[1025])),
            ("Item 1 has 11 dimensions; the collection has 12", good.With(vector: new float[11])),
            ("Item 1 is not finite", good.With(vector: Enumerable.Repeat(float.NaN, 12).ToArray())),
            ("Row 1 has no direction", good.With(vector: new float[12])),
            ("Item 1 is null", null!),
        ];
        foreach ((string message, LabelledVector item) in bad)
            (await Should.ThrowAsync<ArgumentException>(() => collection.Learning.LearnAsync([good, item]))).Message.ShouldContain(message);
        (await Should.ThrowAsync<ArgumentException>(
            () => collection.Learning.LearnAsync(new LabelledVector[16_385]))).Message.ShouldContain("16384");
        (await collection.Learning.LearnAsync([])).ShouldBe(new LearnReport(0, 0));
        (await collection.Learning.GetDraftStatisticsAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Too_many_classes_and_models_without_hyperplanes_are_refused_before_anything_is_logged()
    {
        using var directory = new TemporaryDirectory();
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db"));
        Collection collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(Samples.Model(Dimensions, 8)));
        var random = new Random(1);
        LabelledVector[] Classes(int first, int count) =>
        [
            .. Enumerable.Range(0, (count + 1023) / 1024).Select(i => new LabelledVector
            {
                Vector = Samples.Vector(random, Dimensions),
                Labels = Enumerable.Range(first + (i * 1024), Math.Min(1024, count - (i * 1024))).ToArray(),
            }),
        ];
        LabelledVector[] half = Classes(0, 300);
        Task<LearnReport>[] together =
        [
            collection.Learning.LearnAsync(half),
            collection.Learning.LearnAsync(Classes(1_000, GrhStreamOptions.MaxClassCount - 299)),
            collection.Learning.LearnAsync(half)
        ];
        await together[0];
        (await Should.ThrowAsync<HashDbException>(() => together[1])).Code.ShouldBe(HashDbErrorCode.LimitExceeded);
        await together[2];
        collection.GetStatistics().LastSequenceNumber.ShouldBe(2 * half.Length);
        (await collection.Learning.GetDraftStatisticsAsync())!.ClassCount.ShouldBe(300);

        FeatureMatrix vectors = new((float[])[.. Enumerable.Range(0, 100).SelectMany(_ => Samples.Vector(random, Dimensions))], Dimensions);
        IHashModel gph = GphTrainer.Train(
            new GphOptions { BitCount = 8, InducingPointCount = 20 },
            vectors,
            LabelSet.FromClasses([.. Enumerable.Range(0, 100).Select(i => i % 3)]));
        Collection other = (Collection)await database.CreateCollectionAsync("gph", new CollectionOptions(gph));
        HashDbException refused = await Should.ThrowAsync<HashDbException>(() => other.Learning.LearnAsync(half));
        refused.Code.ShouldBe(HashDbErrorCode.UnsupportedOperation);
        refused.Message.ShouldContain("'gph'");
        other.GetStatistics().LastSequenceNumber.ShouldBe(0);
    }

    [Fact]
    public async Task Damaged_draft_is_a_typed_error_that_names_it_and_repair_drops_the_draft_alone()
    {
        using var directory = new TemporaryDirectory();
        await using (HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db")))
        {
            Collection collection =
                (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(Samples.Model(Dimensions, 16)));
            await collection.InsertAsync(Samples.Records(1, 0, 50, Dimensions));
            await collection.Learning.LearnAsync(LearningOracle.RandomItems(new Random(3), 200, Dimensions));
        }
        string file = Directory.EnumerateFiles(directory.Of(Path.Combine("db", "collections", "c")), "draft-*").Single();
        byte[] sound = File.ReadAllBytes(file);
        for (int at = 0; at < sound.Length; at += Math.Max(1, sound.Length / 300))
        {
            byte[] damaged = [.. sound];
            damaged[at] ^= 0x40;
            File.WriteAllBytes(file, damaged);
            HashDbException thrown =
                await Should.ThrowAsync<HashDbException>(() => HashDatabase.OpenAsync(directory.Of("db")), $"byte {at}");
            thrown.Message.ShouldContain(file, customMessage: $"byte {at}");
            File.WriteAllBytes(file, sound[..at]);
            (await Should.ThrowAsync<CorruptDataException>(
                () => HashDatabase.OpenAsync(directory.Of("db")), $"cut to {at}")).File.ShouldBe(file);
        }
        (await HashDatabase.VerifyAsync(directory.Of("db"))).Damages.ShouldContain(damage => damage.File == file);
        RepairReport report = await HashDatabase.RepairAsync(directory.Of("db"));
        report.Quarantined.Single().File.ShouldBe(file);
        (await HashDatabase.VerifyAsync(directory.Of("db"))).IsSound.ShouldBeTrue();
        await using HashDatabase repaired = await HashDatabase.OpenAsync(directory.Of("db"));
        (await repaired.GetCollection("c").Learning.GetDraftStatisticsAsync()).ShouldBeNull();
        repaired.GetCollection("c").GetStatistics().Count.ShouldBe(50);
        File.Exists(file).ShouldBeFalse();
    }

    [Fact]
    public async Task Calls_from_many_threads_are_each_learned_whole()
    {
        using var directory = new TemporaryDirectory();
        IHashModel model = Samples.Model(Dimensions, 16);
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db"));
        Collection collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(model));
        await Parallel.ForAsync(0, 40, async (i, cancellation) =>
        {
            await collection.Learning.LearnAsync(
                LearningOracle.RandomItems(new Random(i), 25, Dimensions), cancellationToken: cancellation);
            if (i % 8 == 0)
                (await collection.Learning.GetDraftStatisticsAsync(CancellationToken.None))!.ItemCount.ShouldBeGreaterThan(0);
        });
        (await collection.Learning.GetDraftStatisticsAsync())!.ItemCount.ShouldBe(1_000);
        IStreamState draft = collection.Core.Commit.Draft.Snapshot()!.State;
        await database.DisposeAsync();
        await using HashDatabase again = await HashDatabase.OpenAsync(directory.Of("db"));
        HashModelFile.ToBytes(again.GetCollection("c").Core.Commit.Draft.Snapshot()!.State.AsModel())
            .ShouldBe(HashModelFile.ToBytes(draft.AsModel()));
    }

    private static async Task AsOpenedFromCopyAsync(TemporaryDirectory directory, Action<Collection> look)
    {
        string copy = directory.Of("copy-" + Guid.NewGuid().ToString("N"));
        foreach (string file in Directory.EnumerateFiles(directory.Of("db"), "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(copy, Path.GetRelativePath(directory.Of("db"), file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            if (Path.GetFileName(file) != "LOCK")
                File.Copy(file, target);
        }
        await using (HashDatabase database = await HashDatabase.OpenAsync(copy))
            look(database.GetCollection("c"));
        Directory.Delete(copy, recursive: true);
    }
}
