using HashDb.Client.Tests.Support;

namespace HashDb.Client.Tests;

public sealed class SearchAllocationTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    // A search that leaves garbage behind slows down all others, however fast it is itself.
    [Theory]
    [InlineData(false, 700)] // ten hits, the statistics, the result, and the tasks of two layers
    [InlineData(true, 800)] // and the walk over the rings of buckets
    public async Task Search_allocates_its_answer_and_little_else(bool hasModel, long bytes)
    {
        await using HashDbConnection client = await HashDbClient.OpenAsync(_directory["db"]);
        HashDbCollection collection = await client.CreateCollectionAsync(
            "items", hasModel ? Data.Options() : new CollectionOptions(Data.Dimensions, DistanceMetric.Euclidean));
        await collection.InsertAsync(Data.Records(0, 2_000));
        float[][] queries = [.. Enumerable.Range(0, 100).Select(Data.Vector)];
        Search();

        long before = GC.GetAllocatedBytesForCurrentThread();
        Search();

        ((GC.GetAllocatedBytesForCurrentThread() - before) / queries.Length).ShouldBeLessThanOrEqualTo(bytes);

        // Where they are called: a search in this process has ended when its call returns.
        void Search()
        {
            int hits = 0;
            foreach (float[] query in queries)
                hits += collection.SearchAsync(query).GetAwaiter().GetResult().Hits.Count;
            hits.ShouldBe(10 * queries.Length);
        }
    }
}
