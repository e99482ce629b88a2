using System.Buffers;
using System.Net;
using System.Net.Sockets;
using HashDb.Protocol;
using HashDb.Protocol.Messages;

namespace HashDb.Server.Tests.Support;

/// <summary>
/// Shakes hands like a server and then does what the test says, to see what a client makes of it. One connection at a time.
/// </summary>
internal sealed class FakeServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private TcpClient? _client;
    private NetworkStream? _stream;

    public FakeServer() => _listener.Start();

    public string Address => $"hashdb://{_listener.LocalEndpoint}";

    /// <summary>The handshake of the connection that is there.</summary>
    public HelloRequest Hello { get; private set; }

    /// <summary>Takes the next connection and answers its handshake.</summary>
    public async Task AcceptAsync(HelloAnswer? answer = null)
    {
        _client?.Dispose();
        _client = await _listener.AcceptTcpClientAsync().WaitAsync(RawClient.Timeout);
        _stream = _client.GetStream();
        (FrameHeader header, byte[] body) = await ReceiveAsync();
        Hello = MessageCodec.Read<HelloRequest>(new ReadOnlySequence<byte>(body));
        await SendAsync(
            header.RequestId,
            Opcode.Hello,
            FrameFlags.Answer,
            answer ?? new HelloAnswer(1, ProtocolFeatures.None, "fake", ProtocolLimits.MaxFrameBytes, 64));
    }

    /// <summary>Takes the next connection and refuses its handshake.</summary>
    public async Task RefuseAsync(Exception error)
    {
        _client = await _listener.AcceptTcpClientAsync().WaitAsync(RawClient.Timeout);
        _stream = _client.GetStream();
        (FrameHeader header, _) = await ReceiveAsync();
        await SendAsync(header.RequestId, Opcode.Hello, FrameFlags.Answer | FrameFlags.Error, ErrorMessage.FromException(error));
    }

    public async Task<(FrameHeader Header, byte[] Body)> ReceiveAsync()
    {
        using var timeout = new CancellationTokenSource(RawClient.Timeout);
        byte[] head = new byte[FrameHeader.ByteCount];
        await _stream!.ReadExactlyAsync(head, timeout.Token);
        FrameHeader header = FrameHeader.Read(head);
        byte[] body = new byte[header.BodyBytes];
        await _stream.ReadExactlyAsync(body, timeout.Token);
        return (header, body);
    }

    public async Task SendAsync<T>(uint requestId, Opcode opcode, FrameFlags flags, T message)
        where T : IMessage<T>
    {
        var output = new ArrayBufferWriter<byte>();
        FrameWriter.Write(output, requestId, opcode, flags, message, hasChecksums: false);
        await SendAsync(output.WrittenMemory);
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes) => await _stream!.WriteAsync(bytes);

    public void Cut() => _client?.Dispose();

    public ValueTask DisposeAsync()
    {
        _client?.Dispose();
        _listener.Dispose();
        return default;
    }
}
