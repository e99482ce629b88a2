// What the promises of the client are worth when connections break at any byte: every write happens once, imports keep their
// order, and reads give the answers that they give otherwise.
using HashDb.Client;
using HashDb.Client.Tests.Support;
using HashDb.Server.Tests.Support;

namespace HashDb.Server.Tests.Remote;

public sealed class BrokenConnectionTests
{
    private static readonly HashDbConnectionOptions Patient = new()
    {
        RetryTimeout = TimeSpan.FromMinutes(2),
        RequestTimeout = TimeSpan.FromMinutes(2),
        PoolSize = 3
    };

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Import_over_connections_that_break_stores_every_record_once_and_in_order(int seed)
    {
        await using TestServer server = await TestServer.StartAsync();
        await using var proxy = new FlakyProxy(server.EndPoint, seed, maxBytes: 60_000);
        await using HashDbConnection direct = await HashDbClient.ConnectAsync($"hashdb://{server.EndPoint}", null, Cancellation);
        HashDbCollection checkedHere = await direct.CreateCollectionAsync("items", Data.Options(), Cancellation);
        await using HashDbConnection client = await ConnectAsync(proxy);
        HashDbCollection items = await client.GetCollectionAsync("items", Cancellation);

        ImportProgress done = await items.ImportAsync(
            Data.Stream(Data.Records(0, 5_000)), new ImportOptions { BatchSize = 50, MaxBatchesInFlight = 8 }, null, Cancellation);

        done.AcknowledgedRecords.ShouldBe(5_000);
        proxy.Cuts.ShouldBeGreaterThan(3);
        CollectionStatistics statistics = await checkedHere.GetStatisticsAsync(Cancellation);
        statistics.Count.ShouldBe(5_000);
        statistics.DeadRows.ShouldBe(0);
        Data.ShouldBeSame((await checkedHere.GetAsync([new VectorId(4_999)], Cancellation))[0], Data.Record(4_999));
    }

    [Fact]
    public async Task Writes_over_connections_that_break_happen_once()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using var proxy = new FlakyProxy(server.EndPoint, seed: 3, maxBytes: 12_000);
        await using HashDbConnection direct = await HashDbClient.ConnectAsync($"hashdb://{server.EndPoint}", null, Cancellation);
        HashDbCollection checkedHere = await direct.CreateCollectionAsync("items", Data.Options(), Cancellation);
        await using HashDbConnection client = await ConnectAsync(proxy);
        HashDbCollection items = await client.GetCollectionAsync("items", Cancellation);

        // An insert that happened twice would find its ids stored, a delete that happened twice would find nothing.
        await Task.WhenAll(Enumerable.Range(0, 6).Select(async worker =>
        {
            for (int round = 0; round < 40; round++)
            {
                int first = worker * 1_000 + round * 5;
                await items.InsertAsync(Data.Records(first, 5), cancellationToken: Cancellation);
                (await items.UpsertAsync(Data.Records(first, 4), cancellationToken: Cancellation)).ShouldBe(4);
                (await items.DeleteAsync(
                    [new VectorId((ulong)first), new VectorId((ulong)first + 1)], cancellationToken: Cancellation)).ShouldBe(2);
                (await items.SearchAsync(
                    Data.Vector(first + 2),
                    new SearchOptions { Top = 1 },
                    Cancellation)).Hits[0].Id.ShouldBe(new VectorId((ulong)first + 2));
            }
        }));

        proxy.Cuts.ShouldBeGreaterThan(3);
        CollectionStatistics statistics = await checkedHere.GetStatisticsAsync(Cancellation);
        statistics.Count.ShouldBe(6 * 40 * 3);
        statistics.DeadRows.ShouldBe(6 * 40 * 6);
    }

    // A change of fields carries no stamp. Sent again after the connection broke, it undid what another client had been told was stored.
    [Fact]
    public async Task Change_of_fields_whose_answer_is_lost_says_so_and_is_not_sent_again()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using var proxy = new FlakyProxy(server.EndPoint, seed: 5, maxBytes: 3_000);
        await using HashDbConnection direct = await HashDbClient.ConnectAsync($"hashdb://{server.EndPoint}", null, Cancellation);
        HashDbCollection checkedHere = await direct.CreateCollectionAsync("items", Data.Options(), Cancellation);
        await checkedHere.InsertAsync(Data.Records(0, 1), cancellationToken: Cancellation);
        long before = (await checkedHere.GetStatisticsAsync(Cancellation)).LastSequenceNumber;
        await using HashDbConnection client = await ConnectAsync(proxy);
        HashDbCollection items = await client.GetCollectionAsync("items", Cancellation);
        int done = 0;
        int lost = 0;

        for (int i = 0; i < 400; i++)
        {
            try
            {
                (await items.UpdateFieldsAsync(new VectorId(0), new RecordFields { ["number"] = i }, Cancellation)).ShouldBeTrue();
                done++;
            }
            catch (HashDbException error) when (error.Code == HashDbErrorCode.ConnectionLost)
            {
                lost++;
            }
        }

        lost.ShouldBeGreaterThan(0);
        ((await checkedHere.GetStatisticsAsync(Cancellation)).LastSequenceNumber - before).ShouldBeInRange(done, done + lost);
    }

    [Fact]
    public async Task Figures_watched_over_connections_that_break_go_on()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using var proxy = new FlakyProxy(server.EndPoint, seed: 4, maxBytes: 1_500);
        await using HashDbConnection direct = await HashDbClient.ConnectAsync($"hashdb://{server.EndPoint}", null, Cancellation);
        await direct.CreateCollectionAsync("items", Data.Options(), Cancellation);
        await using HashDbConnection client = await ConnectAsync(proxy);
        HashDbCollection items = await client.GetCollectionAsync("items", Cancellation);
        int seen = 0;

        await foreach (CollectionStatistics statistics in items.WatchStatisticsAsync(TimeSpan.FromMilliseconds(100), Cancellation))
        {
            statistics.Name.ShouldBe("items");
            if (++seen >= 5 && proxy.Cuts >= 2)
                break;
        }
    }

    [Fact]
    public async Task Server_started_again_is_found_by_the_calls_that_wait()
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("hashdb-restart-");
        try
        {
            var options = new HashDbServerOptions
            {
                DataDirectory = directory.FullName,
                ListenAddress = "127.0.0.1:0",
                HttpAddress = HashDbServerOptions.Off
            };
            HashDbServer server = await HashDbServer.StartAsync(options, null, Cancellation);
            options = options with { ListenAddress = server.EndPoint.ToString() };
            await using HashDbConnection client = await HashDbClient.ConnectAsync($"hashdb://{server.EndPoint}", Patient, Cancellation);
            HashDbCollection items = await client.CreateCollectionAsync("items", Data.Options(), Cancellation);
            await items.InsertAsync(Data.Records(0, 10), cancellationToken: Cancellation);

            await server.DisposeAsync();
            Task insert = items.InsertAsync(Data.Records(10, 10), cancellationToken: Cancellation);
            server = await HashDbServer.StartAsync(options, null, Cancellation);
            await insert;

            (await items.GetStatisticsAsync(Cancellation)).Count.ShouldBe(20);
            await server.DisposeAsync();
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static async Task<HashDbConnection> ConnectAsync(FlakyProxy proxy)
    {
        // The first connection is made once, and may be cut in its handshake.
        while (true)
        {
            try
            {
                return await HashDbClient.ConnectAsync($"hashdb://{proxy.EndPoint}", Patient, Cancellation);
            }
            catch (HashDbException lost) when (lost.Code == HashDbErrorCode.ConnectionLost)
            {
            }
        }
    }
}
