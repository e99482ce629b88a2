// Cuts a stream of bytes into frames, wherever the bytes come from. Stateless: the transport keeps the unread rest.
using System.Buffers;

namespace HashDb.Protocol;

internal static class FrameReader
{
    /// <summary>Takes the next frame from the front of a buffer.</summary>
    /// <param name="buffer">What has arrived; moved past the frame when there is a whole one.</param>
    /// <param name="maxBodyBytes">Longest body to accept. Checked as soon as the head is there, before the body is waited for.</param>
    /// <param name="hasChecksums">True when the handshake agreed on checksums; false means that the field must be zero.</param>
    /// <param name="frame">The frame.</param>
    /// <returns>False when more bytes are needed.</returns>
    /// <exception cref="ProtocolException">
    /// The head is not one, or the checksum is wrong. Nothing after it can be trusted: the connection must be closed.
    /// </exception>
    public static bool TryRead(ref ReadOnlySequence<byte> buffer, int maxBodyBytes, bool hasChecksums, out Frame frame)
    {
        frame = default;
        if (!TryPeekHeader(buffer, out FrameHeader header))
            return false;
        header.Check(maxBodyBytes);
        if (buffer.Length - FrameHeader.ByteCount < header.BodyBytes)
            return false;
        ReadOnlySequence<byte> body = buffer.Slice(FrameHeader.ByteCount, header.BodyBytes);
        uint expected = hasChecksums ? header.ComputeChecksum(body) : 0;
        if (header.Checksum != expected)
        {
            throw new ProtocolException(hasChecksums
                ? $"A frame of {header.BodyBytes} bytes carries the checksum 0x{header.Checksum:x8}; its bytes have 0x{expected:x8}."
                : $"A frame carries the checksum 0x{header.Checksum:x8}, but checksums were not agreed on.");
        }
        buffer = buffer.Slice(body.End);
        frame = new Frame(header, body);
        return true;
    }

    /// <summary>Reads the head at the front of a buffer without checking it; false when it has not all arrived.</summary>
    public static bool TryPeekHeader(in ReadOnlySequence<byte> buffer, out FrameHeader header)
    {
        header = default;
        if (buffer.Length < FrameHeader.ByteCount)
            return false;
        if (buffer.FirstSpan.Length >= FrameHeader.ByteCount)
        {
            header = FrameHeader.Read(buffer.FirstSpan);
            return true;
        }
        Span<byte> bytes = stackalloc byte[FrameHeader.ByteCount];
        buffer.Slice(0, FrameHeader.ByteCount).CopyTo(bytes);
        header = FrameHeader.Read(bytes);
        return true;
    }
}
