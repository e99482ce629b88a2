using HashDb.Client.Tests.Support;
using HashDb.Models;

namespace HashDb.Client.Tests;

public abstract partial class ClientContract
{
    private const int ClassCount = 4;

    [Fact]
    public async Task Learn_changes_a_draft_and_not_the_answers()
    {
        HashDbCollection collection = await CreateAsync("items", Clustered(0, 400));
        (await collection.Learning.GetDraftStatisticsAsync(Cancellation)).ShouldBeNull();
        CollectionDescription before = await collection.DescribeAsync(Cancellation);
        SearchResult answer = await collection.SearchAsync(Clustered(1, 1)[0].Vector, new SearchOptions { Radius = 2 }, Cancellation);

        LearnReport report = await collection.Learning.LearnAsync(Labelled(0, 300), cancellationToken: Cancellation);

        report.ItemCount.ShouldBe(300);
        report.MovedCount.ShouldBeInRange(1, 300);
        DraftStatistics draft = (await collection.Learning.GetDraftStatisticsAsync(Cancellation)).ShouldNotBeNull();
        (draft.ItemCount, draft.MovedCount, draft.ClassCount).ShouldBe((300, report.MovedCount, ClassCount));
        (draft.BaseFingerprint, draft.SampledRows).ShouldBe((before.ModelFingerprint, 400));
        draft.Fingerprint.ShouldNotBe(before.ModelFingerprint);
        draft.Drift.ShouldBeInRange(0.01, 1);
        draft.Quality.ShouldNotBeNull();
        (await collection.DescribeAsync(Cancellation)).ShouldBe(before);
        (await collection.SearchAsync(
            Clustered(1, 1)[0].Vector, new SearchOptions { Radius = 2 }, Cancellation)).Hits.ShouldBe(answer.Hits);
    }

    [Fact]
    public async Task Publish_makes_the_draft_the_model_that_serves_and_rollback_undoes_it()
    {
        HashDbCollection collection = await CreateAsync("items", Clustered(0, 400));
        ModelFingerprint before = (await collection.DescribeAsync(Cancellation)).ModelFingerprint;
        await collection.Learning.LearnAsync(Labelled(0, 300), cancellationToken: Cancellation);
        DraftStatistics draft = (await collection.Learning.GetDraftStatisticsAsync(Cancellation))!;

        GenerationReport published =
            await collection.Learning.PublishAsync(new GenerationOptions { KeepPrevious = true }, null, Cancellation);

        published.ModelFingerprint.ShouldBe(draft.Fingerprint);
        (await collection.DescribeAsync(Cancellation)).ModelFingerprint.ShouldBe(draft.Fingerprint);
        await ShouldHoldAsync(collection, Clustered(0, 400));
        (await collection.Maintenance.RollbackAsync(null, Cancellation)).ModelFingerprint.ShouldBe(before);
        await ShouldHoldAsync(collection, Clustered(0, 400));
    }

    [Fact]
    public async Task Draft_goes_on_from_where_it_was_and_is_gone_when_discarded()
    {
        HashDbCollection collection = await CreateAsync("items", Clustered(0, 50));
        await collection.Learning.LearnAsync(Labelled(0, 100), cancellationToken: Cancellation);
        await collection.Learning.PublishAsync(null, null, Cancellation);
        await collection.Learning.LearnAsync(Labelled(100, 100), cancellationToken: Cancellation);
        (await collection.Learning.GetDraftStatisticsAsync(Cancellation))!.ItemCount.ShouldBe(200);

        await collection.Learning.DiscardDraftAsync(cancellationToken: Cancellation);

        (await collection.Learning.GetDraftStatisticsAsync(Cancellation)).ShouldBeNull();
        HashDbException nothing =
            await Should.ThrowAsync<HashDbException>(() => collection.Learning.PublishAsync(null, null, Cancellation));
        nothing.Code.ShouldBe(HashDbErrorCode.InvalidArgument);
        nothing.Message.ShouldContain("items");
    }

    [Fact]
    public async Task Neighbours_stand_for_labels()
    {
        HashDbCollection collection = await CreateAsync("items", Clustered(0, 200));
        LabelledVector[] items = [.. Enumerable.Range(0, 100).Select(i => new LabelledVector
        {
            Vector = Clustered(i + 200, 1)[0].Vector,
            Neighbours = new[] { new VectorId((ulong)(i % ClassCount)), new VectorId((ulong)(i % ClassCount + ClassCount)) },
        })];

        await collection.Learning.LearnAsync(items, cancellationToken: Cancellation);

        (await collection.Learning.GetDraftStatisticsAsync(Cancellation))!.ClassCount.ShouldBe(ClassCount);
    }

    [Fact]
    public async Task Items_that_nothing_can_be_learned_from_are_refused_and_nothing_is_learned()
    {
        HashDbCollection collection = await CreateAsync("items", []);
        LabelledVector good = Labelled(0, 1)[0];
        foreach (LabelledVector bad in new[]
        {
            good.With(labels: ReadOnlyMemory<int>.Empty),
            good.With(neighbours: new[] { new VectorId(1) }),
            good.With(vector: new float[Data.Dimensions - 1]),
            good.With(vector: Enumerable.Repeat(float.NaN, Data.Dimensions).ToArray()),
            good.With(labels: new[] { 5, 5 }),
        })
        {
            ArgumentException error = await Should.ThrowAsync<ArgumentException>(
                () => collection.Learning.LearnAsync([good, bad], cancellationToken: Cancellation));
            error.Message.ShouldContain("Item 1");
        }

        (await collection.Learning.GetDraftStatisticsAsync(Cancellation)).ShouldBeNull();
    }

    // Classes are clusters; item i is of class i % ClassCount, and has it as its label.
    private static VectorRecord[] Clustered(int first, int count) =>
        [.. Enumerable.Range(first, count).Select(
            i => new VectorRecord { Id = new VectorId((ulong)i), Vector = ClusterVector(i), Labels = new[] { i % ClassCount } })];

    private static LabelledVector[] Labelled(int first, int count) =>
        [.. Enumerable.Range(first, count).Select(
            i => new LabelledVector { Vector = ClusterVector(i + 10_000 * ClassCount), Labels = new[] { i % ClassCount } })];

    private static float[] ClusterVector(int item)
    {
        var center = new Random(item % ClassCount);
        var noise = new Random(1_000 + item);
        float[] vector = new float[Data.Dimensions];
        for (int i = 0; i < vector.Length; i++)
            vector[i] = (float)(center.NextDouble() - 0.5 + 0.7 * (noise.NextDouble() - 0.5));
        return vector;
    }
}
