using System.Net.Sockets;
using HashDb.Client;
using HashDb.Protocol;
using HashDb.Protocol.Messages;
using HashDb.Server.Tests.Support;
using HashDb.Storage;

namespace HashDb.Server.Tests;

/// <summary>Clients that mean harm, beside one that does not: that one must be answered, and correctly, all the time.</summary>
public sealed class HostileClientTests
{
    private const int Stored = 2_000;
    private const int PieceBytes = 4_096;

    [Fact]
    public async Task Rubbish_of_every_kind_disturbs_nobody()
    {
        await using TestServer server = await StartAsync();
        await BesideHealthyClientAsync(server, async () =>
        {
            var random = new Random(5);
            for (int round = 0; round < 150; round++)
            {
                await using RawClient client = round % 3 == 0
                    ? await RawClient.ConnectAsync(server.EndPoint)
                    : await RawClient.OpenAsync(server.EndPoint);
                byte[] bytes = Rubbish(random, round);
                try
                {
                    await client.SendAsync(bytes);
                    if (round % 2 == 0)
                        client.Socket.Shutdown(SocketShutdown.Send);
                    while (round % 4 == 0 && await client.ReceiveAsync() is not null)
                    {
                        // Whatever it says.
                    }
                }
                catch (IOException)
                {
                    // Closed in the middle of what was sent.
                }
            }
        });
    }

    [Fact]
    public async Task Half_open_connections_and_single_bytes_disturb_nobody()
    {
        await using TestServer server = await StartAsync();
        byte[] hello = RawClient.Frame(1, Opcode.Hello, new HelloRequest(1, 1, ProtocolFeatures.None, "test", null));
        var clients = new List<RawClient>();
        await BesideHealthyClientAsync(server, async () =>
        {
            for (int i = 0; i < 100; i++)
                clients.Add(await RawClient.ConnectAsync(server.EndPoint));
            for (int position = 0; position < 20; position++)
            {
                foreach (RawClient client in clients)
                    await client.SendAsync(hello.AsMemory(position, 1));
            }
        });
        foreach (RawClient client in clients)
            await client.DisposeAsync();
    }

    [Fact]
    public async Task Flood_of_connections_is_turned_away_and_disturbs_no_one_inside()
    {
        await using TestServer server = await StartAsync(options => options with { MaxConnections = 20 });
        await BesideHealthyClientAsync(server, async () =>
        {
            for (int round = 0; round < 10; round++)
            {
                await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ =>
                {
                    try
                    {
                        await (await RawClient.ConnectAsync(server.EndPoint)).DisposeAsync();
                    }
                    catch (SocketException)
                    {
                        // Its place was given to another before it knew of it.
                    }
                }));
            }
        });
    }

    [Fact]
    public async Task Client_that_never_reads_is_stopped_then_disconnected_and_costs_a_bounded_memory()
    {
        await using TestServer server = await StartAsync(options => options with { SendTimeout = TimeSpan.FromSeconds(2) });
        long before = GC.GetTotalMemory(forceFullCollection: true);

        // Ten million answers of 20 KiB were this to go on.
        byte[] requests =
        [
            .. Enumerable.Range(1, 1_000)
                .SelectMany(i => RawClient.Frame(
                    (uint)i, Opcode.Search, TestServer.Search(i, new SearchOptions { Top = 1_700, CandidateLimit = 2_000 })))
        ];
        long sent = 0;
        await BesideHealthyClientAsync(server, async () =>
        {
            await using RawClient client = await RawClient.OpenAsync(server.EndPoint);
            try
            {
                for (int at = 0; sent < 10_000L * requests.Length; at = (at + PieceBytes) % requests.Length)
                {
                    int length = Math.Min(PieceBytes, requests.Length - at);
                    await client.SendAsync(requests.AsMemory(at, length));
                    sent += length;
                    if (length < PieceBytes)
                        at = -PieceBytes;
                }
            }
            catch (Exception error) when (error is IOException or OperationCanceledException)
            {
                // Disconnected.
            }
        });

        sent.ShouldBeLessThan(10_000L * requests.Length);
        // The process is that of other tests, too.
        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(128L << 20);
    }

    /// <summary>Runs a healthy client until an attack is over, and once more afterwards; every answer must be right.</summary>
    private static async Task BesideHealthyClientAsync(TestServer server, Func<Task> attack)
    {
        await using HashDbConnection healthy =
            await HashDbClient.ConnectAsync($"hashdb://{server.EndPoint}", new HashDbConnectionOptions { PoolSize = 1 });
        HashDbCollection collection = await healthy.GetCollectionAsync(TestServer.Collection);
        Task attacking = attack();
        int next = Stored;
        bool isOver;
        do
        {
            isOver = attacking.IsCompleted;
            await collection.InsertAsync(TestServer.Records(next, 1));
            SearchResult found = await collection.SearchAsync(TestServer.Vector(next), new SearchOptions { Radius = 0, Top = 1 });
            found.Hits[0].ShouldBe(new SearchHit(new VectorId((ulong)next), 0));
            next++;
        }
        while (!isOver);
        await attacking;
        (await collection.GetStatisticsAsync()).Count.ShouldBe(next);
    }

    private static byte[] Rubbish(Random random, int round)
    {
        byte[] bytes = new byte[random.Next(1, 3_000)];
        random.NextBytes(bytes);
        if (round % 4 == 0)
            return bytes;

        // A head that is nearly right, before a body that is not.
        bool isHuge = round % 4 == 1;
        uint length = isHuge ? (uint)random.NextInt64(uint.MaxValue) : (uint)bytes.Length;
        byte[] head = new byte[FrameHeader.ByteCount];
        new FrameHeader(
            length, (uint)random.Next(), (Opcode)random.Next(0, 50), (FrameFlags)(round % 4 == 2 ? random.Next(8) : 0), 0).Write(head);
        return [.. head, .. bytes];
    }

    private static async Task<TestServer> StartAsync(Func<HashDbServerOptions, HashDbServerOptions>? configure = null)
    {
        TestServer server = await TestServer.StartWithCollectionAsync(configure);
        await using RawClient client = await RawClient.OpenAsync(server.EndPoint);
        (await client.AskAsync(2, Opcode.Insert, TestServer.Insert(0, Stored))).Header.IsError.ShouldBeFalse();
        return server;
    }
}
