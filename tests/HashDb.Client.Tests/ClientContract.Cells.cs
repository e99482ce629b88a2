using HashDb.Client.Tests.Support;
using HashDb.Models.Kinds.Cells;

namespace HashDb.Client.Tests;

public abstract partial class ClientContract
{
    [Theory]
    [InlineData(DistanceMetric.Cosine)]
    [InlineData(DistanceMetric.Euclidean)]
    [InlineData(DistanceMetric.Dot)]
    public async Task Collection_without_a_model_finds_the_nearest_and_says_so(DistanceMetric metric)
    {
        VectorRecord[] records = Data.Records(0, 300);
        HashDbCollection collection = await Client.CreateCollectionAsync("items", Data.Dimensions, metric, Cancellation);
        await collection.InsertAsync(records, cancellationToken: Cancellation);
        float[] query = Data.Vector(4_242);

        SearchResult result = await collection.SearchAsync(query, cancellationToken: Cancellation);

        Oracle.ShouldBeNearest(result.Hits, records, query, metric, 10);
        result.Statistics.Plan.ShouldBe(SearchPlan.Exact);
        result.Statistics.IsExact.ShouldBeTrue();
        result.Statistics.ExpectedRecall.ShouldBe(1);
        (await collection.DescribeAsync(Cancellation)).ModelKind.ShouldBe(CellsModel.KindName);
        (await Client.GetOrCreateCollectionAsync("items", Data.Dimensions, metric, Cancellation)).Name.ShouldBe("items");
    }

    // A remote client refused the figures of a collection while it made sketches: it did not know of that phase.
    [Fact]
    public async Task Collection_without_a_model_trains_itself_while_it_is_watched()
    {
        HashDbCollection collection =
            await Client.CreateCollectionAsync("items", Data.Dimensions, DistanceMetric.Euclidean, Cancellation);
        long first = (await collection.GetStatisticsAsync(Cancellation)).Generation;
        for (int batch = 0; batch < 5; batch++)
            await collection.InsertAsync(Data.Records(batch * 1_000, 1_000), cancellationToken: Cancellation);

        CollectionStatistics last = await collection.GetStatisticsAsync(Cancellation);
        for (int look = 0; look < 3_000 && (last.Generation == first || last.Building is not null); look++)
        {
            await Task.Delay(10, Cancellation);
            last = await collection.GetStatisticsAsync(Cancellation);
        }

        last.Generation.ShouldBeGreaterThan(first);
        last.SketchBytes.ShouldBeGreaterThan(0);
        last.Count.ShouldBe(5_000);
        SearchResult found = await collection.SearchAsync(Data.Vector(77), cancellationToken: Cancellation);
        found.Hits[0].Id.ShouldBe(new VectorId(77));
    }

    [Fact]
    public async Task Search_and_probe_that_cells_cannot_serve_are_refused_alike()
    {
        HashDbCollection collection = await Client.CreateCollectionAsync("items", Data.Dimensions, cancellationToken: Cancellation);
        foreach (SearchOptions options in (SearchOptions[])[new() { Radius = 1 }, new() { CandidateLimit = 10 }])
        {
            (await Should.ThrowAsync<HashDbException>(() => collection.SearchAsync(Data.Vector(1), options, Cancellation)))
                .Code.ShouldBe(HashDbErrorCode.InvalidArgument);
        }
        (await Should.ThrowAsync<HashDbException>(
            () => collection.ProbeAsync(Data.Vector(1), new ProbeOptions { Radius = 1 }, Cancellation)))
            .Code.ShouldBe(HashDbErrorCode.InvalidArgument);
        (await Should.ThrowAsync<HashDbException>(
            () => collection.Learning.LearnAsync(
                [new LabelledVector { Vector = Data.Vector(1), Labels = new[] { 1 } }], cancellationToken: Cancellation)))
            .Code.ShouldBe(HashDbErrorCode.UnsupportedOperation);
        await Should.ThrowAsync<ArgumentOutOfRangeException>(
            () => collection.SearchAsync(Data.Vector(1), new SearchOptions { TargetRecall = 2 }, Cancellation));
        await Should.ThrowAsync<ArgumentOutOfRangeException>(
            () => Client.CreateCollectionAsync("none", 0, cancellationToken: Cancellation));
    }
}
