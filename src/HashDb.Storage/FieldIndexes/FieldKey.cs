// A value as bytes whose order is that of docs/FILTERS.md: a byte for the kind, then the value. Numbers are the nearest double in an order
// of its bits, then by how much a whole number is above it, so that integers and doubles stand in one order by exact value.
using System.Buffers.Binary;
using System.Text;
using HashDb.Fields;

namespace HashDb.Storage.FieldIndexes;

internal static class FieldKey
{
    /// <summary>512 bytes: rows with longer texts are read when a filter asks about them.</summary>
    public const int MaxBytes = 512;

    private const byte BooleanKind = 0;
    private const byte NumberKind = 1;
    private const byte TextKind = 2;
    private const byte InstantKind = 3;
    private const byte GuidKind = 4;
    private const byte BytesKind = 5;

    /// <summary>Set in the kind of an item of a list, which only <c>contains</c> looks at.</summary>
    private const byte ItemFlag = 8;

    private const int NumberBytes = 1 + sizeof(long) + sizeof(short);

    // More than the distance of a whole number of 64 bits from the nearest double.
    private const int RestOffset = 0x4000;

    /// <summary>Writes the key of a stored value; 0 for one that no filter compares with, -1 for one that is too long.</summary>
    /// <param name="field">A value that is not null and no list.</param>
    /// <param name="isItem">It is an item of a list.</param>
    /// <param name="key">Receives at most <see cref="MaxBytes"/>.</param>
    public static int Write(in RawField field, bool isItem, Span<byte> key)
    {
        byte flag = isItem ? ItemFlag : (byte)0;
        switch (field.Kind)
        {
            case FieldKind.Boolean:
                return Write(flag | BooleanKind, [(byte)field.Bits], key);
            case FieldKind.Integer:
                return WriteWhole(flag, field.IsLarge ? (ulong)field.Bits : field.Bits, key);
            case FieldKind.Double:
                return WriteDouble(flag, BitConverter.Int64BitsToDouble(field.Bits), key);
            case FieldKind.DateTimeOffset:
                return WriteInstant(flag, field.Bits, key);
            case FieldKind.String:
                return Write(flag | TextKind, field.Bytes, key);
            case FieldKind.Guid:
                return Write(flag | GuidKind, field.Bytes, key);
            case FieldKind.Bytes:
                return Write(flag | BytesKind, field.Bytes, key);
            default:
                return 0;
        }
    }

    /// <summary>The key of a value of a filter.</summary>
    public static byte[] Of(FieldValue value, bool isItem)
    {
        byte flag = isItem ? ItemFlag : (byte)0;
        Span<byte> key = stackalloc byte[NumberBytes];
        switch (value.ToObject())
        {
            case bool boolean:
                return [(byte)(flag | BooleanKind), boolean ? (byte)1 : (byte)0];
            case long whole:
                return key[..WriteWhole(flag, whole, key)].ToArray();
            case ulong large:
                return key[..WriteWhole(flag, large, key)].ToArray();
            case double number:
                return key[..WriteDouble(flag, number, key)].ToArray();
            case DateTimeOffset instant:
                return key[..WriteInstant(flag, instant.UtcTicks, key)].ToArray();
            case string text:
                return [(byte)(flag | TextKind), .. Encoding.UTF8.GetBytes(text)];
            case Guid id:
                return [(byte)(flag | GuidKind), .. id.ToByteArray(bigEndian: true)];
            default:
                return [(byte)(flag | BytesKind), .. value.AsBytes()];
        }
    }

    private static int Write(int kind, ReadOnlySpan<byte> value, Span<byte> key)
    {
        if (value.Length >= MaxBytes)
            return -1;
        key[0] = (byte)kind;
        value.CopyTo(key[1..]);
        return 1 + value.Length;
    }

    private static int WriteInstant(byte flag, long utcTicks, Span<byte> key)
    {
        key[0] = (byte)(flag | InstantKind);
        BinaryPrimitives.WriteInt64BigEndian(key[1..], utcTicks);
        return 1 + sizeof(long);
    }

    private static int WriteWhole(byte flag, Int128 value, Span<byte> key)
    {
        double nearest = (double)value;
        return WriteNumber(flag, nearest, (int)(value - (Int128)nearest), key);
    }

    private static int WriteDouble(byte flag, double value, Span<byte> key) => double.IsNaN(value) ? 0 : WriteNumber(flag, value, 0, key);

    private static int WriteNumber(byte flag, double nearest, int rest, Span<byte> key)
    {
        // Of the two zeros one.
        long bits = BitConverter.DoubleToInt64Bits(nearest == 0 ? 0 : nearest);
        key[0] = (byte)(flag | NumberKind);
        BinaryPrimitives.WriteInt64BigEndian(key[1..], bits ^ ((bits >> 63) | long.MinValue));
        BinaryPrimitives.WriteUInt16BigEndian(key[(1 + sizeof(long))..], (ushort)(rest + RestOffset));
        return NumberBytes;
    }
}
