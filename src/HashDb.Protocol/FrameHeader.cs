// The 16 bytes before every body, little-endian (docs/PROTOCOL.md, "Frames"):
//
//   0        4            8        10      12         16
//   | length | request id | opcode | flags | checksum | body ...
//
// The length counts the body alone. The checksum is the CRC-32C over bytes 0 to 11 and the body when the handshake agreed on
// checksums, and zero otherwise.
using System.Buffers;
using System.Buffers.Binary;

namespace HashDb.Protocol;

/// <summary>The head of a frame.</summary>
/// <param name="BodyBytes">Length of the body.</param>
/// <param name="RequestId">
/// Chosen by the client; distinct among its requests in flight on the connection. Zero belongs to no request.
/// </param>
/// <param name="Opcode">What is asked for, or was.</param>
/// <param name="Flags">Request, answer, error, more to come.</param>
/// <param name="Checksum">CRC-32C, or zero.</param>
internal readonly record struct FrameHeader(uint BodyBytes, uint RequestId, Opcode Opcode, FrameFlags Flags, uint Checksum)
{
    public const int ByteCount = 16;
    public const int BodyBytesOffset = 0;
    public const int RequestIdOffset = 4;
    public const int OpcodeOffset = 8;
    public const int FlagsOffset = 10;
    public const int ChecksumOffset = 12;

    private const FrameFlags KnownFlags = FrameFlags.Answer | FrameFlags.Error | FrameFlags.More;

    public bool IsAnswer => (Flags & FrameFlags.Answer) != 0;

    public bool IsError => (Flags & FrameFlags.Error) != 0;

    public bool HasMore => (Flags & FrameFlags.More) != 0;

    public static FrameHeader Read(ReadOnlySpan<byte> bytes) => new(
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[BodyBytesOffset..]),
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[RequestIdOffset..]),
        (Opcode)BinaryPrimitives.ReadUInt16LittleEndian(bytes[OpcodeOffset..]),
        (FrameFlags)BinaryPrimitives.ReadUInt16LittleEndian(bytes[FlagsOffset..]),
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[ChecksumOffset..]));

    public void Write(Span<byte> bytes)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[BodyBytesOffset..], BodyBytes);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[RequestIdOffset..], RequestId);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[OpcodeOffset..], (ushort)Opcode);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[FlagsOffset..], (ushort)Flags);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[ChecksumOffset..], Checksum);
    }

    /// <summary>Refuses a head that cannot be one, before anything is done for its body.</summary>
    /// <exception cref="ProtocolException">The body is longer than allowed, or the flags are not a combination that exists.</exception>
    public void Check(int maxBodyBytes)
    {
        if (BodyBytes > (uint)maxBodyBytes)
            throw new ProtocolException($"A frame of {BodyBytes} bytes was announced; the limit is {maxBodyBytes}.");
        bool isSound = (Flags & ~KnownFlags) == 0
            && (IsAnswer || Flags == FrameFlags.None)
            && !(IsError && HasMore);
        if (!isSound)
            throw new ProtocolException($"A frame has the flags 0x{(int)Flags:x4}, which is not a combination that exists.");
    }

    /// <summary>The checksum of a frame with this head, whose own checksum field is left out.</summary>
    public uint ComputeChecksum(in ReadOnlySequence<byte> body)
    {
        uint state = BeginChecksum();
        foreach (ReadOnlyMemory<byte> piece in body)
            state = Serialization.Checksum.Append(state, piece.Span);
        return Serialization.Checksum.Finish(state);
    }

    /// <summary>The state of the checksum after the head; the body is to be appended.</summary>
    public uint BeginChecksum()
    {
        Span<byte> head = stackalloc byte[ByteCount];
        Write(head);
        return Serialization.Checksum.Append(Serialization.Checksum.InitialState, head[..ChecksumOffset]);
    }
}
