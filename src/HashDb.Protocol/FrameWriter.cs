// Writes whole frames to any buffer writer. Stateless. What must be kept for sending again uses FrameBuffer directly.
using System.Buffers;

namespace HashDb.Protocol;

internal static class FrameWriter
{
    /// <summary>Encodes a message and writes its frame.</summary>
    /// <param name="output">Where the frame goes; nothing is written when this throws.</param>
    /// <param name="requestId">Id of the request.</param>
    /// <param name="opcode">What is asked for, or was.</param>
    /// <param name="flags">Request, answer, error, more to come.</param>
    /// <param name="message">The body.</param>
    /// <param name="hasChecksums">True when the handshake agreed on checksums.</param>
    /// <param name="maxBodyBytes">Longest body that the peer takes.</param>
    /// <exception cref="HashDbException"><see cref="HashDbErrorCode.LimitExceeded"/>: the body is longer.</exception>
    public static void Write<T>(
        IBufferWriter<byte> output,
        uint requestId,
        Opcode opcode,
        FrameFlags flags,
        in T message,
        bool hasChecksums,
        int maxBodyBytes = ProtocolLimits.MaxFrameBytes)
        where T : IMessage<T>
    {
        using FrameBuffer frame = FrameBuffer.Encode(opcode, flags, message, maxBodyBytes);
        frame.Seal(requestId, hasChecksums);
        frame.CopyTo(output);
    }
}
