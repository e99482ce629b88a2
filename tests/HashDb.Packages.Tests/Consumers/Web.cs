// A web application with the packages alone: the client comes from dependency injection.
using HashDb;
using HashDb.Client;
using HashDb.Models;
using HashDb.Models.Kinds.Lsh;

WebApplicationBuilder builder = WebApplication.CreateBuilder();
builder.Services.AddHashDb(args[0]);
WebApplication app = builder.Build();

app.MapPost("/collection", async (HashDbConnection client) =>
{
    LshModel model = LshTrainer.Train(new LshOptions { BitCount = 16, Seed = 1, Preprocessing = PreprocessingOrder.Unit }, 4);
    await client.GetOrCreateCollectionAsync("photos", new CollectionOptions(model, DistanceMetric.Cosine));
});
app.MapPut("/photos/{id}", async (ulong id, float[] vector, HashDbConnection client) =>
    await (await client.GetCollectionAsync("photos")).InsertAsync([new VectorRecord { Id = new VectorId(id), Vector = vector }]));
app.MapPost("/search", async (float[] query, HashDbConnection client) =>
{
    SearchResult result =
        await (await client.GetCollectionAsync("photos")).SearchAsync(query, new SearchOptions { Top = 1, CandidateLimit = 10 });
    return result.Hits.Select(hit => hit.Id.ToString());
});
app.MapPost("/stop", (IHostApplicationLifetime lifetime) => lifetime.StopApplication());
await app.RunAsync();
