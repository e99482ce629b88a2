// Nil, booleans and numbers. Any integer encoding is accepted whose value fits the type asked for.
using System.Diagnostics.CodeAnalysis;

namespace HashDb.MessagePack;

public ref partial struct MessagePackReader
{
    /// <summary>Reads nil.</summary>
    /// <exception cref="MessagePackSerializationException">Another value or nothing is there.</exception>
    public Nil ReadNil()
    {
        if (!TryReadNil())
            ThrowWrongType(MessagePackType.Nil);
        return Nil.Default;
    }

    /// <summary>Reads nil if it is next; otherwise does not move.</summary>
    /// <exception cref="MessagePackSerializationException">Nothing is left.</exception>
    public bool TryReadNil()
    {
        if (NextCode != MessagePackCode.Nil)
            return false;
        _reader.Advance(1);
        return true;
    }

    /// <summary>Reads true or false.</summary>
    /// <exception cref="MessagePackSerializationException">Another value or nothing is there.</exception>
    public bool ReadBoolean()
    {
        byte code = NextCode;
        if (code is not (MessagePackCode.True or MessagePackCode.False))
            ThrowWrongType(MessagePackType.Boolean);
        _reader.Advance(1);
        return code == MessagePackCode.True;
    }

    /// <summary>Reads an integer from 0 to 255.</summary>
    /// <exception cref="MessagePackSerializationException">The next value is not an integer of that range.</exception>
    public byte ReadByte() => (byte)ReadUnsigned(byte.MaxValue);

    /// <summary>Reads an integer from 0 to 65,535.</summary>
    /// <exception cref="MessagePackSerializationException">The next value is not an integer of that range.</exception>
    public ushort ReadUInt16() => (ushort)ReadUnsigned(ushort.MaxValue);

    /// <summary>Reads an integer from 0 to 2^32-1.</summary>
    /// <exception cref="MessagePackSerializationException">The next value is not an integer of that range.</exception>
    public uint ReadUInt32() => (uint)ReadUnsigned(uint.MaxValue);

    /// <summary>Reads an integer from 0 to 2^64-1.</summary>
    /// <exception cref="MessagePackSerializationException">The next value is not an integer of that range.</exception>
    public ulong ReadUInt64() => ReadUnsigned(ulong.MaxValue);

    /// <summary>Reads a UTF-16 code unit, which travels as an integer.</summary>
    /// <exception cref="MessagePackSerializationException">The next value is not an integer of that range.</exception>
    public char ReadChar() => (char)ReadUnsigned(char.MaxValue);

    /// <summary>Reads an integer from -128 to 127.</summary>
    /// <exception cref="MessagePackSerializationException">The next value is not an integer of that range.</exception>
    public sbyte ReadSByte() => (sbyte)ReadSigned(sbyte.MinValue, sbyte.MaxValue);

    /// <summary>Reads an integer from -32,768 to 32,767.</summary>
    /// <exception cref="MessagePackSerializationException">The next value is not an integer of that range.</exception>
    public short ReadInt16() => (short)ReadSigned(short.MinValue, short.MaxValue);

    /// <summary>Reads an integer from -2^31 to 2^31-1.</summary>
    /// <exception cref="MessagePackSerializationException">The next value is not an integer of that range.</exception>
    public int ReadInt32() => (int)ReadSigned(int.MinValue, int.MaxValue);

    /// <summary>Reads an integer from -2^63 to 2^63-1.</summary>
    /// <exception cref="MessagePackSerializationException">The next value is not an integer of that range.</exception>
    public long ReadInt64() => ReadSigned(long.MinValue, long.MaxValue);

    /// <summary>
    /// Reads a number as a single. A double or an integer is rounded to the nearest single, because writers in other languages
    /// do not tell them apart; a finite double beyond the range of a single is refused.
    /// </summary>
    /// <exception cref="MessagePackSerializationException">The next value is not a number, or out of range.</exception>
    public float ReadSingle()
    {
        switch (NextCode)
        {
            case MessagePackCode.Float32:
                float single = BitConverter.UInt32BitsToSingle((uint)PeekBody(4));
                _reader.Advance(5);
                return single;
            case MessagePackCode.Float64:
                double value = BitConverter.UInt64BitsToDouble(PeekBody(8));
                float rounded = (float)value;
                if (double.IsFinite(value) && !float.IsFinite(rounded))
                    throw new MessagePackSerializationException($"{value:R} at offset {_reader.Consumed} is out of the range of a single.");
                _reader.Advance(9);
                return rounded;
            default:
                int size = PeekInteger(MessagePackType.Float, out ulong bits, out bool isNegative);
                _reader.Advance(size);
                return isNegative ? (long)bits : bits;
        }
    }

    /// <summary>Reads a number as a double. A single is widened exactly, an integer above 2^53 rounded to the nearest double.</summary>
    /// <exception cref="MessagePackSerializationException">The next value is not a number.</exception>
    public double ReadDouble()
    {
        switch (NextCode)
        {
            case MessagePackCode.Float64:
                double value = BitConverter.UInt64BitsToDouble(PeekBody(8));
                _reader.Advance(9);
                return value;
            case MessagePackCode.Float32:
                float single = BitConverter.UInt32BitsToSingle((uint)PeekBody(4));
                _reader.Advance(5);
                return single;
            default:
                int size = PeekInteger(MessagePackType.Float, out ulong bits, out bool isNegative);
                _reader.Advance(size);
                return isNegative ? (long)bits : bits;
        }
    }

    private long ReadSigned(long min, long max)
    {
        int size = PeekInteger(MessagePackType.Integer, out ulong bits, out bool isNegative);
        if (isNegative ? (long)bits < min : bits > (ulong)max)
            ThrowOutOfRange(bits, isNegative, min, (ulong)max);
        _reader.Advance(size);
        return (long)bits;
    }

    private ulong ReadUnsigned(ulong max)
    {
        int size = PeekInteger(MessagePackType.Integer, out ulong bits, out bool isNegative);
        if (isNegative || bits > max)
            ThrowOutOfRange(bits, isNegative, 0, max);
        _reader.Advance(size);
        return bits;
    }

    /// <summary>The integer ahead in two's complement, and how many bytes it takes; does not move.</summary>
    private readonly int PeekInteger(MessagePackType expected, out ulong bits, out bool isNegative)
    {
        byte code = NextCode;
        isNegative = false;
        if (code <= MessagePackCode.MaxFixInt)
        {
            bits = code;
            return 1;
        }

        if (code >= MessagePackCode.MinNegativeFixInt)
        {
            bits = (ulong)(sbyte)code;
            isNegative = true;
            return 1;
        }

        if (code is < MessagePackCode.UInt8 or > MessagePackCode.Int64)
            ThrowWrongType(expected);
        int width = (int)MessagePackHead.IntegerWidth(code);
        bits = PeekBody(width);
        if (code >= MessagePackCode.Int8)
        {
            int shift = 64 - (8 * width);
            long value = (long)(bits << shift) >> shift;
            bits = (ulong)value;
            isNegative = value < 0;
        }

        return 1 + width;
    }

    private readonly ulong PeekBody(int width)
    {
        if (!MessagePackHead.TryPeekUnsigned(_reader, 1, width, out ulong bits))
            throw new MessagePackSerializationException(
                $"{NextMessagePackType} at offset {_reader.Consumed} needs {1 + width} bytes, {_reader.Remaining} remain.");
        return bits;
    }

    [DoesNotReturn]
    private readonly void ThrowOutOfRange(ulong bits, bool isNegative, long min, ulong max) =>
        throw new MessagePackSerializationException(isNegative
            ? $"{(long)bits} at offset {_reader.Consumed} is out of the range {min} to {max}."
            : $"{bits} at offset {_reader.Consumed} is out of the range {min} to {max}.");
}
