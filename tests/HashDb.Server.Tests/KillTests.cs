using System.Globalization;
using System.Net;
using HashDb.Client;
using HashDb.Client.Tests.Support;
using HashDb.Protocol;
using HashDb.Protocol.Messages;
using HashDb.Server.Tests.Support;
using HashDb.Storage;

namespace HashDb.Server.Tests;

/// <summary>
/// Kills a real server with SIGKILL while four clients import, and starts it again. The clients go on by themselves, and in the
/// end every item is there once. <c>scripts/server-kill-test.sh</c> runs many rounds.
/// </summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Clients = 4;
    private const int RecordsOfEach = 12_000;
    private const int KillsOfRound = 3;

    private static int Rounds =>
        int.Parse(Environment.GetEnvironmentVariable("HASHDB_SERVER_KILL_ROUNDS") ?? "2", CultureInfo.InvariantCulture);

    [Fact]
    public async Task Imports_of_four_clients_survive_the_death_of_their_server()
    {
        for (int round = 1; round <= Rounds; round++)
            await RunRoundAsync(round);
    }

    private async Task RunRoundAsync(int round)
    {
        using var directory = new TemporaryDirectory();
        var random = new Random(round);
        ServerProcess server = await ServerProcess.StartAsync(directory.Path);
        string listen = server.EndPoint.ToString();
        await using (RawClient raw = await RawClient.OpenAsync(server.EndPoint))
            (await raw.AskAsync(1, Opcode.CreateCollection, TestServer.CreateRequest())).Header.IsError.ShouldBeFalse();

        long acknowledged = 0;
        var options = new HashDbConnectionOptions { RetryTimeout = TimeSpan.FromMinutes(3), RequestTimeout = TimeSpan.FromMinutes(3) };
        Task[] imports = [.. Enumerable.Range(0, Clients).Select(client => Task.Run(() => ImportAsync(listen, options, client)))];
        Task all = Task.WhenAll(imports);
        int killed = 0;
        for (; killed < KillsOfRound; killed++)
        {
            // At a moment that is somewhere in the work, wherever that stands then.
            long target = (long)((killed + random.NextDouble()) / KillsOfRound * Clients * RecordsOfEach);
            while (Interlocked.Read(ref acknowledged) < target && !all.IsCompleted)
                await Task.Delay(1);
            if (all.IsCompleted)
                break;
            await server.KillAsync();
            server.Dispose();
            server = await ServerProcess.StartAsync(directory.Path, listen);
        }

        await all;
        killed.ShouldBeGreaterThan(0);
        await VerifyAsync(server.EndPoint);
        (await server.TerminateAsync()).ShouldBe(0);
        server.Dispose();
        (await HashDatabase.VerifyAsync(directory.Path)).IsSound.ShouldBeTrue();
        output.WriteLine($"round {round}: {killed} kills, {Clients * RecordsOfEach} items, each there once");

        async Task ImportAsync(string address, HashDbConnectionOptions connection, int client)
        {
            await using HashDbConnection opened = await HashDbClient.ConnectAsync($"hashdb://{address}", connection);
            HashDbCollection collection = await opened.GetCollectionAsync(TestServer.Collection);
            long reported = 0;
            ImportProgress done = await collection.ImportAsync(
                StreamAsync(client * RecordsOfEach),
                new ImportOptions { BatchSize = 100 },
                new Reporter(progress =>
                {
                    Interlocked.Add(ref acknowledged, progress.AcknowledgedRecords - reported);
                    reported = progress.AcknowledgedRecords;
                }));
            done.AcknowledgedRecords.ShouldBe(RecordsOfEach);
        }
    }

    private static async IAsyncEnumerable<VectorRecord> StreamAsync(int first)
    {
        for (int i = 0; i < RecordsOfEach; i++)
        {
            if (i % 100 == 0)
                await Task.Yield();
            yield return new VectorRecord { Id = new VectorId((ulong)(first + i)), Vector = TestServer.Vector(first + i) };
        }
    }

    private static async Task VerifyAsync(IPEndPoint endPoint)
    {
        await using HashDbConnection client = await HashDbClient.ConnectAsync($"hashdb://{endPoint}");
        HashDbCollection collection = await client.GetCollectionAsync(TestServer.Collection);

        // Live records and no dead ones: nothing was stored twice, not even to be replaced.
        CollectionStatistics figures = await collection.GetStatisticsAsync();
        figures.Count.ShouldBe(Clients * RecordsOfEach);
        figures.DeadRows.ShouldBe(0);
        for (int first = 0; first < Clients * RecordsOfEach; first += 4_000)
        {
            IReadOnlyList<VectorRecord?> records =
                await collection.GetAsync([.. Enumerable.Range(first, 4_000).Select(id => new VectorId((ulong)id))]);
            for (int i = 0; i < records.Count; i++)
                records[i].ShouldNotBeNull($"{first + i}").Vector.Span.SequenceEqual(TestServer.Vector(first + i))
                    .ShouldBeTrue($"{first + i}");
        }
    }

    private sealed class Reporter(Action<ImportProgress> report) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value) => report(value);
    }
}
