// Clients that mean harm, all at once until the process is ended: some without a token, some with one that may read. Each goes on for ever,
// and begins anew when it is disconnected.
using System.Net;
using System.Net.Sockets;
using HashDb.Protocol;
using HashDb.Protocol.Messages;

namespace HashDb.Benchmarks;

internal static class HostileAttack
{
    private const int Pieces = 64 * 1024;

    /// <summary>Arguments: address, token that may read, and the names of the attacks, all when none is named.</summary>
    public static async Task RunAsync(string[] arguments)
    {
        var endPoint = IPEndPoint.Parse(arguments[0]);
        string token = arguments[1];
        float[] queries = [.. Enumerable.Range(0, 1_000).SelectMany(HostileMix.Vector)];
        byte[] probes = Frame(
            Opcode.ProbeBatch, new ProbeRequest(HostileMix.Collection, new QueryVectors(queries), new ProbeOptions { Radius = 16 }));
        byte[] searches = Frame(
            Opcode.SearchBatch, new SearchRequest(HostileMix.Collection, new QueryVectors(queries), new SearchOptions { Top = 1_000 }));
        byte[] buckets = Frame(Opcode.GetLargestBuckets, new LargestBucketsRequest(HostileMix.Collection, 1_000));
        byte[] subscription = Frame(Opcode.SubscribeStatistics, new SubscribeStatisticsRequest(HostileMix.Collection, 100));
        byte[] rubbish = new byte[16_384];
        new Random(7).NextBytes(rubbish);
        (string Name, int Count, Func<NetworkStream, Task> Attack, bool HasToken)[] attacks =
        [
            ("idle", 300, stream => stream.ReadExactlyAsync(new byte[Pieces]).AsTask(), false),
            ("reconnect", 2, _ => Task.Delay(5), false),
            ("rubbish", 2, stream => stream.WriteAsync(rubbish).AsTask(), true),
            ("announce-insert", 10, stream => AnnounceAsync(stream, Opcode.Insert, 80 << 20, 100), true),
            ("announce-search", 10, stream => AnnounceAsync(stream, Opcode.SearchBatch, 80 << 20, 4 << 20), true),
            ("probe", 2, stream => AskAsync(stream, probes, isRead: true), true),
            ("probe-unread", 20, stream => AskAsync(stream, probes, isRead: false), true),
            ("search", 2, stream => AskAsync(stream, searches, isRead: true), true),
            ("search-unread", 20, stream => AskAsync(stream, searches, isRead: false), true),
            ("buckets", 2, stream => AskAsync(stream, buckets, isRead: true), true),
            ("subscribe", 20, stream => SubscribeAsync(stream, subscription), true),
        ];
        if (arguments.Length > 2)
            attacks = [.. attacks.Where(attack => arguments.Skip(2).Contains(attack.Name))];
        await Task.WhenAll(attacks.SelectMany(attack =>
            Enumerable.Range(0, attack.Count).Select(
                _ => Task.Run(() => RepeatAsync(endPoint, attack.HasToken ? token : null, attack.Attack)))));
    }

    private static async Task RepeatAsync(IPEndPoint endPoint, string? token, Func<NetworkStream, Task> attack)
    {
        while (true)
        {
            try
            {
                using var client = new TcpClient { NoDelay = true };
                await client.ConnectAsync(endPoint);
                if (token is not null)
                {
                    var hello = new HelloRequest(1, 1, ProtocolFeatures.None, "attack", token);
                    await client.GetStream().WriteAsync(Frame(Opcode.Hello, hello));
                }


                await attack(client.GetStream());
            }
            catch (Exception error) when (error is IOException or SocketException)
            {
                // Disconnected.
            }

            await Task.Delay(10);
        }
    }

    private static async Task AnnounceAsync(NetworkStream stream, Opcode opcode, int length, int sent)
    {
        byte[] head = new byte[FrameHeader.ByteCount];
        new FrameHeader((uint)length, 5, opcode, FrameFlags.None, 0).Write(head);
        await stream.WriteAsync(head);
        byte[] piece = new byte[Pieces];
        for (int at = 0; at < sent; at += Pieces)
            await stream.WriteAsync(piece.AsMemory(0, Math.Min(Pieces, sent - at)));
        await stream.ReadExactlyAsync(new byte[Pieces]);
    }

    private static async Task AskAsync(NetworkStream stream, byte[] request, bool isRead)
    {
        // All the requests that one connection may have in flight, with ids of their own.
        for (uint id = 2; id < 34; id++)
        {
            BitConverter.TryWriteBytes(request.AsSpan(sizeof(uint)), id);
            await stream.WriteAsync(request);
        }

        byte[] answers = new byte[Pieces];
        while (isRead && await stream.ReadAsync(answers) > 0)
        {
            // And thrown away.
        }

        await Task.Delay(TimeSpan.FromMinutes(1));
    }

    private static async Task SubscribeAsync(NetworkStream stream, byte[] request)
    {
        for (uint id = 2; id < 34; id++)
        {
            BitConverter.TryWriteBytes(request.AsSpan(sizeof(uint)), id);
            await stream.WriteAsync(request);
        }

        byte[] answers = new byte[Pieces];
        while (await stream.ReadAsync(answers) > 0)
        {
            // And thrown away.
        }
    }

    private static byte[] Frame<T>(Opcode opcode, in T message)
        where T : IMessage<T>
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        FrameWriter.Write(buffer, 1, opcode, FrameFlags.None, message, hasChecksums: false);
        return buffer.WrittenSpan.ToArray();
    }
}
