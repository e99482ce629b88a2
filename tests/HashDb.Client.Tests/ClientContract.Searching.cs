using HashDb.Client.Tests.Support;
using HashDb.Models;

namespace HashDb.Client.Tests;

public abstract partial class ClientContract
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(2, 1)]
    [InlineData(2, 3)]
    [InlineData(5, 2)]
    [InlineData(16, 1)]
    public async Task Probe_finds_exactly_what_lies_within_the_radius_in_any_table(int radius, int tableCount)
    {
        VectorRecord[] records = Data.Records(0, 400);
        HashDbCollection collection = await CreateAsync("items", records, tableCount: tableCount);
        IHashModel model = Data.Model(tableCount);

        foreach (ProbeStrategy strategy in Enum.GetValues<ProbeStrategy>())
        {
            ProbeResult result =
                await collection.ProbeAsync(Data.Vector(12_345), new ProbeOptions { Radius = radius, Strategy = strategy }, Cancellation);
            result.Hits.ShouldBe(Oracle.Probe(model, records, Data.Vector(12_345), radius));
            result.Statistics.Candidates.ShouldBe(result.Hits.Count);
            result.Statistics.CompleteRadius.ShouldBeGreaterThanOrEqualTo(radius);
        }
    }

    [Theory]
    [InlineData(DistanceMetric.Cosine)]
    [InlineData(DistanceMetric.Euclidean)]
    [InlineData(DistanceMetric.Dot)]
    public async Task Search_over_everything_finds_the_true_nearest(DistanceMetric metric)
    {
        VectorRecord[] records = Data.Records(0, 300);
        HashDbCollection collection = await CreateAsync("items", records, metric);
        float[] query = Data.Vector(4_242);

        SearchResult result = await collection.SearchAsync(query, new SearchOptions { Top = 15, Radius = Data.BitCount }, Cancellation);

        Oracle.ShouldBeNearest(result.Hits, records, query, metric, 15);
        result.Statistics.Candidates.ShouldBe(300);
        result.Statistics.Reranked.ShouldBe(300);
        result.Statistics.CompleteRadius.ShouldBe(Data.BitCount);
    }

    [Fact]
    public async Task Search_within_a_radius_orders_the_items_that_a_probe_finds()
    {
        VectorRecord[] records = Data.Records(0, 400);
        HashDbCollection collection = await CreateAsync("items", records);
        float[] query = Data.Vector(321);
        ProbeResult probe = await collection.ProbeAsync(query, new ProbeOptions { Radius = 3 }, Cancellation);
        probe.Hits.Count.ShouldBeInRange(1, 399);
        HashSet<VectorId> within = [.. probe.Hits.Select(hit => hit.Id)];

        SearchResult result = await collection.SearchAsync(query, new SearchOptions { Top = 400, Radius = 3 }, Cancellation);

        result.Hits.Count.ShouldBe(within.Count);
        Oracle.ShouldBeNearest(
            result.Hits, [.. records.Where(record => within.Contains(record.Id))], query, DistanceMetric.Cosine, within.Count);
    }

    [Fact]
    public async Task Search_with_a_budget_says_how_far_it_is_complete()
    {
        VectorRecord[] records = Data.Records(0, 400);
        HashDbCollection collection = await CreateAsync("items", records);
        float[] query = Data.Vector(99);

        SearchResult result = await collection.SearchAsync(query, new SearchOptions { Top = 5, CandidateLimit = 60 }, Cancellation);

        result.Hits.Count.ShouldBe(5);
        result.Statistics.Candidates.ShouldBeGreaterThanOrEqualTo(60);
        int complete = result.Statistics.CompleteRadius;
        complete.ShouldBeInRange(0, Data.BitCount);
        Oracle.Probe(Data.Model(), records, query, complete).Count.ShouldBeLessThanOrEqualTo(result.Statistics.Candidates);
    }

    [Fact]
    public async Task Search_batch_gives_what_single_searches_give()
    {
        HashDbCollection collection = await CreateAsync("items", Data.Records(0, 500), tableCount: 2);
        float[][] queries = [.. Enumerable.Range(0, 64).Select(i => Data.Vector(1_000_000 + i))];
        var options = new SearchOptions { Top = 7, Radius = 4 };

        IReadOnlyList<SearchResult> batch =
            await collection.SearchBatchAsync(queries.SelectMany(query => query).ToArray(), options, Cancellation);

        batch.Count.ShouldBe(64);
        for (int i = 0; i < queries.Length; i++)
        {
            SearchResult single = await collection.SearchAsync(queries[i], options, Cancellation);
            batch[i].Hits.ShouldBe(single.Hits);
            batch[i].Statistics.Candidates.ShouldBe(single.Statistics.Candidates);
        }
    }

    [Fact]
    public async Task Probe_batch_gives_what_single_probes_give()
    {
        HashDbCollection collection = await CreateAsync("items", Data.Records(0, 500), tableCount: 2);
        float[][] queries = [.. Enumerable.Range(0, 64).Select(i => Data.Vector(1_000_000 + i))];

        IReadOnlyList<ProbeResult> batch =
            await collection.ProbeBatchAsync(queries.SelectMany(query => query).ToArray(), new ProbeOptions { Radius = 4 }, Cancellation);

        batch.Count.ShouldBe(64);
        for (int i = 0; i < queries.Length; i++)
        {
            ProbeResult single = await collection.ProbeAsync(queries[i], new ProbeOptions { Radius = 4 }, Cancellation);
            batch[i].Hits.ShouldBe(single.Hits);
            batch[i].Statistics.Candidates.ShouldBe(single.Statistics.Candidates);
        }

        (await collection.ProbeBatchAsync(ReadOnlyMemory<float>.Empty, new ProbeOptions { Radius = 4 }, Cancellation)).ShouldBeEmpty();
        await Should.ThrowAsync<ArgumentException>(
            () => collection.ProbeBatchAsync(new float[Data.Dimensions + 1], new ProbeOptions { Radius = 4 }, Cancellation));
    }

    [Fact]
    public async Task Search_of_an_empty_collection_finds_nothing()
    {
        HashDbCollection collection = await CreateAsync("items", []);

        (await collection.SearchAsync(Data.Vector(1), null, Cancellation)).Hits.ShouldBeEmpty();
        (await collection.ProbeAsync(Data.Vector(1), new ProbeOptions { Radius = 3 }, Cancellation)).Hits.ShouldBeEmpty();
        (await collection.SearchBatchAsync(ReadOnlyMemory<float>.Empty, null, Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Search_orders_equal_distances_by_id()
    {
        VectorRecord[] twins =
        [
            .. Enumerable.Range(0, 20).Select(i => new VectorRecord { Id = new VectorId((ulong)(100 - i)), Vector = Data.Vector(5) })
        ];
        HashDbCollection collection = await CreateAsync("items", twins);

        SearchResult result = await collection.SearchAsync(Data.Vector(5), new SearchOptions { Top = 10 }, Cancellation);

        result.Hits.Select(hit => hit.Id.Value).ShouldBe(Enumerable.Range(81, 10).Select(id => (ulong)id));
    }

    [Fact]
    public async Task Largest_buckets_are_those_with_the_most_live_items()
    {
        VectorRecord[] records =
        [
            .. Data.Records(0, 200), .. Enumerable.Range(500, 30).Select(i => Data.Record(3).With(id: new VectorId((ulong)i)))
        ];
        HashDbCollection collection = await CreateAsync("items", records);
        IHashModel model = Data.Model();
        await collection.DeleteAsync(new VectorId(500), Cancellation);
        List<(Hashcode Code, long Count)> expected =
        [
            .. records.Where(record => record.Id.Value != 500)
                .GroupBy(record => model.EncodeOne(record.Vector.Span))
                .Select(bucket => (bucket.Key, (long)bucket.Count()))
                .OrderByDescending(bucket => bucket.Item2)
                .ThenBy(bucket => bucket.Key.ToString(), StringComparer.Ordinal),
        ];

        IReadOnlyList<BucketStatistics> largest = await collection.GetLargestBucketsAsync(5, Cancellation);

        largest.Select(bucket => (bucket.Hashcode, bucket.Count)).ShouldBe(expected.Take(5));
    }
}
