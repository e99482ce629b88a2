// Sketches beside a model that is not of cells: a re-index makes them, and from then on a search keeps a recall without comparing all.
using HashDb.Models.Kinds.Cells;
using HashDb.Storage.Tests.Support;
using static HashDb.Storage.Tests.Sketches.ClusteredRows;

namespace HashDb.Storage.Tests.Sketches;

public sealed class ModelSketchTests
{
    private static readonly GenerationOptions WithSketches = new() { Sketches = true, KeepPrevious = false };

    [Theory]
    [InlineData(DistanceMetric.Euclidean, 1)]
    [InlineData(DistanceMetric.Cosine, 2)]
    public async Task Reindex_gives_sketches_to_a_collection_of_hyperplanes_which_keeps_its_radius(DistanceMetric metric, int tables)
    {
        using TemporaryDirectory directory = new();
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Path);
        HashDbCollection collection = await HyperplanesAsync(database, metric, tables);
        await InsertAsync(collection, 0, Rows / 2);
        string before = await RadiusAsync(collection);

        GenerationReport report = await collection.Maintenance.ReindexAsync(null, WithSketches);

        report.ModelFingerprint.ShouldBe((await collection.DescribeAsync()).ModelFingerprint);
        (await RadiusAsync(collection)).ShouldBe(before);
        await InsertAsync(collection, Rows / 2, Rows / 2);
        (double recall, SearchStatistics last) = await RecallAsync(collection, null);
        recall.ShouldBeGreaterThan(.92);
        last.Plan.ShouldBe(SearchPlan.Sketches);
        last.Reranked.ShouldBeInRange(10, Rows / 5);
        SearchResult limited = await collection.SearchAsync(QueryAt(0), new SearchOptions { CandidateLimit = 300 });
        limited.Statistics.Plan.ShouldBe(SearchPlan.Buckets);
    }

    [Fact]
    public async Task Answers_stay_the_same_over_restart_and_backup_and_when_the_sketches_are_lost()
    {
        using TemporaryDirectory directory = new();
        string path = Path.Combine(directory.Path, "db");
        string expected;
        await using (HashDatabase database = await HashDatabase.OpenAsync(path))
        {
            HashDbCollection collection = await HyperplanesAsync(database, DistanceMetric.Cosine, 1);
            await InsertAsync(collection, 0, Rows);
            await collection.Maintenance.ReindexAsync(null, WithSketches);
            await collection.DeleteAsync([.. Enumerable.Range(0, 500).Select(i => new VectorId((ulong)i * 7))]);
            await collection.UpsertAsync(RowsFrom(1, 300, shift: 9));
            expected = await AnswersAsync(collection);
            await database.BackupAsync(Path.Combine(directory.Path, "backup"));
        }

        await ShouldAnswerAsync(path, expected);
        await ShouldAnswerAsync(Path.Combine(directory.Path, "backup"), expected);
        foreach (string file in Directory.GetFiles(path, "sketches-*", SearchOption.AllDirectories))
            File.Delete(file);
        await ShouldAnswerAsync(path, expected);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Without_its_cells_a_collection_keeps_the_recall_by_comparing_all(bool isLost)
    {
        using TemporaryDirectory directory = new();
        await using (HashDatabase database = await HashDatabase.OpenAsync(directory.Path))
        {
            HashDbCollection collection = await HyperplanesAsync(database, DistanceMetric.Cosine, 1);
            await InsertAsync(collection, 0, Rows);
            await collection.Maintenance.ReindexAsync(null, WithSketches);
        }
        string cells = Directory.GetFiles(directory.Path, "cells.hdbm", SearchOption.AllDirectories).ShouldHaveSingleItem();
        byte[] bytes = File.ReadAllBytes(cells);
        bytes[bytes.Length / 2] ^= 4;
        if (isLost)
            File.Delete(cells);
        else
            File.WriteAllBytes(cells, bytes);

        await using (HashDatabase database = await HashDatabase.OpenAsync(directory.Path))
        {
            HashDbCollection collection = await database.GetCollectionAsync("c");
            (await collection.SearchAsync(QueryAt(0), new SearchOptions { TargetRecall = .9 })).Statistics.IsExact.ShouldBeTrue();
            await collection.Maintenance.ReindexAsync(null, WithSketches);
            (double recall, SearchStatistics last) = await RecallAsync(collection, new SearchOptions { TargetRecall = .95 });
            recall.ShouldBeGreaterThan(.92);
            last.Plan.ShouldBe(SearchPlan.Sketches);
        }
    }

    [Fact]
    public async Task Later_generations_have_sketches_as_the_one_before_until_they_are_given_up()
    {
        using TemporaryDirectory directory = new();
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Path);
        HashDbCollection collection = await HyperplanesAsync(database, DistanceMetric.Euclidean, 1);
        await InsertAsync(collection, 0, Rows);
        await collection.Maintenance.ReindexAsync(null, WithSketches);

        await collection.Maintenance.ReindexAsync(Samples.Model(Dimensions, 24));
        await ShouldHaveSketchesAsync(collection);
        await collection.DeleteAsync([.. Enumerable.Range(0, 1_000).Select(i => new VectorId((ulong)i * 3))]);
        await collection.Maintenance.CompactAsync();
        await ShouldHaveSketchesAsync(collection);
        await collection.Maintenance.RollbackAsync();
        await ShouldHaveSketchesAsync(collection);

        await collection.Maintenance.ReindexAsync(null, new GenerationOptions { Sketches = false });
        (await collection.GetStatisticsAsync()).SketchBytes.ShouldBe(0);
        (await collection.SearchAsync(QueryAt(0))).Statistics.Plan.ShouldBe(SearchPlan.Buckets);
        await collection.Maintenance.RollbackAsync();
        (await collection.SearchAsync(QueryAt(0))).Statistics.Plan.ShouldBe(SearchPlan.Buckets);
    }

    [Fact]
    public async Task Collection_that_leaves_its_own_cells_for_another_model_keeps_its_sketches()
    {
        using TemporaryDirectory directory = new();
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Path);
        HashDbCollection collection = await database.CreateCollectionAsync("c", Dimensions, DistanceMetric.Euclidean);
        await InsertAsync(collection, 0, Rows);
        await TrainedAsync(collection, 128);

        await collection.Maintenance.ReindexAsync(Samples.Model(Dimensions, 24), WithSketches);
        await ShouldHaveSketchesAsync(collection);
        (await collection.SearchAsync(QueryAt(0), new SearchOptions { Radius = 3 })).Statistics.CompleteRadius.ShouldBe(3);

        await collection.Maintenance.ReindexAsync(CellsTrainer.Untrained(Dimensions, DistanceMetric.Euclidean), WithSketches);
        await collection.UpsertAsync(RowsFrom(0, 1));
        await TrainedAsync(collection, 128);
        await ShouldHaveSketchesAsync(collection);
    }

    // The cell of such a vector could not be found, so its database could not be opened.
    [Fact]
    public async Task Vector_that_is_damaged_while_its_sketch_is_lost_is_named_when_it_is_read_and_keeps_nothing_closed()
    {
        using TemporaryDirectory directory = new();
        await using (HashDatabase database = await HashDatabase.OpenAsync(directory.Path))
        {
            HashDbCollection collection = await HyperplanesAsync(database, DistanceMetric.Cosine, 1);
            await InsertAsync(collection, 0, Rows);
            await collection.Maintenance.ReindexAsync(null, WithSketches);
        }
        LoseSketchesAndDamage(directory.Path, row: 5);

        await using (HashDatabase database = await HashDatabase.OpenAsync(directory.Path))
        {
            HashDbCollection collection = await database.GetCollectionAsync("c");
            (await collection.GetStatisticsAsync()).Count.ShouldBe(Rows);
            (await Should.ThrowAsync<CorruptDataException>(() => collection.SearchAsync(
                QueryAt(0), new SearchOptions { TargetRecall = .999999, Top = Rows }))).Message.ShouldContain("row 5");
        }
    }

    private static async Task<HashDbCollection> HyperplanesAsync(HashDatabase database, DistanceMetric metric, int tables) =>
        await database.CreateCollectionAsync("c", new CollectionOptions(Samples.Model(Dimensions, 16, tables), metric));

    private static async Task ShouldHaveSketchesAsync(HashDbCollection collection)
    {
        (await collection.GetStatisticsAsync()).SketchBytes.ShouldBeGreaterThan(0);
        (double recall, SearchStatistics last) = await RecallAsync(collection, null);
        recall.ShouldBeGreaterThan(.92);
        last.Plan.ShouldBe(SearchPlan.Sketches);
    }

    private static async Task<string> RadiusAsync(HashDbCollection collection)
    {
        var lines = new List<string>();
        for (int q = 0; q < 20; q++)
        {
            SearchResult result = await collection.SearchAsync(QueryAt(q), new SearchOptions { Radius = 3 });
            lines.Add(string.Join(" ", result.Hits));
        }
        return string.Join("\n", lines);
    }
}
