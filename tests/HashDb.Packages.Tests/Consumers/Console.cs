// A program with the packages alone. Run twice on one folder, it finds in the second run what the first has stored.
using HashDb;
using HashDb.Client;
using HashDb.Models.Kinds.Lsh;

const int Count = 500;
const int Dimensions = 16;

var random = new Random(7);
float[] vectors = new float[Count * Dimensions];
for (int i = 0; i < vectors.Length; i++)
    vectors[i] = (float)(random.NextDouble() - 0.5);

LshModel model = LshTrainer.Train(new LshOptions { BitCount = 16, Seed = 1 }, vectors, Count, Dimensions);
await using HashDbConnection client = await HashDbClient.OpenAsync(args[0]);
Console.WriteLine((await client.ListCollectionsAsync()).Count == 0 ? "created" : "found");
HashDbCollection photos = await client.GetOrCreateCollectionAsync("photos", new CollectionOptions(model, DistanceMetric.Cosine));

var records = new List<VectorRecord>();
// The operators over asynchronous streams are those of .NET: a second set of them in the packages' graph would make this line ambiguous.
await foreach (VectorRecord record in Records().Where(one => one.Id.Value < Count - 1))
    records.Add(record);
Console.WriteLine($"replaced {await photos.UpsertAsync(records)}");

SearchResult result = await photos.SearchAsync(vectors.AsMemory(0, Dimensions), new SearchOptions { Top = 3, CandidateLimit = Count });
foreach (SearchHit hit in result.Hits)
    Console.WriteLine($"hit {hit.Id}");
Console.WriteLine($"stored {(await photos.GetStatisticsAsync()).Count}");

async IAsyncEnumerable<VectorRecord> Records()
{
    for (int i = 0; i < Count; i++)
    {
        await Task.Yield();
        yield return new VectorRecord { Id = new VectorId((ulong)i), Vector = vectors.AsMemory(i * Dimensions, Dimensions) };
    }
}
