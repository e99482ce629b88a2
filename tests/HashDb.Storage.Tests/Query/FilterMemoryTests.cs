// A filter that is asked again reads no row twice, and never says anything else than reading would.
using HashDb.Storage.Query;
using HashDb.Storage.Tests.Sketches;
using HashDb.Storage.Tests.Support;
using static HashDb.Storage.Tests.Sketches.ClusteredRows;

namespace HashDb.Storage.Tests.Query;

public sealed class FilterMemoryTests
{
    private static readonly Filter[] Filters =
    [
        Filter.Parse("number < 40"),
        Filter.Parse("number == 0 || number > 90"),
        Filter.Parse("exists(number) && $labels contains 1"),
        Filter.Parse("!(number >= 20)"),
        Filter.Nothing,
    ];

    [Fact]
    public async Task Filters_asked_again_and_again_say_what_the_rows_say_through_writes_compaction_and_restart()
    {
        using TemporaryDirectory directory = new();
        HashDatabase database = await HashDatabase.OpenAsync(directory.Path);
        HashDbCollection collection = await database.CreateCollectionAsync("c", new CollectionOptions(Samples.Model(Dimensions, 16)));
        var stored = new Dictionary<ulong, VectorRecord>();
        var random = new Random(8);
        for (int step = 0; step < 120; step++)
        {
            switch (random.Next(10))
            {
                case < 6:
                    VectorRecord[] records =
                        [.. Enumerable.Range(0, random.Next(1, 30)).Select(_ => Make(random)).DistinctBy(one => one.Id)];
                    await collection.UpsertAsync(records);
                    foreach (VectorRecord record in records)
                        stored[record.Id.Value] = record;
                    break;
                case < 8:
                    ulong id = (ulong)random.Next(200);
                    await collection.DeleteAsync(new VectorId(id));
                    stored.Remove(id);
                    break;
                case 8:
                    await collection.Maintenance.CompactAsync();
                    break;
                default:
                    await database.DisposeAsync();
                    database = await HashDatabase.OpenAsync(directory.Path);
                    collection = await database.GetCollectionAsync("c");
                    break;
            }
            foreach (Filter filter in Filters)
            {
                ulong[] expected = [.. stored.Values.Where(one => Matches(filter, one)).Select(one => one.Id.Value).Order()];
                (await collection.CountAsync(filter)).ShouldBe(expected.Length, $"step {step}: {filter}");
                (await collection.ListAsync(new ListOptions { Filter = filter, Limit = 1_000 })).Select(one => one.Id.Value)
                    .ShouldBe(expected, $"step {step}: {filter}");
                SearchResult result =
                    await collection.SearchAsync(QueryAt(0), new SearchOptions { Top = 300, TargetRecall = 1, Filter = filter });
                ulong[] found = [.. result.Hits.Select(hit => hit.Id.Value).Order()];
                found.ShouldBe(expected, $"step {step}: {filter}");
            }
        }
        await database.DisposeAsync();
    }

    [Fact]
    public async Task Search_by_recall_with_a_filter_keeps_the_recall_and_gives_the_same_when_it_is_asked_again()
    {
        using TemporaryDirectory directory = new();
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Path);
        HashDbCollection collection = await database.CreateCollectionAsync("c", Dimensions, DistanceMetric.Euclidean);
        var random = new Random(2);
        for (int first = 0; first < Rows; first += 2_000)
        {
            await collection.InsertAsync(
            [
                .. RowsFrom(first, 2_000).Select(record => new VectorRecord
                {
                    Id = record.Id,
                    Vector = record.Vector,
                    Fields = new RecordFields { ["random"] = random.NextDouble(), ["first"] = record.Vector.Span[0] },
                }),
            ]);
        }
        await TrainedAsync(collection, 128);

        foreach (string text in (string[])["random < .5", "random < .05", "random < .004", "random < .0003", "first < .3", "first > 1.6"])
        {
            var options = new SearchOptions { Filter = Filter.Parse(text) };
            int found = 0, wanted = 0;
            long readAgain = 0;
            for (int q = 0; q < 60; q++)
            {
                SearchResult result = await collection.SearchAsync(QueryAt(q), options);
                SearchResult again = await collection.SearchAsync(QueryAt(q), options);
                again.Hits.ShouldBe(result.Hits, $"{text}, query {q}");
                again.Statistics.Plan.ShouldBe(result.Statistics.Plan);
                readAgain += again.Statistics.Filtered;
                SearchResult exact = await collection.SearchAsync(QueryAt(q), options with { TargetRecall = 1 });
                result.Hits.Count.ShouldBe(exact.Hits.Count, $"{text}, query {q}");
                found += exact.Hits.Select(hit => hit.Id).Intersect(result.Hits.Select(hit => hit.Id)).Count();
                wanted += exact.Hits.Count;
            }
            readAgain.ShouldBe(0, text);
            (found / (double)Math.Max(1, wanted)).ShouldBeGreaterThan(.92, text);
        }
    }

    [Fact]
    public void Remembered_rows_are_told_apart_from_those_that_were_not_asked_about()
    {
        var rows = new RememberedRows();
        var known = new Dictionary<uint, bool>();
        var random = new Random(4);
        for (int i = 0; i < 20_000; i++)
        {
            uint row = (uint)random.Next(150_000);
            known[row] = known.TryGetValue(row, out bool before) ? before : random.Next(3) == 0;
            rows.Set(row, known[row]);
        }
        for (uint row = 0; row < 150_000; row++)
            rows.Get(row).ShouldBe(known.TryGetValue(row, out bool isMatch) ? isMatch : null);
        uint expected = 0;
        for (uint row = rows.Next(0, 150_000); row < 150_000; row = rows.Next(row + 1, 150_000))
        {
            while (known.TryGetValue(expected, out bool isMatch) && !isMatch)
                expected++;
            row.ShouldBe(expected++);
        }
        rows.Next(400_000, 400_000).ShouldBe(400_000u);
        rows.Next(200_000, 400_000).ShouldBe(200_000u);
    }

    [Fact]
    public void Filters_that_were_not_asked_for_longest_are_forgotten()
    {
        var memory = new FilterMemory();
        RememberedRows first = memory.Of(Filter.Parse("a == 0"), 1_000)!;
        first.Set(5, true);
        for (int i = 1; i < 600; i++)
        {
            memory.Of(Filter.Field("a") == i, 1_000).ShouldNotBeNull();
            if (i < 200)
                memory.Of(Filter.Parse("a == 0"), 1_000).ShouldBeSameAs(first);
        }
        memory.Of(Filter.Parse("a == 0"), 1_000).ShouldNotBeSameAs(first);
        memory.Of(Filter.Field("a") == new string('x', 5_000), 1_000).ShouldBeNull();
        // Of a collection that large four are remembered.
        RememberedRows large = memory.Of(Filter.Parse("a == 0"), 700_000_000).ShouldNotBeNull();
        for (int i = 1; i < 4; i++)
            memory.Of(Filter.Field("b") == i, 700_000_000).ShouldNotBeNull();
        memory.Of(Filter.Parse("a == 0"), 700_000_000).ShouldBeSameAs(large);
        for (int i = 10; i < 14; i++)
            memory.Of(Filter.Field("b") == i, 700_000_000).ShouldNotBeNull();
        memory.Of(Filter.Parse("a == 0"), 700_000_000).ShouldNotBeSameAs(large);
    }

    private static bool Matches(Filter filter, VectorRecord record) => filter.Matcher.Matches(
        record.Payload.Span, record.Labels.Span, HashDb.Fields.RawField.Of(record.Id.Value));

    private static VectorRecord Make(Random random)
    {
        int number = random.Next(200);
        return new VectorRecord
        {
            Id = new VectorId((ulong)number),
            Vector = Clustered.AsMemory(random.Next(1_000) * Dimensions, Dimensions),
            Labels = new[] { random.Next(3) },
            Fields = random.Next(5) == 0 ? new RecordFields() : new RecordFields { ["number"] = random.Next(100) },
        };
    }
}
