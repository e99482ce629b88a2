using System.IO.Compression;
using System.Text.Json;
using HashDb.Client.Tests.Support;

namespace HashDb.Client.Tests;

/// <summary>
/// Databases that an older build wrote, with what that build answered: databases-0.1.0.zip is of the first builds with manifests of
/// version 2, before the engine took columns. "closed" was closed; "killed" was killed with its last writes in the log
/// alone. Each has records with labels and payloads, updates, deletes, stamps, a kept generation and a draft.
/// </summary>
public sealed class FixtureDatabaseTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("databases-0.1.0.zip", "closed")]
    [InlineData("databases-0.1.0.zip", "killed")]
    public async Task Database_of_an_older_build_opens_and_answers_as_it_did(string archive, string database)
    {
        ZipFile.ExtractToDirectory(Path.Combine(AppContext.BaseDirectory, "Fixtures", archive), _directory.Path);
        using JsonDocument expected = JsonDocument.Parse(
            await File.ReadAllBytesAsync(_directory[$"{database}.json"], Cancellation));

        // The second time, what the first has written is read.
        for (int time = 0; time < 2; time++)
        {
            await using HashDbConnection client = await HashDbClient.OpenAsync(_directory[database], cancellationToken: Cancellation);
            (await client.ListCollectionsAsync(Cancellation)).ShouldBe(expected.RootElement.EnumerateObject().Select(c => c.Name).Order());
            foreach (JsonProperty collection in expected.RootElement.EnumerateObject())
                await CheckAsync(await client.GetCollectionAsync(collection.Name, Cancellation), collection.Value);
        }
    }

    [Theory]
    [InlineData("closed")]
    [InlineData("killed")]
    public async Task Clients_of_a_database_of_an_older_build_go_on_where_they_were(string database)
    {
        // Its log and manifest have no digests: what was written then is known by its numbers, what is written now by its content.
        ZipFile.ExtractToDirectory(Path.Combine(AppContext.BaseDirectory, "Fixtures", "databases-0.1.0.zip"), _directory.Path);
        using JsonDocument expected = JsonDocument.Parse(await File.ReadAllBytesAsync(_directory[$"{database}.json"], Cancellation));
        JsonElement plain = expected.RootElement.GetProperty("plain");
        var client = Guid.Parse("11111111-2222-3333-4444-555555555555");
        long next = plain.GetProperty("nextOfClient").GetInt64();
        VectorRecord[] RecordsOf(ulong id, int dimensions) =>
            [new() { Id = new VectorId(id), Vector = Enumerable.Range(1, dimensions).Select(i => (float)i).ToArray() }];

        for (int time = 0; time < 2; time++)
        {
            await using HashDbConnection opened = await HashDbClient.OpenAsync(_directory[database], cancellationToken: Cancellation);
            HashDbCollection collection = await opened.GetCollectionAsync("plain", Cancellation);
            await collection.InsertAsync(RecordsOf(1 << 20, collection.Dimensions), new WriteStamp(client, 0), Cancellation);
            await collection.InsertAsync(RecordsOf(1 << 21, collection.Dimensions), new WriteStamp(client, next), Cancellation);
            (await Should.ThrowAsync<HashDbException>(() => collection.InsertAsync(
                RecordsOf(1 << 22, collection.Dimensions), new WriteStamp(client, next), Cancellation)))
                .Code.ShouldBe(HashDbErrorCode.StampReused);
            (await collection.GetStatisticsAsync(Cancellation)).Count.ShouldBe(plain.GetProperty("count").GetInt64() + 1);
            await collection.DeleteAsync([new VectorId(1 << 22)], new WriteStamp(Guid.NewGuid(), 0), Cancellation);
        }
    }

    private static async Task CheckAsync(HashDbCollection collection, JsonElement expected)
    {
        CollectionStatistics statistics = await collection.GetStatisticsAsync(Cancellation);
        statistics.ModelFingerprint.ToString().ShouldBe(expected.GetProperty("fingerprint").GetString());
        statistics.Generation.ShouldBe(expected.GetProperty("generation").GetInt64());
        JsonElement previous = expected.GetProperty("previous");
        statistics.PreviousGeneration?.Generation.ShouldBe(previous.GetInt64());
        (statistics.PreviousGeneration is null).ShouldBe(previous.ValueKind == JsonValueKind.Null);
        statistics.Count.ShouldBe(expected.GetProperty("count").GetInt64());
        statistics.LastSequenceNumber.ShouldBe(expected.GetProperty("sequence").GetInt64());
        JsonElement draftItems = expected.GetProperty("draftItems");
        DraftStatistics? draft = await collection.Learning.GetDraftStatisticsAsync(Cancellation);
        draft?.ItemCount.ShouldBe(draftItems.GetInt64());
        (draft is null).ShouldBe(draftItems.ValueKind == JsonValueKind.Null);
        (await collection.GetNextSequenceNumberAsync(Guid.Parse("11111111-2222-3333-4444-555555555555"), Cancellation))
            .ShouldBe(expected.GetProperty("nextOfClient").GetInt64());

        JsonElement[] records = [.. expected.GetProperty("records").EnumerateArray()];
        records.Length.ShouldBeGreaterThan(80);
        foreach (JsonElement wanted in records)
        {
            VectorRecord? record = await collection.GetAsync(new VectorId(wanted.GetProperty("id").GetUInt64()), Cancellation);
            record.ShouldNotBeNull();
            record.Vector.ToArray().Select(BitConverter.SingleToInt32Bits).ShouldBe(Integers(wanted, "vector"));
            record.Labels.ToArray().ShouldBe(Integers(wanted, "labels"));
            Convert.ToHexString(record.Payload.Span).ShouldBe(wanted.GetProperty("payload").GetString());
        }
        foreach (JsonElement search in expected.GetProperty("searches").EnumerateArray())
        {
            float[] query = [.. Integers(search, "query").Select(BitConverter.Int32BitsToSingle)];
            SearchResult result = await collection.SearchAsync(query, new SearchOptions { Top = 5, Radius = 4 }, Cancellation);
            result.Statistics.Candidates.ShouldBe(search.GetProperty("candidates").GetInt32());
            JsonElement[] hits = [.. search.GetProperty("hits").EnumerateArray()];
            result.Hits.Select(hit => hit.Id.Value).ShouldBe(hits.Select(hit => hit.GetProperty("id").GetUInt64()));

            // Single precision, kept as the bits of the double that it widens to. A cosine is rounded better than it was then.
            double tolerance = collection.Metric == DistanceMetric.Cosine ? 1.0 / (1 << 20) : 0;
            for (int i = 0; i < hits.Length; i++)
            {
                double distance = BitConverter.Int64BitsToDouble(hits[i].GetProperty("distance").GetInt64());
                ((double)result.Hits[i].Distance).ShouldBeInRange(distance - tolerance, distance + tolerance);
            }
        }
    }

    private static int[] Integers(JsonElement item, string name) =>
        [.. item.GetProperty(name).EnumerateArray().Select(one => one.GetInt32())];
}
