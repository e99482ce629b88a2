using HashDb.Models;
using HashDb.Storage.Tests.Support;

namespace HashDb.Storage.Tests.Engine;

/// <summary>
/// A search by budget used to make its lists anew: 97 KB of garbage a search. It now takes them from the search before it, so what
/// that one left in them must not be seen.
/// </summary>
public sealed class SearchMemoryTests
{
    private const int Dimensions = 12;
    private const int Items = 4_000;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Search_after_searches_of_every_size_gives_the_answer_that_it_gave_first(int tableCount)
    {
        using var directory = new TemporaryDirectory();
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db"));
        Collection collection = await FilledAsync(database, tableCount);
        var random = new Random(3);
        (float[] Query, SearchOptions Options)[] searches =
        [
            .. from strategy in new[] { ProbeStrategy.Scan, ProbeStrategy.Enumerate, ProbeStrategy.Automatic }
               from limit in new[] { 1, 40, 1_000, 100_000 }
               select (Samples.Vector(random, Dimensions), new SearchOptions { Top = 5, CandidateLimit = limit, Strategy = strategy }),
        ];
        SearchResult[] first = [.. searches.Select(search => collection.Search(search.Query, search.Options))];
        for (int i = 0; i < 200; i++)
        {
            int number = random.Next(searches.Length);
            SearchResult again = collection.Search(searches[number].Query, searches[number].Options);
            string what = $"search {i}: {searches[number].Options}";
            again.Hits.ShouldBe(first[number].Hits, what);
            (again.Statistics with { Elapsed = default }).ShouldBe(first[number].Statistics with { Elapsed = default }, what);
        }
    }

    [Fact]
    public async Task Default_search_after_others_makes_little_garbage()
    {
        const int MostBytes = 8_192;
        using var directory = new TemporaryDirectory();
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db"));
        Collection collection = await FilledAsync(database, tableCount: 1);
        float[] query = Samples.Vector(new Random(4), Dimensions);
        long[] bytes = new long[41];
        for (int i = 0; i < bytes.Length; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            collection.Search(query);
            bytes[i] = GC.GetAllocatedBytesForCurrentThread() - before;
        }
        // The median: another thread may be using the lists that this one left.
        Array.Sort(bytes);
        bytes[bytes.Length / 2].ShouldBeLessThan(MostBytes);
    }

    private static async Task<Collection> FilledAsync(HashDatabase database, int tableCount)
    {
        IHashModel model = Samples.Model(Dimensions, 16, tableCount);
        var collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(model));
        await collection.InsertAsync(Samples.Records(1, 0, Items, Dimensions));
        return collection;
    }
}
