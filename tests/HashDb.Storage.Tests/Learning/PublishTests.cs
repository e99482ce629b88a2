using HashDb.Models;
using HashDb.Models.Files;
using HashDb.Models.Kinds.Grh;
using HashDb.Models.Kinds.Grh.Streaming;
using HashDb.Models.Kinds.Lsh;
using HashDb.Storage.Learning;
using HashDb.Storage.Tests.Support;

namespace HashDb.Storage.Tests.Learning;

/// <summary>What a draft is worth, and how it comes to serve.</summary>
public sealed class PublishTests
{
    private const int Dimensions = 24;
    private const int ClassCount = 6;

    private static readonly float[][] Centres =
    [
        .. Samples.Records(77, 0, ClassCount, Dimensions).Select(record => record.Vector.ToArray())
    ];

    [Fact]
    public async Task Statistics_are_those_that_counting_gives()
    {
        using var directory = new TemporaryDirectory();
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db"));
        Collection collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(Samples.Model(Dimensions, 16)));
        VectorRecord[] records = Records(1, 700);
        await collection.InsertAsync(records);
        await collection.DeleteAsync([.. Enumerable.Range(0, 50).Select(id => new VectorId((ulong)id))]);
        await collection.Learning.LearnAsync(Items(2, 100));
        DraftStatistics few = (await collection.Learning.GetDraftStatisticsAsync())!;
        few.Quality.ShouldBeNull();
        few.ReservoirCount.ShouldBe(100);
        await collection.Learning.LearnAsync(Items(3, 900));

        DraftStatistics statistics = (await collection.Learning.GetDraftStatisticsAsync())!;
        IHashModel draft = Learned(collection.Model, Items(2, 100), Items(3, 900));
        (
            statistics.ItemCount,
            statistics.ClassCount,
            statistics.SampledRows,
            statistics.ReservoirCount).ShouldBe((1_000, ClassCount, 650, 1_000));
        statistics.Fingerprint.ShouldBe(HashModelFile.Fingerprint(draft));
        statistics.BaseFingerprint.ShouldBe(HashModelFile.Fingerprint(collection.Model));
        int[] distances =
        [
            .. records.Skip(50).Select(
                record => draft.EncodeOne(record.Vector.Span).HammingDistance(collection.Model.EncodeOne(record.Vector.Span)))
        ];
        statistics.Drift.ShouldBe(distances.Count(d => d > 0) / 650.0, 1e-12);
        statistics.MeanChangedBits.ShouldBe(distances.Average(), 1e-12);
        statistics.QualityRadius.ShouldBe(2);
        statistics.Quality!.DraftPrecision.ShouldBeGreaterThan(statistics.Quality.LivePrecision + 0.1);
        (await collection.Learning.GetDraftStatisticsAsync()).ShouldBe(statistics);
    }

    [Fact]
    public async Task Reservoir_is_bounded_and_a_function_of_the_log()
    {
        using var directory = new TemporaryDirectory();
        (float[] Vector, int[] Labels)[] before;
        await using (HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db")))
        {
            Collection collection =
                (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(Samples.Model(Dimensions, 16)));
            for (int part = 0; part < 5; part++)
            {
                await collection.Learning.LearnAsync(Items(part, 1_500));
                if (part == 2)
                    await collection.Maintenance.CheckpointAsync();
            }
            (await collection.Learning.GetDraftStatisticsAsync())!.ReservoirCount.ShouldBe(StorageLimits.MaxReservoirItems);
            before = [.. collection.Core.Commit.Draft.Snapshot()!.Reservoir.Items];
        }
        float[][] newest = [.. Items(4, 1_500).Select(item => item.Vector.ToArray())];
        before.Count(kept => newest.Any(vector => vector.AsSpan().SequenceEqual(kept.Vector))).ShouldBeInRange(900, 1_300);
        await using HashDatabase again = await HashDatabase.OpenAsync(directory.Of("db"));
        IReadOnlyList<(float[] Vector, int[] Labels)> after = again.GetCollection("c").Core.Commit.Draft.Snapshot()!.Reservoir.Items;
        for (int i = 0; i < before.Length; i++)
        {
            after[i].Vector.ShouldBe(before[i].Vector);
            after[i].Labels.ShouldBe(before[i].Labels);
        }
    }

    [Fact]
    public async Task Published_draft_serves_and_goes_on_learning()
    {
        using var directory = new TemporaryDirectory();
        IHashModel start = Samples.Model(Dimensions, 16);
        LearningOracle oracle = new(start);
        await using (HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db")))
        {
            Collection collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(start));
            (await Should.ThrowAsync<HashDbException>(
                () => collection.Learning.PublishAsync())).Code.ShouldBe(HashDbErrorCode.InvalidArgument);
            VectorRecord[] records = Records(1, 400);
            await collection.InsertAsync(records);
            LabelledVector[] items = Items(2, 1_000);
            await collection.Learning.LearnAsync(items);
            oracle.Learn(items);
            IHashModel learned = Learned(start, items);
            GenerationReport report = await collection.Learning.PublishAsync(new GenerationOptions { KeepPrevious = true });
            report.ModelFingerprint.ShouldBe(HashModelFile.Fingerprint(learned));
            var answers = new OracleCollection(learned, DistanceMetric.Cosine);
            foreach (VectorRecord record in records)
                answers.Records[record.Id.Value] = record;
            for (int i = 0; i < 10; i++)
                Answers.ShouldAgree(collection, answers, records[i].Vector.ToArray(), "published");
            (await collection.Learning.GetDraftStatisticsAsync())!.Drift.ShouldBe(0);
            oracle.ShouldEqual(collection, "published");
            items = Items(3, 200);
            await collection.Learning.LearnAsync(items);
            oracle.Learn(items);
            oracle.ShouldEqual(collection, "learned more");
            await collection.Maintenance.RollbackAsync();
            collection.Description.ModelFingerprint.ShouldBe(HashModelFile.Fingerprint(start));
            oracle.ShouldEqual(collection, "rolled back");
        }
        await using (HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db")))
            oracle.ShouldEqual(database.GetCollection("c"), "opened again");
    }

    [Fact]
    public async Task Draft_of_another_shape_is_dropped_by_a_reindex_and_learning_begins_anew()
    {
        using var directory = new TemporaryDirectory();
        IHashModel longer = Samples.Model(Dimensions, 24);
        await using (HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db")))
        {
            Collection collection =
                (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(Samples.Model(Dimensions, 16)));
            await collection.Learning.LearnAsync(Items(1, 50));
            await collection.Maintenance.ReindexAsync(longer);
            (await collection.Learning.GetDraftStatisticsAsync()).ShouldBeNull();
        }
        LearningOracle oracle = new(longer);
        await using (HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db")))
        {
            Collection collection = database.GetCollection("c");
            (await collection.Learning.GetDraftStatisticsAsync()).ShouldBeNull();
            LabelledVector[] items = Items(2, 50);
            await collection.Learning.LearnAsync(items);
            oracle.Learn(items);
            oracle.ShouldEqual(collection, "begun anew");
        }
    }

    [Fact]
    public async Task Learning_beside_changes_of_the_model_is_replayed_to_the_same_draft()
    {
        using var directory = new TemporaryDirectory();
        float[] sample = [.. Vectors(5, 50).SelectMany(item => item.Vector)];
        IHashModel[] models =
        [
            Samples.Model(Dimensions, 16),
            LshTrainer.Train(new LshOptions { BitCount = 16, Preprocessing = PreprocessingOrder.CenterThenUnit }, sample, 50, Dimensions),
            Samples.Model(Dimensions, 24, 2),
        ];
        byte[]? draft;
        await using (HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db")))
        {
            Collection collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(models[0]));
            await collection.InsertAsync(Records(1, 100));
            using var stop = new CancellationTokenSource();
            Task[] learners =
            [
                .. Enumerable.Range(0, 3).Select(thread => Task.Run(async () =>
                {
                    for (int i = 0; !stop.IsCancellationRequested; i++)
                    {
                        await collection.Learning.LearnAsync(Items((thread * 1_000) + i, 20));
                        _ = (await collection.Learning.GetDraftStatisticsAsync());
                    }
                })),
            ];
            for (int i = 1; i <= 12; i++)
                await collection.Maintenance.ReindexAsync(models[i % models.Length]);
            await stop.CancelAsync();
            await Task.WhenAll(learners);
            draft = StateOf(collection);
        }
        await using HashDatabase again = await HashDatabase.OpenAsync(directory.Of("db"));
        StateOf(again.GetCollection("c")).ShouldBe(draft);

        static byte[]? StateOf(Collection collection) =>
            collection.Core.Commit.Draft.Snapshot() is { } snapshot ? HashModelFile.ToBytes(snapshot.State.AsModel()) : null;
    }

    [Fact]
    public async Task Policy_publishes_a_better_draft_by_itself_and_leaves_the_others()
    {
        using var directory = new TemporaryDirectory();
        var options =
            new DatabaseOptions { PublishPolicy = new PublishPolicy { MinDrift = 0.05, MinInterval = PublishPolicy.ShortestInterval } };
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db"), options);
        Collection collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(Samples.Model(Dimensions, 16)));
        await collection.InsertAsync(Records(1, 300));
        LabelledVector[] items = Items(2, 1_000);
        await collection.Learning.LearnAsync(items);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (collection.GetStatistics().Generation == 1)
            await Task.Delay(20, limit.Token);
        collection.Description.ModelFingerprint.ShouldBe(HashModelFile.Fingerprint(Learned(Samples.Model(Dimensions, 16), items)));
        collection.GetStatistics().PreviousGeneration.ShouldNotBeNull();
    }

    [Theory]
    [InlineData(0.2, 0.5, 0.4, true, true)]
    [InlineData(0.2, 0.4, 0.4, true, true)]
    [InlineData(0.2, 0.3, 0.4, true, false)]
    [InlineData(0.2, 0.3, 0.4, false, true)]
    [InlineData(0.05, 0.5, 0.4, true, false)]
    [InlineData(0.2, null, null, true, false)]
    [InlineData(0.2, null, null, false, true)]
    public void Policy_wants_drift_and_quality(double drift, double? draft, double? live, bool qualityNotWorse, bool wanted)
    {
        DraftStatistics statistics = new()
        {
            ItemCount = 1,
            MovedCount = 1,
            ClassCount = 1,
            BaseFingerprint = default,
            Fingerprint = default,
            SampledRows = 1,
            Drift = drift,
            MeanChangedBits = 1,
            ReservoirCount = 1,
            QualityRadius = 2,
            Quality = draft is null ? null : new DraftQuality(live!.Value, draft.Value, 1, 1),
        };
        new PublishPolicy { MinDrift = 0.1, QualityNotWorse = qualityNotWorse }.Wants(statistics).ShouldBe(wanted);
    }

    [Fact]
    public void Policy_out_of_range_is_refused_with_the_options()
    {
        PublishPolicy[] bad =
        [
            new() { MinDrift = 0 },
            new() { MinDrift = double.NaN },
            new() { MinDrift = 1.1 },
            new() { MinInterval = TimeSpan.FromMilliseconds(999) },
            new() { MinInterval = TimeSpan.FromDays(25) }
        ];
        foreach (PublishPolicy policy in bad)
            Should.Throw<ArgumentOutOfRangeException>(() => new DatabaseOptions { PublishPolicy = policy }.Validate());
        new DatabaseOptions { PublishPolicy = new PublishPolicy() }.Validate();
    }

    private static GrhModel Learned(IHashModel start, params LabelledVector[][] batches)
    {
        GrhStreamLearner learner = new(start, new GrhStreamOptions());
        foreach (LabelledVector item in batches.SelectMany(batch => batch))
            learner.Learn(item.Vector.Span, [item.Labels]);
        return learner.CreateModel();
    }

    private static LabelledVector[] Items(int seed, int count) =>
        [.. Vectors(seed + 1_000, count).Select(item => new LabelledVector { Vector = item.Vector, Labels = new[] { item.Class } })];

    private static VectorRecord[] Records(int seed, int count) =>
        [.. Vectors(seed, count).Select(
            (item, id) => new VectorRecord { Id = new VectorId((ulong)id), Vector = item.Vector, Labels = new[] { item.Class } })];

    /// <summary>Vectors around the centres of their classes, far enough out for classes to mix.</summary>
    private static IEnumerable<(float[] Vector, int Class)> Vectors(int seed, int count)
    {
        var random = new Random(seed);
        for (int i = 0; i < count; i++)
        {
            int c = random.Next(ClassCount);
            float[] vector = Samples.Vector(random, Dimensions);
            for (int d = 0; d < Dimensions; d++)
                vector[d] += 0.6f * Centres[c][d];
            yield return (vector, c);
        }
    }
}
