using System.Buffers;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using HashDb.Protocol;
using HashDb.Protocol.Messages;
using HashDb.Serialization;

namespace HashDb.Server.Tests.Support;

/// <summary>Speaks the protocol frame by frame, and anything else that a test wants to send. One caller at a time.</summary>
internal sealed class RawClient : IAsyncDisposable
{
    /// <summary>Long enough for a busy machine; what takes longer hangs.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private readonly TcpClient _tcp;
    private readonly Stream _stream;
    private bool _hasChecksums;

    private RawClient(TcpClient tcp, Stream stream)
    {
        _tcp = tcp;
        _stream = stream;
    }

    public Socket Socket => _tcp.Client;

    /// <summary>Connects; over TLS when options are given.</summary>
    public static async Task<RawClient> ConnectAsync(IPEndPoint endPoint, SslClientAuthenticationOptions? tls = null)
    {
        var tcp = new TcpClient { NoDelay = true };
        try
        {
            await tcp.ConnectAsync(endPoint);
            Stream stream = tcp.GetStream();
            if (tls is not null)
            {
                var encrypted = new SslStream(stream);
                await encrypted.AuthenticateAsClientAsync(tls);
                stream = encrypted;
            }

            return new RawClient(tcp, stream);
        }
        catch
        {
            tcp.Dispose();
            throw;
        }
    }

    /// <summary>Connects and shakes hands.</summary>
    public static async Task<RawClient> OpenAsync(
        IPEndPoint endPoint, string? token = null, ProtocolFeatures features = ProtocolFeatures.None)
    {
        RawClient client = await ConnectAsync(endPoint);
        (await client.GreetAsync(token, features)).Header.IsError.ShouldBeFalse();
        return client;
    }

    public async Task<Answer> GreetAsync(
        string? token = null, ProtocolFeatures features = ProtocolFeatures.None, int lowestVersion = 1, int highestVersion = 1)
    {
        await SendAsync(1, Opcode.Hello, new HelloRequest(lowestVersion, highestVersion, features, "test", token));
        Answer answer = await ReceiveAsync() ?? throw new EndOfStreamException();
        if (!answer.Header.IsError)
            _hasChecksums = (answer.Read<HelloAnswer>().Features & ProtocolFeatures.Checksums) != 0;
        return answer;
    }

    public static byte[] Frame<T>(uint id, Opcode opcode, in T message, FrameFlags flags = FrameFlags.None, bool hasChecksums = false)
        where T : IMessage<T>
    {
        var buffer = new ArrayBufferWriter<byte>();
        FrameWriter.Write(buffer, id, opcode, flags, message, hasChecksums);
        return buffer.WrittenSpan.ToArray();
    }

    public Task SendAsync<T>(uint id, Opcode opcode, in T message)
        where T : IMessage<T> => SendAsync(Frame(id, opcode, message, hasChecksums: _hasChecksums));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        using var timeout = new CancellationTokenSource(Timeout);
        await _stream.WriteAsync(bytes, timeout.Token);
    }

    /// <summary>Sends a frame of any head and body, with a zero checksum.</summary>
    public Task SendAsync(uint bodyBytes, uint id, ushort opcode, ushort flags, byte[] body)
    {
        byte[] bytes = new byte[FrameHeader.ByteCount + body.Length];
        new FrameHeader(bodyBytes, id, (Opcode)opcode, (FrameFlags)flags, 0).Write(bytes);
        body.CopyTo(bytes.AsSpan(FrameHeader.ByteCount));
        return SendAsync(bytes);
    }

    /// <summary>Sends a request and takes the next answer.</summary>
    public async Task<Answer> AskAsync<T>(uint id, Opcode opcode, T message)
        where T : IMessage<T>
    {
        await SendAsync(id, opcode, message);
        Answer answer = await ReceiveAsync() ?? throw new EndOfStreamException($"No answer to {opcode}.");
        answer.Header.RequestId.ShouldBe(id);
        return answer;
    }

    /// <summary>The next frame, or null when the server has closed the connection.</summary>
    public async Task<Answer?> ReceiveAsync()
    {
        using var timeout = new CancellationTokenSource(Timeout);
        byte[] head = new byte[FrameHeader.ByteCount];
        try
        {
            if (await _stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, timeout.Token) < head.Length)
                return null;
            FrameHeader header = FrameHeader.Read(head);
            byte[] body = new byte[header.BodyBytes];
            await _stream.ReadExactlyAsync(body, timeout.Token);
            if (_hasChecksums)
                header.ComputeChecksum(new ReadOnlySequence<byte>(body)).ShouldBe(header.Checksum);
            else
                header.Checksum.ShouldBe(0u);
            return new Answer(header, body);
        }
        catch (IOException)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stream.DisposeAsync();
        _tcp.Dispose();
    }

    internal sealed record Answer(FrameHeader Header, byte[] Body)
    {
        public T Read<T>()
            where T : IMessage<T>
        {
            if (Header.IsError)
                throw new InvalidOperationException($"The answer is an error: {Error.Code}, {Error.Message}");
            return MessageCodec.Read<T>(new ReadOnlySequence<byte>(Body));
        }

        public ErrorMessage Error => MessageCodec.Read<ErrorMessage>(new ReadOnlySequence<byte>(Body));
    }
}
