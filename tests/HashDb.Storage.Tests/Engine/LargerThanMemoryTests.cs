using HashDb.Models;
using HashDb.Storage.Tests.Support;

namespace HashDb.Storage.Tests.Engine;

/// <summary>A posting memory far too small for the lists gives the same answers as one that holds them all.</summary>
public sealed class LargerThanMemoryTests
{
    private const int Dimensions = 8;

    [Fact]
    public async Task A_small_posting_memory_answers_like_a_large_one()
    {
        const int Rows = 400_000;
        using var directory = new TemporaryDirectory();
        IHashModel model = Samples.Model(Dimensions, 32, tableCount: 2);
        var fast = new DatabaseOptions { Durability = DurabilityMode.None, PostingMemoryBytes = DatabaseOptions.MinPostingMemoryBytes };
        Dictionary<string, string> small;
        await using (HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db"), fast))
        {
            Collection collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(model));
            for (int first = 0; first < Rows; first += 10_000)
                await collection.InsertAsync(Clustered(first, 10_000));
            collection.GetStatistics().PostingMemoryBytes.ShouldBeLessThan(64L * 1024 * 1024);
            Directory.GetFiles(
                directory.Path, "postings.scratch*", SearchOption.AllDirectories).ShouldNotBeEmpty("the lists should have spilled");
            small = AnswersOf(collection);
        }
        Directory.GetFiles(directory.Path, "postings.scratch*", SearchOption.AllDirectories).ShouldBeEmpty();
        await using (HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db"), fast))
            AnswersOf(database.GetCollection("c")).ShouldBe(small);
        await using (HashDatabase database = await HashDatabase.OpenAsync(directory.Of("db"), fast with { PostingMemoryBytes = 1L << 30 }))
            AnswersOf(database.GetCollection("c")).ShouldBe(small);
    }

    private static Dictionary<string, string> AnswersOf(Collection collection)
    {
        var answers = new Dictionary<string, string>();
        for (int i = 0; i < 12; i++)
        {
            float[] query = Clustered(i * 9_973, 1)[0].Vector.ToArray();
            foreach (int radius in new[] { 0, 2, 5 })
                answers[$"probe {i} {radius}"] =
                    string.Join(',', collection.Probe(query, new ProbeOptions { Radius = radius }).Hits.Take(2_000));
            answers[$"search {i}"] = string.Join(',', collection.Search(query, new SearchOptions { CandidateLimit = 3_000 }).Hits);
        }
        return answers;
    }

    /// <summary>Rows around a few hundred centres, so that some lists are long enough to be split and others hold one row.</summary>
    private static VectorRecord[] Clustered(int first, int count)
    {
        var records = new VectorRecord[count];
        for (int i = 0; i < count; i++)
        {
            int row = first + i;
            float[] centre = Samples.Vector(new Random(row % 300), Dimensions);
            var random = new Random(row);
            float spread = row % 3 == 0 ? 0.002f : 0.6f;
            for (int d = 0; d < Dimensions; d++)
                centre[d] += spread * (float)(random.NextDouble() - 0.5);
            records[i] = new VectorRecord { Id = new VectorId((ulong)row), Vector = centre };
        }
        return records;
    }
}
