using HashDb.Models;
using HashDb.Models.Data;
using HashDb.Models.Kinds.Cells;
using HashDb.Storage.Tests.Support;
using static HashDb.Storage.Tests.Sketches.ClusteredRows;

namespace HashDb.Storage.Tests.Sketches;

public sealed class SketchSearchTests
{
    [Theory]
    [InlineData(DistanceMetric.Euclidean)]
    [InlineData(DistanceMetric.Cosine)]
    [InlineData(DistanceMetric.Dot)]
    public async Task Collection_without_a_model_trains_cells_keeps_the_recall_and_says_what_it_did(DistanceMetric metric)
    {
        using TemporaryDirectory directory = new();
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Path);
        HashDbCollection collection = await database.CreateCollectionAsync("c", Dimensions, metric);
        await InsertAsync(collection, 0, Rows);
        await TrainedAsync(collection, 128);

        foreach (double target in (double[])[.8, .95, .99])
        {
            (double recall, SearchStatistics last) = await RecallAsync(collection, new SearchOptions { TargetRecall = target });
            recall.ShouldBeGreaterThan(target - .03, $"target {target}");
            last.Plan.ShouldBe(SearchPlan.Sketches);
            last.IsExact.ShouldBeFalse();
            last.ExpectedRecall.ShouldNotBeNull().ShouldBeGreaterThanOrEqualTo(target);
            last.Reranked.ShouldBeInRange(10, Rows / 10);
            last.Estimated.ShouldBeInRange(last.Reranked, Rows);
        }
        (double usual, _) = await RecallAsync(collection, null);
        usual.ShouldBeGreaterThan(.92);
        SearchResult exact = await collection.SearchAsync(QueryAt(0), new SearchOptions { TargetRecall = 1 });
        exact.Statistics.IsExact.ShouldBeTrue();
        exact.Statistics.Plan.ShouldBe(SearchPlan.Exact);
        exact.Statistics.Candidates.ShouldBe(Rows);
    }

    // Cells were ordered by the inner product of query and centre, both relative to the mean, which leaves out what the centres share with
    // it: of vectors that are far from zero nearly all cells were scanned.
    [Fact]
    public async Task Inner_products_are_found_in_few_cells_though_the_vectors_lie_far_from_zero()
    {
        using TemporaryDirectory directory = new();
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Path);
        HashDbCollection collection = await database.CreateCollectionAsync("c", Dimensions, DistanceMetric.Dot);
        for (int first = 0; first < Rows; first += 2_000)
        {
            await collection.InsertAsync(
                [.. RowsFrom(first, 2_000).Select(row => new VectorRecord { Id = row.Id, Vector = Moved(row.Vector) })]);
        }
        await TrainedAsync(collection, 128);

        int buckets = 0, found = 0;
        for (int q = 0; q < Queries; q++)
        {
            SearchResult exact = await collection.SearchAsync(Moved(QueryAt(q)), new SearchOptions { TargetRecall = 1 });
            SearchResult result = await collection.SearchAsync(Moved(QueryAt(q)), new SearchOptions { TargetRecall = .95 });
            buckets += result.Statistics.Buckets;
            found += exact.Hits.Select(hit => hit.Id).Intersect(result.Hits.Select(hit => hit.Id)).Count();
        }
        (found / (10.0 * Queries)).ShouldBeGreaterThan(.92);
        (buckets / Queries).ShouldBeLessThanOrEqualTo(64);

        static ReadOnlyMemory<float> Moved(ReadOnlyMemory<float> vector) => vector.ToArray().Select(value => value + 5).ToArray();
    }

    [Fact]
    public async Task Answers_stay_the_same_over_checkpoint_restart_and_backup_and_when_sketch_files_are_damaged_or_lost()
    {
        using TemporaryDirectory directory = new();
        await using (HashDatabase database = await HashDatabase.OpenAsync(Path.Combine(directory.Path, "db")))
        {
            HashDbCollection collection = await database.CreateCollectionAsync("c", Dimensions, DistanceMetric.Euclidean);
            await InsertAsync(collection, 0, Rows);
            await TrainedAsync(collection, 128);
            await collection.DeleteAsync([.. Enumerable.Range(0, 500).Select(i => new VectorId((ulong)i * 7))]);
            await collection.UpsertAsync(RowsFrom(1, 300, shift: 9));
            string expected = await AnswersAsync(collection);
            await database.CheckpointAsync();
            (await AnswersAsync(collection)).ShouldBe(expected);
            await database.BackupAsync(Path.Combine(directory.Path, "backup"));
            await database.DisposeAsync();

            await ShouldAnswerAsync(Path.Combine(directory.Path, "db"), expected);
            await ShouldAnswerAsync(Path.Combine(directory.Path, "backup"), expected);
            string generation = Directory
                .GetDirectories(Path.Combine(directory.Path, "db"), "gen-*", SearchOption.AllDirectories).ShouldHaveSingleItem();
            foreach (string file in Directory.GetFiles(generation, "sketches-*"))
            {
                byte[] bytes = await File.ReadAllBytesAsync(file);
                for (int at = 0; at < bytes.Length; at += 1_021)
                    bytes[at] ^= 0x10;
                await File.WriteAllBytesAsync(file, bytes);
            }
            await ShouldAnswerAsync(Path.Combine(directory.Path, "db"), expected);
            using (FileStream cut = File.OpenWrite(Directory.GetFiles(generation, "sketches-*").Order().First()))
                cut.SetLength(10_000);
            await ShouldAnswerAsync(Path.Combine(directory.Path, "db"), expected);
            foreach (string file in Directory.GetFiles(generation, "sketches-*"))
                File.Delete(file);
            await ShouldAnswerAsync(Path.Combine(directory.Path, "db"), expected);
        }
    }

    // The sample for new cells was drawn over all rows. Where nearly all were dead there were fewer cells than wanted, so that they were
    // due again at once, for ever.
    [Fact]
    public async Task Cells_are_trained_once_though_most_rows_are_dead()
    {
        const int live = 4_200;
        using TemporaryDirectory directory = new();
        await using (HashDatabase database = await HashDatabase.OpenAsync(directory.Path, new DatabaseOptions { AutomaticCells = false }))
        {
            HashDbCollection made = await database.CreateCollectionAsync("c", 4, DistanceMetric.Euclidean);
            for (int round = 0; round < 80; round++)
                await made.UpsertAsync(Samples.Records(round, 0, live, 4));
        }
        await using HashDatabase opened = await HashDatabase.OpenAsync(directory.Path);
        var collection = (Collection)await opened.GetCollectionAsync("c");
        await TrainedAsync(collection, 64);
        long generation = collection.GetStatistics().Generation;
        await Task.Delay(1_000);
        collection.GetStatistics().Generation.ShouldBe(generation);
        generation.ShouldBe(2);
    }

    [Fact]
    public async Task Lost_calibration_is_measured_again_and_meanwhile_nothing_is_missed()
    {
        using TemporaryDirectory directory = new();
        await using (HashDatabase database = await HashDatabase.OpenAsync(directory.Path))
        {
            HashDbCollection collection = await database.CreateCollectionAsync("c", Dimensions, DistanceMetric.Cosine);
            await InsertAsync(collection, 0, Rows);
            await TrainedAsync(collection, 128);
        }
        string calibration = Directory.GetFiles(directory.Path, "calibration", SearchOption.AllDirectories).ShouldHaveSingleItem();
        byte[] before = await File.ReadAllBytesAsync(calibration);
        byte[] damaged = [.. before];
        damaged[50] ^= 1;
        await File.WriteAllBytesAsync(calibration, damaged);
        await using (HashDatabase database = await HashDatabase.OpenAsync(directory.Path, new DatabaseOptions { AutomaticCells = false }))
        {
            HashDbCollection collection = await database.GetCollectionAsync("c");
            (double recall, SearchStatistics last) = await RecallAsync(collection, null);
            recall.ShouldBeGreaterThan(.99);
            last.ExpectedRecall.ShouldBeNull();
        }
        await using (HashDatabase database = await HashDatabase.OpenAsync(directory.Path))
        {
            HashDbCollection collection = await database.GetCollectionAsync("c");
            await TrainedAsync(collection, 128);
            (await File.ReadAllBytesAsync(calibration)).ShouldBe(before);
        }
    }

    [Fact]
    public async Task Deleted_records_are_never_found_and_replaced_ones_once_where_they_are_now()
    {
        using TemporaryDirectory directory = new();
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Path);
        HashDbCollection collection = await database.CreateCollectionAsync("c", Dimensions, DistanceMetric.Euclidean);
        await InsertAsync(collection, 0, Rows);
        await TrainedAsync(collection, 128);

        SearchResult before = await collection.SearchAsync(QueryAt(3));
        await collection.DeleteAsync([before.Hits[0].Id]);
        await collection.UpsertAsync([new VectorRecord { Id = before.Hits[1].Id, Vector = QueryAt(3) }]);
        SearchResult after = await collection.SearchAsync(QueryAt(3));

        after.Hits.ShouldNotContain(hit => hit.Id == before.Hits[0].Id);
        after.Hits[0].ShouldBe(new SearchHit(before.Hits[1].Id, 0));
        after.Hits.Select(hit => hit.Id).Distinct().Count().ShouldBe(10);
    }

    [Fact]
    public async Task Small_collection_is_compared_whole_and_as_many_results_come_as_there_are()
    {
        using TemporaryDirectory directory = new();
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Path);
        HashDbCollection collection = await database.CreateCollectionAsync("c", Dimensions, DistanceMetric.Cosine);
        (await collection.SearchAsync(QueryAt(0))).Hits.ShouldBeEmpty();
        await InsertAsync(collection, 0, 7);

        SearchResult result = await collection.SearchAsync(QueryAt(0));

        result.Hits.Count.ShouldBe(7);
        result.Statistics.IsExact.ShouldBeTrue();
    }

    [Fact]
    public async Task As_many_results_come_as_are_asked_for_even_when_the_nearest_cells_hold_fewer()
    {
        using TemporaryDirectory directory = new();
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Path);
        HashDbCollection collection = await database.CreateCollectionAsync("c", Dimensions, DistanceMetric.Euclidean);
        await InsertAsync(collection, 0, Rows);
        await TrainedAsync(collection, 128);
        foreach (int top in (int[])[1, 100, 3_000, StorageLimits.MaxTop])
        {
            SearchResult result = await collection.SearchAsync(QueryAt(1), new SearchOptions { Top = top, TargetRecall = .5 });
            result.Hits.Count.ShouldBe(Math.Min(top, Rows));
        }
    }

    [Fact]
    public async Task Compaction_and_reindex_keep_the_recall_and_a_kept_generation_stays()
    {
        using TemporaryDirectory directory = new();
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Path);
        HashDbCollection collection = await database.CreateCollectionAsync("c", Dimensions, DistanceMetric.Cosine);
        await InsertAsync(collection, 0, Rows);
        await TrainedAsync(collection, 128);
        await collection.DeleteAsync([.. Enumerable.Range(0, Rows / 2).Select(i => new VectorId((ulong)i * 2))]);
        await collection.Maintenance.CompactAsync();
        (double compacted, _) = await RecallAsync(collection, null);
        compacted.ShouldBeGreaterThan(.92);

        CellsModel cells = CellsTrainer.Train(
            new CellsOptions { CellCount = 50, Metric = DistanceMetric.Cosine }, new FeatureMatrix(Clustered, Dimensions));
        await collection.Maintenance.ReindexAsync(cells);
        (double moved, _) = await RecallAsync(collection, null);
        moved.ShouldBeGreaterThan(.92);
        (await collection.GetStatisticsAsync()).PreviousGeneration.ShouldNotBeNull();
        await collection.Maintenance.RollbackAsync();
        (double back, _) = await RecallAsync(collection, null);
        back.ShouldBeGreaterThan(.92);
    }

    [Fact]
    public async Task Writes_beside_searches_and_training_lose_nothing()
    {
        using TemporaryDirectory directory = new();
        await using HashDatabase database = await HashDatabase.OpenAsync(
            directory.Path, new DatabaseOptions { AutomaticCellsRows = 1_000 });
        HashDbCollection collection = await database.CreateCollectionAsync("c", Dimensions, DistanceMetric.Euclidean);
        Task writing = InsertAsync(collection, 0, Rows, batch: 100);
        while (!writing.IsCompleted)
        {
            SearchResult result = await collection.SearchAsync(QueryAt(2));
            result.Hits.Select(hit => hit.Id).Distinct().Count().ShouldBe(result.Hits.Count);
        }
        await writing;
        await TrainedAsync(collection, 128);

        // Each record is the nearest to its own vector.
        int found = 0;
        for (int row = 0; row < Rows; row += 37)
        {
            SearchResult result = await collection.SearchAsync(
                Clustered.AsMemory(row * Dimensions, Dimensions), new SearchOptions { TargetRecall = .999 });
            found += result.Hits[0].Id.Value == (ulong)row ? 1 : 0;
        }
        found.ShouldBe((Rows + 36) / 37);
    }

    [Fact]
    public async Task Radius_candidate_limit_probe_and_a_wrong_target_are_refused_with_the_way_out()
    {
        using TemporaryDirectory directory = new();
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Path);
        HashDbCollection collection = await database.CreateCollectionAsync("c", Dimensions, DistanceMetric.Cosine);
        foreach (SearchOptions options in (SearchOptions[])[new() { Radius = 2 }, new() { CandidateLimit = 100 }])
        {
            HashDbException refused = await Should.ThrowAsync<HashDbException>(() => collection.SearchAsync(QueryAt(0), options));
            refused.Code.ShouldBe(HashDbErrorCode.InvalidArgument);
            refused.Message.ShouldContain("cells");
            refused.Message.ShouldContain("target recall");
        }
        (await Should.ThrowAsync<HashDbException>(() => collection.ProbeAsync(QueryAt(0), new ProbeOptions { Radius = 1 })))
            .Message.ShouldContain("re-index");
        foreach (double target in (double[])[0, -1, 1.01, double.NaN])
        {
            await Should.ThrowAsync<ArgumentOutOfRangeException>(
                () => collection.SearchAsync(QueryAt(0), new SearchOptions { TargetRecall = target }));
        }
        await Should.ThrowAsync<ArgumentException>(
            () => collection.SearchAsync(QueryAt(0), new SearchOptions { TargetRecall = .9, Radius = 1 }));
    }

    [Theory]
    [InlineData(DistanceMetric.Euclidean, 1f)]
    [InlineData(DistanceMetric.Cosine, 1f)]
    [InlineData(DistanceMetric.Dot, 1f)]
    [InlineData(DistanceMetric.Euclidean, 3e17f)]
    public async Task Vectors_that_are_all_alike_are_found_as_large_as_they_may_be(DistanceMetric metric, float size)
    {
        using TemporaryDirectory directory = new();
        await using HashDatabase database = await HashDatabase.OpenAsync(
            directory.Path, new DatabaseOptions { AutomaticCellsRows = 1_000 });
        HashDbCollection collection = await database.CreateCollectionAsync("c", Dimensions, metric);
        float[] alike = [.. Enumerable.Range(0, Dimensions).Select(i => i % 2 == 0 ? size : -size)];
        for (int batch = 0; batch < 20; batch++)
        {
            await collection.InsertAsync(
                [.. Enumerable.Range(batch * 1_000, 1_000).Select(i => new VectorRecord { Id = new VectorId((ulong)i), Vector = alike })]);
        }
        for (int time = 0; time < 20; time++)
        {
            SearchResult result = await collection.SearchAsync(alike, new SearchOptions { Top = 20 });
            result.Hits.Count.ShouldBe(20);
            result.Hits.Select(hit => hit.Distance).Distinct().Count().ShouldBe(1);
            await Task.Delay(50);
        }
    }

    // The sketches of a damaged vector could not be made again, and the database could not be opened.
    [Fact]
    public async Task Vector_that_is_damaged_while_its_sketch_is_lost_is_named_when_it_is_read_and_keeps_nothing_closed()
    {
        using TemporaryDirectory directory = new();
        await using (HashDatabase database = await HashDatabase.OpenAsync(directory.Path))
        {
            HashDbCollection collection = await database.CreateCollectionAsync("c", Dimensions, DistanceMetric.Cosine);
            await InsertAsync(collection, 0, Rows);
            await TrainedAsync(collection, 128);
        }
        LoseSketchesAndDamage(directory.Path, row: 5);

        await using (HashDatabase database = await HashDatabase.OpenAsync(directory.Path))
        {
            HashDbCollection collection = await database.GetCollectionAsync("c");
            (await collection.GetStatisticsAsync()).Count.ShouldBe(Rows);
            (await Should.ThrowAsync<CorruptDataException>(
                () => collection.SearchAsync(Clustered.AsMemory(5 * Dimensions, Dimensions)))).Message.ShouldContain("row 5");
        }
    }

    [Fact]
    public async Task Backup_beside_writes_opens_and_has_what_was_written_before_it()
    {
        using TemporaryDirectory directory = new();
        await using HashDatabase database = await HashDatabase.OpenAsync(
            Path.Combine(directory.Path, "db"), new DatabaseOptions { AutomaticCellsRows = 1_000 });
        HashDbCollection collection = await database.CreateCollectionAsync("c", Dimensions, DistanceMetric.Euclidean);
        await InsertAsync(collection, 0, 2_000);
        Task writing = InsertAsync(collection, 2_000, Rows - 2_000, batch: 50);
        for (int copy = 0; !writing.IsCompleted || copy == 0; copy++)
        {
            long before = (await collection.GetStatisticsAsync()).Count;
            string target = Path.Combine(directory.Path, $"copy-{copy}");
            await database.BackupAsync(target);
            await using HashDatabase copied = await HashDatabase.OpenAsync(target, new DatabaseOptions { AutomaticCells = false });
            HashDbCollection there = await copied.GetCollectionAsync("c");
            (await there.GetStatisticsAsync()).Count.ShouldBeGreaterThanOrEqualTo(before);
            (await there.SearchAsync(Clustered.AsMemory(7 * Dimensions, Dimensions))).Hits[0].Id.ShouldBe(new VectorId(7));
        }
        await writing;
    }

    [Fact]
    public async Task Cells_of_another_metric_are_refused()
    {
        using TemporaryDirectory directory = new();
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Path);
        CellsModel cells = CellsTrainer.Untrained(Dimensions, DistanceMetric.Cosine);
        (await Should.ThrowAsync<ArgumentException>(
            () => database.CreateCollectionAsync("c", new CollectionOptions(cells, DistanceMetric.Euclidean))))
            .Message.ShouldContain("Cosine");
    }

    [Fact]
    public async Task Target_in_a_collection_under_a_model_without_sketches_is_met_by_comparing_all()
    {
        using TemporaryDirectory directory = new();
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Path);
        HashDbCollection collection = await database.CreateCollectionAsync("c", new CollectionOptions(Samples.Model(Dimensions, 16)));
        await InsertAsync(collection, 0, 2_000);

        SearchResult asked = await collection.SearchAsync(QueryAt(0), new SearchOptions { TargetRecall = .9 });
        SearchResult usual = await collection.SearchAsync(QueryAt(0));

        asked.Statistics.IsExact.ShouldBeTrue();
        asked.Statistics.Candidates.ShouldBe(2_000);
        usual.Statistics.Plan.ShouldBe(SearchPlan.Buckets);
    }
}
