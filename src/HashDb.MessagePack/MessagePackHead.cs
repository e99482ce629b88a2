// What the first bytes of a value say: its family, how many bytes they are themselves, how many bytes of body or how many
// child values follow. Every reader of lengths and counts goes through here, so the layout is known once.
using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace HashDb.MessagePack;

internal readonly struct MessagePackHead
{
    private MessagePackHead(MessagePackType type, int headerBytes, uint length = 0, sbyte extensionTypeCode = 0)
    {
        Type = type;
        HeaderBytes = headerBytes;
        Length = length;
        ExtensionTypeCode = extensionTypeCode;
    }

    public MessagePackType Type { get; }

    /// <summary>Bytes before the body; for numbers, nil and booleans the body is counted in <see cref="Length"/>.</summary>
    public int HeaderBytes { get; }

    /// <summary>Bytes of the body; for arrays the number of elements, for maps of pairs.</summary>
    public uint Length { get; }

    public sbyte ExtensionTypeCode { get; }

    public bool IsContainer => Type is MessagePackType.Array or MessagePackType.Map;

    /// <summary>Bytes of header and body; of an array or a map only the header.</summary>
    public long ByteCount => IsContainer ? HeaderBytes : HeaderBytes + (long)Length;

    /// <summary>Values that follow as children: keys and values of a map both count.</summary>
    public long ChildCount => Type switch
    {
        MessagePackType.Array => Length,
        MessagePackType.Map => 2L * Length,
        _ => 0,
    };

    /// <summary>Reads the head without moving; false when the input ends within it. The reserved code gives the type Unknown.</summary>
    public static bool TryPeek(in SequenceReader<byte> reader, out MessagePackHead head)
    {
        head = default;
        if (!reader.TryPeek(out byte code))
            return false;
        MessagePackType type = MessagePackCode.ToMessagePackType(code);
        switch (type)
        {
            case MessagePackType.Unknown or MessagePackType.Nil or MessagePackType.Boolean:
                head = new MessagePackHead(type, 1);
                return true;
            case MessagePackType.Integer:
                head =
                    new MessagePackHead(type, 1, code is >= MessagePackCode.UInt8 and <= MessagePackCode.Int64 ? IntegerWidth(code) : 0u);
                return true;
            case MessagePackType.Float:
                head = new MessagePackHead(type, 1, code == MessagePackCode.Float32 ? 4u : 8u);
                return true;
            case MessagePackType.Map when code <= MessagePackCode.MaxFixMap:
            case MessagePackType.Array when code <= MessagePackCode.MaxFixArray:
                head = new MessagePackHead(type, 1, code & 0x0fu);
                return true;
            case MessagePackType.String when code <= MessagePackCode.MaxFixStr:
                head = new MessagePackHead(type, 1, code & 0x1fu);
                return true;
            case MessagePackType.Extension:
                return TryPeekExtension(reader, code, out head);
        }

        int width = code switch
        {
            MessagePackCode.Bin8 or MessagePackCode.Str8 => 1,
            MessagePackCode.Bin16 or MessagePackCode.Str16 or MessagePackCode.Array16 or MessagePackCode.Map16 => 2,
            _ => 4,
        };
        if (!TryPeekUnsigned(reader, 1, width, out ulong length))
            return false;
        head = new MessagePackHead(type, 1 + width, (uint)length);
        return true;
    }

    /// <summary>Body width of the codes from UInt8 to Int64.</summary>
    public static uint IntegerWidth(byte code) => 1u << ((code - MessagePackCode.UInt8) & 3);

    /// <summary>
    /// Reads a big-endian integer of 1, 2, 4 or 8 bytes that starts <paramref name="offset"/> bytes ahead, without moving.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryPeekUnsigned(in SequenceReader<byte> reader, int offset, int width, out ulong value)
    {
        ReadOnlySpan<byte> span = reader.UnreadSpan;
        if (span.Length < offset + width)
            return TryPeekAcrossSegments(reader, offset, width, out value);
        value = Decode(span.Slice(offset, width));
        return true;
    }

    private static bool TryPeekExtension(in SequenceReader<byte> reader, byte code, out MessagePackHead head)
    {
        head = default;
        ulong length;
        int width = 0;
        if (code >= MessagePackCode.FixExt1)
        {
            length = 1u << (code - MessagePackCode.FixExt1);
        }
        else
        {
            width = 1 << (code - MessagePackCode.Ext8);
            if (!TryPeekUnsigned(reader, 1, width, out length))
                return false;
        }

        if (!TryPeekUnsigned(reader, 1 + width, 1, out ulong typeCode))
            return false;
        head = new MessagePackHead(MessagePackType.Extension, 2 + width, (uint)length, (sbyte)(byte)typeCode);
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryPeekAcrossSegments(in SequenceReader<byte> reader, int offset, int width, out ulong value)
    {
        value = 0;
        int count = offset + width;
        Span<byte> scratch = stackalloc byte[16];
        if (reader.Remaining < count || !reader.TryCopyTo(scratch[..count]))
            return false;
        value = Decode(scratch.Slice(offset, width));
        return true;
    }

    private static ulong Decode(ReadOnlySpan<byte> bytes) => bytes.Length switch
    {
        1 => bytes[0],
        2 => BinaryPrimitives.ReadUInt16BigEndian(bytes),
        4 => BinaryPrimitives.ReadUInt32BigEndian(bytes),
        _ => BinaryPrimitives.ReadUInt64BigEndian(bytes),
    };
}
