using System.Buffers;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using HashDb.Protocol;
using HashDb.Protocol.Messages;

namespace HashDb.Benchmarks;

/// <summary>What a connection costs the server that has shaken hands, asked something once, and waits.</summary>
internal static class IdleConnections
{
    private const int Count = 1_000;

    public static async Task MeasureAsync(ServerChild server, TextWriter output)
    {
        var endPoint = IPEndPoint.Parse(server.EndPoint);
        (await OpenAsync(endPoint)).Dispose();
        (long managedBefore, long residentBefore) = await server.MeasureMemoryAsync();
        var clients = new List<TcpClient>();
        for (int i = 0; i < Count; i++)
            clients.Add(await OpenAsync(endPoint));
        (long managed, long resident) = await server.MeasureMemoryAsync();
        output.WriteLine();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Count:N0} idle connections: {(managed - managedBefore) / 1024.0 / Count:0.0} KiB of managed memory each, "
            + $"{(resident - residentBefore) / 1024.0 / Count:0.0} KiB resident"));
        clients.ForEach(client => client.Dispose());
    }

    public static async Task<TcpClient> OpenAsync(IPEndPoint endPoint)
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(endPoint);
        var request = new ArrayBufferWriter<byte>();
        FrameWriter.Write(
            request,
            1,
            Opcode.Hello,
            FrameFlags.None,
            new HelloRequest(1, 1, ProtocolFeatures.None, "benchmark", null),
            hasChecksums: false);
        FrameWriter.Write(request, 2, Opcode.Ping, FrameFlags.None, default(EmptyMessage), hasChecksums: false);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(request.WrittenMemory);

        // Both answers: the handshake's, then the ping's, whose body is one byte.
        byte[] answer = new byte[4_096];
        int received = 0;
        while (received < 2 * FrameHeader.ByteCount || received < 2 * FrameHeader.ByteCount + 1 + BitConverter.ToInt32(answer, 0))
            received += await stream.ReadAsync(answer.AsMemory(received));
        return client;
    }
}
