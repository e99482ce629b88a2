// A value of a field as it lies in a record's payload, read without making anything of it. The one place that knows how fields are
// encoded, beside FieldWriter.cs; docs/FILE-FORMAT.md, "Fields". Payloads were checked when they were stored; a damaged one gives an
// exception and never a read outside.
using System.Buffers.Binary;

namespace HashDb.Fields;

/// <summary>A value of a field in its encoded form, over the memory that holds it.</summary>
public readonly ref struct RawField
{
    internal const sbyte InstantCode = 1;
    internal const sbyte GuidCode = 2;
    internal const int InstantBytes = 10;
    internal const int GuidBytes = 16;

    private const int MaxOffsetMinutes = 14 * 60;

    private RawField(FieldKind kind, long bits, ReadOnlySpan<byte> bytes = default, int count = 0, bool isLarge = false)
    {
        Kind = kind;
        Bits = bits;
        Bytes = bytes;
        Count = count;
        IsLarge = isLarge;
        IsField = true;
    }

    /// <summary>False for what is no value of a field: a map, a map or list in a list, an extension of somebody else.</summary>
    public bool IsField { get; }

    /// <summary>Its type.</summary>
    public FieldKind Kind { get; }

    /// <summary>A boolean as 0 or 1, a whole number, the bits of a double, or the UTC ticks of an instant.</summary>
    public long Bits { get; }

    /// <summary>True when <see cref="Bits"/> are those of a <see cref="ulong"/> above the largest <see cref="long"/>.</summary>
    public bool IsLarge { get; }

    /// <summary>UTF-8 of a text, bytes, the 16 bytes of a UUID, or the encoded items of a list.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>Items of a list; the offset of an instant in minutes.</summary>
    public int Count { get; }

    /// <summary>A whole number that is not in a payload, such as a key.</summary>
    public static RawField Of(ulong value) => new(FieldKind.Integer, (long)value, isLarge: value > long.MaxValue);

    /// <summary>A text that is not in a payload, such as a key.</summary>
    public static RawField OfText(ReadOnlySpan<byte> utf8) => new(FieldKind.String, 0, utf8);

    /// <summary>A UUID that is not in a payload, such as a key.</summary>
    public static RawField OfGuid(ReadOnlySpan<byte> bigEndian) => new(FieldKind.Guid, 0, bigEndian);

    /// <summary>Reads the number of entries of a map, which follow.</summary>
    /// <exception cref="FormatException">It is no map, or cut off.</exception>
    public static int ReadMapHeader(scoped ref ReadOnlySpan<byte> rest)
    {
        byte code = Take(ref rest, 1)[0];
        return code switch
        {
            >= 0x80 and <= 0x8F => code & 15,
            0xDE => BinaryPrimitives.ReadUInt16BigEndian(Take(ref rest, 2)),
            0xDF => Count32(ref rest),
            _ => throw new FormatException($"A payload begins with the code 0x{code:X2}; it must be a map."),
        };
    }

    /// <summary>Reads the name of an entry; false, and the key is passed over, when it is no text.</summary>
    public static bool TryReadName(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> name)
    {
        // Nearly every name is a short text.
        if (!rest.IsEmpty && rest[0] is >= 0xA0 and <= 0xBF)
        {
            int length = rest[0] & 31;
            rest = rest[1..];
            name = Take(ref rest, length);
            return true;
        }
        RawField key = Read(ref rest);
        name = key.Bytes;
        return key.IsField && key.Kind == FieldKind.String;
    }

    /// <summary>Reads a value, or passes over one that is none of a field.</summary>
    /// <exception cref="FormatException">It is cut off.</exception>
    public static RawField Read(scoped ref ReadOnlySpan<byte> rest)
    {
        byte code = Take(ref rest, 1)[0];
        switch (code)
        {
            case <= 0x7F:
                return new RawField(FieldKind.Integer, code);
            case >= 0xE0:
                return new RawField(FieldKind.Integer, (sbyte)code);
            case <= 0x8F:
                return Pass(ref rest, 2 * (code & 15));
            case <= 0x9F:
                return ReadList(ref rest, code & 15);
            case <= 0xBF:
                return new RawField(FieldKind.String, 0, Take(ref rest, code & 31));
        }
        return code switch
        {
            0xC0 => new RawField(FieldKind.Null, 0),
            0xC2 or 0xC3 => new RawField(FieldKind.Boolean, code & 1),
            0xC4 => new RawField(FieldKind.Bytes, 0, Take(ref rest, Take(ref rest, 1)[0])),
            0xC5 => new RawField(FieldKind.Bytes, 0, Take(ref rest, BinaryPrimitives.ReadUInt16BigEndian(Take(ref rest, 2)))),
            0xC6 => new RawField(FieldKind.Bytes, 0, Take(ref rest, Count32(ref rest))),
            0xC7 => ReadExtension(ref rest, Take(ref rest, 1)[0]),
            0xC8 => ReadExtension(ref rest, BinaryPrimitives.ReadUInt16BigEndian(Take(ref rest, 2))),
            0xC9 => ReadExtension(ref rest, Count32(ref rest)),
            0xCA => OfDouble(BinaryPrimitives.ReadSingleBigEndian(Take(ref rest, 4))),
            0xCB => OfDouble(BinaryPrimitives.ReadDoubleBigEndian(Take(ref rest, 8))),
            0xCC => new RawField(FieldKind.Integer, Take(ref rest, 1)[0]),
            0xCD => new RawField(FieldKind.Integer, BinaryPrimitives.ReadUInt16BigEndian(Take(ref rest, 2))),
            0xCE => new RawField(FieldKind.Integer, BinaryPrimitives.ReadUInt32BigEndian(Take(ref rest, 4))),
            0xCF => Of(BinaryPrimitives.ReadUInt64BigEndian(Take(ref rest, 8))),
            0xD0 => new RawField(FieldKind.Integer, (sbyte)Take(ref rest, 1)[0]),
            0xD1 => new RawField(FieldKind.Integer, BinaryPrimitives.ReadInt16BigEndian(Take(ref rest, 2))),
            0xD2 => new RawField(FieldKind.Integer, BinaryPrimitives.ReadInt32BigEndian(Take(ref rest, 4))),
            0xD3 => new RawField(FieldKind.Integer, BinaryPrimitives.ReadInt64BigEndian(Take(ref rest, 8))),
            >= 0xD4 and <= 0xD8 => ReadExtension(ref rest, 1 << (code - 0xD4)),
            0xD9 => new RawField(FieldKind.String, 0, Take(ref rest, Take(ref rest, 1)[0])),
            0xDA => new RawField(FieldKind.String, 0, Take(ref rest, BinaryPrimitives.ReadUInt16BigEndian(Take(ref rest, 2)))),
            0xDB => new RawField(FieldKind.String, 0, Take(ref rest, Count32(ref rest))),
            0xDC => ReadList(ref rest, BinaryPrimitives.ReadUInt16BigEndian(Take(ref rest, 2))),
            0xDD => ReadList(ref rest, Count32(ref rest)),
            0xDE => Pass(ref rest, 2L * BinaryPrimitives.ReadUInt16BigEndian(Take(ref rest, 2))),
            0xDF => Pass(ref rest, 2L * Count32(ref rest)),
            _ => throw NoCode(code),
        };
    }

    /// <summary>Passes over a value of any kind, with all it contains.</summary>
    /// <exception cref="FormatException">It is cut off.</exception>
    public static void Skip(scoped ref ReadOnlySpan<byte> rest) => Pass(ref rest, 1);

    /// <summary>The value, copied out.</summary>
    public FieldValue ToValue()
    {
        switch (Kind)
        {
            case FieldKind.Boolean:
                return Bits != 0;
            case FieldKind.Integer:
                return IsLarge ? (FieldValue)(ulong)Bits : Bits;
            case FieldKind.Double:
                return BitConverter.Int64BitsToDouble(Bits);
            case FieldKind.String:
                return System.Text.Encoding.UTF8.GetString(Bytes);
            case FieldKind.DateTimeOffset:
                return FieldValue.Instant(Bits, (short)Count);
            case FieldKind.Guid:
                return new Guid(Bytes, bigEndian: true);
            case FieldKind.Bytes:
                return FieldValue.OfOwned(Bytes.ToArray());
            case FieldKind.List:
                var items = new FieldValue[Count];
                ReadOnlySpan<byte> rest = Bytes;
                for (int i = 0; i < items.Length; i++)
                    items[i] = Read(ref rest).ToValue();
                return FieldValue.List(items);
            default:
                return FieldValue.Null;
        }
    }

    private static RawField OfDouble(double value) => new(FieldKind.Double, BitConverter.DoubleToInt64Bits(value));

    private static RawField ReadList(scoped ref ReadOnlySpan<byte> rest, int count)
    {
        ReadOnlySpan<byte> items = rest;
        bool areFields = true;
        for (int i = 0; i < count; i++)
        {
            RawField item = Read(ref rest, isInList: true);
            areFields &= item.IsField && item.Kind != FieldKind.List;
        }
        return areFields ? new RawField(FieldKind.List, 0, items[..^rest.Length], count) : default;
    }

    /// <summary>Lists and maps in a list are passed over without recursion: input must not exhaust the thread's stack.</summary>
    private static RawField Read(scoped ref ReadOnlySpan<byte> rest, bool isInList)
    {
        if (!isInList || rest.IsEmpty)
            return Read(ref rest);
        byte code = rest[0];
        if (code is (>= 0x80 and <= 0x9F) or (>= 0xDC and <= 0xDF))
            return Pass(ref rest, 1);
        return Read(ref rest);
    }

    /// <summary>Passes over values with what they contain, without calls within calls.</summary>
    private static RawField Pass(scoped ref ReadOnlySpan<byte> rest, long values)
    {
        for (; values > 0; values--)
        {
            byte code = rest.IsEmpty ? Take(ref rest, 1)[0] : rest[0];
            if (code is (>= 0x80 and <= 0x9F) or (>= 0xDC and <= 0xDF))
            {
                rest = rest[1..];
                values += code switch
                {
                    <= 0x8F => 2 * (code & 15),
                    <= 0x9F => code & 15,
                    0xDC => BinaryPrimitives.ReadUInt16BigEndian(Take(ref rest, 2)),
                    0xDD => Count32(ref rest),
                    0xDE => 2L * BinaryPrimitives.ReadUInt16BigEndian(Take(ref rest, 2)),
                    _ => 2L * Count32(ref rest),
                };
                continue;
            }
            Take(ref rest, LengthOf(code, rest));
        }
        return default;
    }

    /// <summary>Bytes of a value that contains no others, with its code.</summary>
    private static int LengthOf(byte code, ReadOnlySpan<byte> value) => code switch
    {
        <= 0x7F or >= 0xE0 or 0xC0 or 0xC2 or 0xC3 => 1,
        <= 0xBF => 1 + (code & 31),
        0xC4 or 0xD9 => 2 + LengthAt(value, 1),
        0xC5 or 0xDA => 3 + LengthAt(value, 2),
        0xC6 or 0xDB => 5 + LengthAt(value, 4),
        0xC7 => 3 + LengthAt(value, 1),
        0xC8 => 4 + LengthAt(value, 2),
        0xC9 => 6 + LengthAt(value, 4),
        0xCC or 0xD0 => 2,
        0xCD or 0xD1 => 3,
        0xCA or 0xCE or 0xD2 => 5,
        0xCB or 0xCF or 0xD3 => 9,
        >= 0xD4 and <= 0xD8 => 2 + (1 << (code - 0xD4)),
        _ => throw NoCode(code),
    };

    private static int LengthAt(ReadOnlySpan<byte> value, int bytes)
    {
        ReadOnlySpan<byte> rest = value[1..];
        return bytes switch
        {
            1 => Take(ref rest, 1)[0],
            2 => BinaryPrimitives.ReadUInt16BigEndian(Take(ref rest, 2)),
            _ => Count32(ref rest),
        };
    }

    private static RawField ReadExtension(scoped ref ReadOnlySpan<byte> rest, int length)
    {
        var type = (sbyte)Take(ref rest, 1)[0];
        ReadOnlySpan<byte> body = Take(ref rest, length);
        return (type, length) switch
        {
            (InstantCode, InstantBytes) => OfInstant(
                BinaryPrimitives.ReadInt64BigEndian(body), BinaryPrimitives.ReadInt16BigEndian(body[8..])),
            (GuidCode, GuidBytes) => new RawField(FieldKind.Guid, 0, body),
            _ => default,
        };
    }

    /// <summary>No field when no calendar has it: the code may be another program's, for something else.</summary>
    private static RawField OfInstant(long utcTicks, short offsetMinutes)
    {
        bool isOffset = offsetMinutes is >= -MaxOffsetMinutes and <= MaxOffsetMinutes;
        return isOffset && IsDate(utcTicks) && IsDate(utcTicks + (offsetMinutes * TimeSpan.TicksPerMinute))
            ? new RawField(FieldKind.DateTimeOffset, utcTicks, default, offsetMinutes)
            : default;

        static bool IsDate(long ticks) => ticks >= 0 && ticks <= DateTime.MaxValue.Ticks;
    }

    private static int Count32(scoped ref ReadOnlySpan<byte> rest)
    {
        uint count = BinaryPrimitives.ReadUInt32BigEndian(Take(ref rest, 4));
        return count <= (uint)rest.Length ? (int)count : throw CutOff();
    }

    private static ReadOnlySpan<byte> Take(scoped ref ReadOnlySpan<byte> rest, int count)
    {
        if (count > rest.Length)
            throw CutOff();
        ReadOnlySpan<byte> taken = rest[..count];
        rest = rest[count..];
        return taken;
    }

    private static FormatException NoCode(byte code) => new($"0x{code:X2} is no code of MessagePack.");

    private static FormatException CutOff() => new("A payload ends before its values do.");
}
