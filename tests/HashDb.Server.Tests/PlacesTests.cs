using System.Net.Sockets;
using HashDb.Protocol;
using HashDb.Protocol.Messages;
using HashDb.Server.Internal.Hosting;
using HashDb.Server.Tests.Support;

namespace HashDb.Server.Tests;

/// <summary>Connections that only hold places, and what is left for those that mean it.</summary>
public sealed class PlacesTests
{
    private static readonly string Token = AccessToken.Create();

    // Idle sockets without a token held all places, and whoever had a token was turned away.
    [Fact]
    public async Task Idle_connections_without_a_token_keep_nobody_out_who_has_one()
    {
        await using TestServer server = await StartAsync(options => options with { MaxConnections = 20 });
        var idle = new List<TcpClient>();
        for (int i = 0; i < 100; i++)
        {
            var tcp = new TcpClient();
            await tcp.ConnectAsync(server.EndPoint);
            idle.Add(tcp);
        }

        // More than half of the places, so that they are not only those that the idle may not have.
        var clients = new List<RawClient>();
        for (int i = 0; i < 18; i++)
            clients.Add(await RawClient.OpenAsync(server.EndPoint, Token));

        foreach (RawClient client in clients)
            (await client.AskAsync(2, Opcode.Ping, default(EmptyMessage))).Header.IsError.ShouldBeFalse();
        foreach (RawClient client in clients)
            await client.DisposeAsync();
        foreach (TcpClient tcp in idle)
            tcp.Dispose();
    }

    [Fact]
    public async Task Address_has_no_more_connections_than_it_may_and_one_that_ends_makes_room()
    {
        await using TestServer server = await StartAsync(options => options with { MaxConnections = 20, MaxConnectionsPerAddress = 2 });
        await using RawClient first = await RawClient.OpenAsync(server.EndPoint, Token);
        await using RawClient second = await RawClient.OpenAsync(server.EndPoint, Token);

        await using RawClient third = await RawClient.ConnectAsync(server.EndPoint);

        (await third.ReceiveAsync()).ShouldNotBeNull().Error.Code.ShouldBe(HashDbErrorCode.Overloaded);
        (await first.AskAsync(2, Opcode.Ping, default(EmptyMessage))).Header.IsError.ShouldBeFalse();
    }

    [Theory]
    [InlineData(20_000, 100, 1_024)]
    [InlineData(1_024, 100, 472)]
    public void Default_number_of_connections_is_what_the_files_leave(long limit, long open, int expected)
    {
        int lowered = 0;

        HashDbServerOptions options =
            DescriptorBudget.Fit(new HashDbServerOptions { DataDirectory = "db" }, limit, open, 32, (most, _) => lowered = most);

        options.MaxConnections.ShouldBe(expected);
        lowered.ShouldBe(expected == HashDbServerOptions.DefaultMaxConnections ? 0 : expected);
    }

    [Theory]
    [InlineData(1_000, 1_024)]
    [InlineData(HashDbServerOptions.DefaultMaxConnections, 400)]
    public void Number_of_connections_that_cannot_be_had_is_refused_with_the_way_out(int wanted, long limit)
    {
        ArgumentException error = Should.Throw<ArgumentException>(() => DescriptorBudget.Fit(
            new HashDbServerOptions { DataDirectory = "db", MaxConnections = wanted }, limit, 100, 32, (_, _) => { }));

        error.Message.ShouldContain($"MaxConnections is {wanted}");
        error.Message.ShouldContain("ulimit -n");
    }

    // Sockets without a token took all descriptors: a checkpoint found none and poisoned the collection, then the process ended.
    [Fact]
    public async Task Flood_of_connections_leaves_the_descriptors_that_writes_and_checkpoints_need()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The limit of open files is read from /proc.");
        DirectoryInfo directory = Directory.CreateTempSubdirectory("hashdb-server-");
        try
        {
            using ServerProcess server = await ServerProcess.StartAsync(directory.FullName, shellFirst: "ulimit -n 700");
            await using RawClient client = await RawClient.OpenAsync(server.EndPoint);
            (await client.AskAsync(1, Opcode.CreateCollection, TestServer.CreateRequest())).Read<DescriptionAnswer>();
            var flood = new List<Socket>();
            for (int i = 0; i < 1_000; i++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
                flood.Add(socket);
                try
                {
                    await socket.ConnectAsync(server.EndPoint, new CancellationTokenSource(TimeSpan.FromMilliseconds(20)).Token);
                }
                catch (Exception error) when (error is SocketException or OperationCanceledException)
                {
                    // The queue of the system is full.
                }
            }

            for (uint i = 0; i < 30; i++)
            {
                (await client.AskAsync(2 * i + 2, Opcode.Insert, TestServer.Insert((int)i * 10, 10))).Read<EmptyMessage>();
                (await client.AskAsync(2 * i + 3, Opcode.Checkpoint, new CollectionRequest(TestServer.Collection))).Read<EmptyMessage>();
            }

            foreach (Socket socket in flood)
                socket.Dispose();
            await client.DisposeAsync();
            (await server.TerminateAsync()).ShouldBe(0);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static Task<TestServer> StartAsync(Func<HashDbServerOptions, HashDbServerOptions> configure) =>
        TestServer.StartAsync(options => configure(options with { Tokens = [AccessToken.ToLine(Token, AccessScope.Admin)] }));
}
