using HashDb.Models;
using HashDb.Storage.Tests.Support;

namespace HashDb.Storage.Tests.Engine;

/// <summary>A candidate limit takes exactly the nearest by Hamming distance, at the lengths where words begin and end.</summary>
public sealed class NearestHashcodesTests
{
    private const int Dimensions = 20;

    [Theory]
    [InlineData(8)]
    [InlineData(31)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(129)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(511)]
    [InlineData(512)]
    public async Task Candidates_are_the_nearest_hashcodes_at_every_length(int bits)
    {
        using var directory = new TemporaryDirectory();
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db"));
        IHashModel model = Samples.Model(Dimensions, bits);
        var oracle = new OracleCollection(model, DistanceMetric.Cosine);
        var collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(model));
        VectorRecord[] records = Samples.Records(bits, 0, 600, Dimensions);
        await collection.InsertAsync(records);
        foreach (VectorRecord record in records)
            oracle.Records[record.Id.Value] = record;
        var random = new Random(bits);
        for (int query = 0; query < 8; query++)
        {
            // Now and then the opposite of a stored vector: the farthest code there can be.
            float[] vector = query % 4 == 3 ? [.. records[query].Vector.ToArray().Select(x => -x)] : Samples.Vector(random, Dimensions);
            foreach (int limit in (int[])[1, 10, 100, 599, 600])
            {
                (List<SearchHit> hits, int candidates, int complete) = oracle.SearchBudget(vector, 1, limit);
                SearchResult all = collection.Search(vector, new SearchOptions { Top = 600, CandidateLimit = 600 });
                SearchResult found = collection.Search(vector, new SearchOptions { Top = 1, CandidateLimit = limit });

                all.Statistics.Candidates.ShouldBe(600);
                found.Statistics.Candidates.ShouldBe(candidates);
                found.Statistics.CompleteRadius.ShouldBe(complete);
                found.Hits[0].Distance.ShouldBe(hits[0].Distance, 1e-4);
            }
        }
    }
}
