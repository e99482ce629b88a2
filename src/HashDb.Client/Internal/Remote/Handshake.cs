// The first exchange on a connection: which version and features both speak, who the client is, and what the server takes.
using System.Buffers;
using System.IO.Pipelines;
using System.Reflection;
using HashDb.Protocol;
using HashDb.Protocol.Messages;

namespace HashDb.Client.Internal.Remote;

internal static class Handshake
{
    private const uint RequestId = 1;

    private static readonly string? Version =
        typeof(Handshake).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;

    private static readonly string ClientName = $"HashDb.Client/{Version ?? "0"} (.NET)";

    /// <summary>Introduces the client and reads what the server offers.</summary>
    /// <exception cref="HashDbException">The server refuses: wrong token, no common version, too many connections.</exception>
    public static async Task<HelloAnswer> PerformAsync(
        PipeReader input, PipeWriter output, ProtocolFeatures features, string? token, CancellationToken cancellationToken)
    {
        var hello = new HelloRequest(ProtocolLimits.LowestVersion, ProtocolLimits.HighestVersion, features, ClientName, token);
        FrameWriter.Write(
            output, RequestId, Opcode.Hello, FrameFlags.None, hello, hasChecksums: false, ProtocolLimits.MaxFrameBytesBeforeHello);
        await output.FlushAsync(cancellationToken).ConfigureAwait(false);
        while (true)
        {
            ReadResult read = await input.ReadAsync(cancellationToken).ConfigureAwait(false);
            ReadOnlySequence<byte> buffer = read.Buffer;
            HelloAnswer? answer = TryRead(ref buffer, features);
            input.AdvanceTo(buffer.Start, answer is null ? buffer.End : buffer.Start);
            if (answer is { } complete)
                return complete;
            if (read.IsCompleted)
                throw new EndOfStreamException("The server closed the connection before it answered the handshake.");
        }
    }

    private static HelloAnswer? TryRead(ref ReadOnlySequence<byte> buffer, ProtocolFeatures offered)
    {
        if (!FrameReader.TryRead(ref buffer, ProtocolLimits.MaxFrameBytesBeforeHello, hasChecksums: false, out Frame frame))
            return null;
        if (frame.Header.IsError)
            throw MessageCodec.Read<ErrorMessage>(frame.Body).ToException();
        if (frame.Header.Opcode != Opcode.Hello || !frame.Header.IsAnswer || frame.Header.HasMore)
            throw new ProtocolException($"The server answered the handshake with a frame of opcode {(int)frame.Header.Opcode}.");
        HelloAnswer answer = MessageCodec.Read<HelloAnswer>(frame.Body);
        if (answer.Version is < ProtocolLimits.LowestVersion or > ProtocolLimits.HighestVersion)
        {
            throw new HashDbException(
                HashDbErrorCode.UnsupportedVersion,
                $"The server speaks version {answer.Version} of the protocol; this client speaks "
                + $"{ProtocolLimits.LowestVersion} to {ProtocolLimits.HighestVersion}.");
        }
        if ((answer.Features & ~offered) != 0)
            throw new ProtocolException($"The server agreed to features ({answer.Features}) that were not offered ({offered}).");
        return answer;
    }
}
