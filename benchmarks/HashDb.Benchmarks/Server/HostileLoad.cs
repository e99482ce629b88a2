// How long one healthy client waits while others mean harm. The attackers run in this process and take their part of the
// cores, so some of what they cost is the price of running them here.
using System.Buffers;
using System.Net;
using System.Net.Sockets;
using HashDb.Protocol;
using HashDb.Protocol.Messages;

namespace HashDb.Benchmarks;

internal static class HostileLoad
{
    public static async Task MeasureAsync(ServerChild server, TimeSpan duration, TextWriter output)
    {
        output.WriteLine();
        output.WriteLine("one healthy client, one search at a time");
        var endPoint = IPEndPoint.Parse(server.EndPoint);
        await using ClientSet healthy = await ClientSet.ConnectAsync(server.Address, 1);
        LoadFigures before = await SearchAsync(healthy, duration, server.Process);
        output.WriteLine($"  before                            {before.Describe(before)}");
        (string Name, Func<IPEndPoint, CancellationToken, Task> Attack)[] attacks =
        [
            ("500 half-open connections", HoldHalfOpenAsync),
            ("connections made and broken", FloodAsync),
            ("frames that are none", SendRubbishAsync),
            ("a client that never reads", NeverReadAsync),
        ];
        foreach ((string name, Func<IPEndPoint, CancellationToken, Task> attack) in attacks)
        {
            using var over = new CancellationTokenSource();
            Task attacking = Task.Run(() => RunAsync(attack, endPoint, over.Token));
            LoadFigures during = await SearchAsync(healthy, duration, server.Process);
            await over.CancelAsync();
            await attacking;
            output.WriteLine($"  {name,-33} {during.Describe(before)}");
        }

        LoadFigures after = await SearchAsync(healthy, duration, server.Process);
        output.WriteLine($"  after                             {after.Describe(before)}");
    }

    private static Task<LoadFigures> SearchAsync(ClientSet healthy, TimeSpan duration, System.Diagnostics.Process server) =>
        LoadFigures.MeasureAsync(1, duration, server, (_, i) => healthy.Searched[0].SearchAsync(ServerBenchmark.Query(i)));

    private static async Task RunAsync(
        Func<IPEndPoint, CancellationToken, Task> attack, IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await attack(endPoint, cancellationToken);
            }
            catch (Exception error) when (error is IOException or SocketException or OperationCanceledException)
            {
                // Disconnected, or over.
            }
        }
    }

    private static async Task HoldHalfOpenAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        var clients = new List<TcpClient>();
        try
        {
            for (int i = 0; i < 500; i++)
            {
                var client = new TcpClient();
                clients.Add(client);
                await client.ConnectAsync(endPoint, cancellationToken);
                await client.GetStream().WriteAsync(new byte[] { 40 }, cancellationToken);
            }

            await Task.Delay(Timeout.Infinite, cancellationToken);
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    private static async Task FloodAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        using var client = new TcpClient { LingerState = new LingerOption(enable: true, 0) };
        await client.ConnectAsync(endPoint, cancellationToken);
    }

    private static async Task SendRubbishAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        using TcpClient client = await IdleConnections.OpenAsync(endPoint);
        byte[] rubbish = new byte[16_384];
        Random.Shared.NextBytes(rubbish);
        await client.GetStream().WriteAsync(rubbish, cancellationToken);
    }

    private static async Task NeverReadAsync(IPEndPoint endPoint, CancellationToken cancellationToken)
    {
        using TcpClient client = await IdleConnections.OpenAsync(endPoint);
        var requests = new ArrayBufferWriter<byte>();
        for (uint id = 1; id <= 1_000; id++)
        {
            var search = new SearchRequest(
                ServerBenchmark.Searched, new QueryVectors(ServerBenchmark.Query((int)id)), new SearchOptions { Top = 1_000 });
            FrameWriter.Write(requests, id, Opcode.Search, FrameFlags.None, search, hasChecksums: false);
        }

        while (!cancellationToken.IsCancellationRequested)
            await client.GetStream().WriteAsync(requests.WrittenMemory, cancellationToken);
    }
}
