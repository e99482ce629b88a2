// Writes values to a buffer writer, always in the smallest encoding. Not thread-safe; pass it by ref, and call Flush at the end.
//
// Invariants:
//  - bytes are gathered in one span of the buffer writer and handed over by Flush or when it is full;
//  - a method that throws has written nothing;
//  - nothing is written that MessagePackReader would refuse: limits and UTF-8 are checked here too.
// The remaining methods are in MessagePackWriter.Bodies.cs.
using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace HashDb.MessagePack;

/// <summary>
/// Writes MessagePack to an <see cref="IBufferWriter{T}"/>, always in the smallest encoding. The member names are those of
/// the well-known package. Nothing is certain to have reached the buffer writer before <see cref="Flush"/>.
/// </summary>
public ref partial struct MessagePackWriter
{
    private readonly IBufferWriter<byte> _output;
    private Span<byte> _span;
    private int _buffered;

    /// <summary>Writes to a buffer writer.</summary>
    public MessagePackWriter(IBufferWriter<byte> writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        _output = writer;
        _span = default;
        _buffered = 0;
    }

    /// <summary>Hands everything written so far to the buffer writer.</summary>
    public void Flush()
    {
        if (_buffered > 0)
            _output.Advance(_buffered);
        _span = default;
        _buffered = 0;
    }

    /// <summary>Memory to encode into directly, at least as long as asked; call <see cref="Advance"/> with what was used.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative.</exception>
    public Span<byte> GetSpan(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (_span.Length - _buffered < length)
            Renew(length);
        return _span[_buffered..];
    }

    /// <summary>Counts bytes encoded into <see cref="GetSpan"/> as written.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or more than the span holds.</exception>
    public void Advance(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, _span.Length - _buffered);
        _buffered += length;
    }

    /// <summary>Writes nil.</summary>
    public void WriteNil() => WriteCode(MessagePackCode.Nil);

    /// <summary>Writes a boolean.</summary>
    public void Write(bool value) => WriteCode(value ? MessagePackCode.True : MessagePackCode.False);

    /// <summary>Writes an integer.</summary>
    public void Write(byte value) => Write((ulong)value);

    /// <summary>Writes an integer.</summary>
    public void Write(ushort value) => Write((ulong)value);

    /// <summary>Writes an integer.</summary>
    public void Write(uint value) => Write((ulong)value);

    /// <summary>Writes a UTF-16 code unit as an integer.</summary>
    public void Write(char value) => Write((ulong)value);

    /// <summary>Writes an integer.</summary>
    public void Write(sbyte value) => Write((long)value);

    /// <summary>Writes an integer.</summary>
    public void Write(short value) => Write((long)value);

    /// <summary>Writes an integer.</summary>
    public void Write(int value) => Write((long)value);

    /// <summary>Writes an integer in 1, 2, 3, 5 or 9 bytes.</summary>
    public void Write(ulong value)
    {
        if (value <= MessagePackCode.MaxFixInt)
            WriteCode((byte)value);
        else if (value <= byte.MaxValue)
            WriteCode(MessagePackCode.UInt8, (byte)value);
        else if (value <= ushort.MaxValue)
            WriteCode(MessagePackCode.UInt16, (ushort)value);
        else if (value <= uint.MaxValue)
            WriteCode(MessagePackCode.UInt32, (uint)value);
        else
            WriteCode(MessagePackCode.UInt64, value);
    }

    /// <summary>Writes an integer in 1, 2, 3, 5 or 9 bytes; one that is not negative is written as unsigned.</summary>
    public void Write(long value)
    {
        if (value >= 0)
            Write((ulong)value);
        else if (value >= unchecked((sbyte)MessagePackCode.MinNegativeFixInt))
            WriteCode((byte)value);
        else if (value >= sbyte.MinValue)
            WriteCode(MessagePackCode.Int8, (byte)value);
        else if (value >= short.MinValue)
            WriteCode(MessagePackCode.Int16, (ushort)value);
        else if (value >= int.MinValue)
            WriteCode(MessagePackCode.Int32, (uint)value);
        else
            WriteCode(MessagePackCode.Int64, (ulong)value);
    }

    /// <summary>Writes a single in 5 bytes, bit for bit.</summary>
    public void Write(float value) => WriteCode(MessagePackCode.Float32, BitConverter.SingleToUInt32Bits(value));

    /// <summary>Writes a double in 9 bytes, bit for bit.</summary>
    public void Write(double value) => WriteCode(MessagePackCode.Float64, BitConverter.DoubleToUInt64Bits(value));

    /// <summary>Begins an array; that many values must follow.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or above <see cref="MessagePackLimits.MaxElementCount"/>.</exception>
    public void WriteArrayHeader(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        WriteArrayHeader((uint)count);
    }

    /// <inheritdoc cref="WriteArrayHeader(int)"/>
    public void WriteArrayHeader(uint count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, (uint)MessagePackLimits.MaxElementCount);
        if (count <= MessagePackCode.MaxFixArray - MessagePackCode.MinFixArray)
            WriteCode((byte)(MessagePackCode.MinFixArray | count));
        else if (count <= ushort.MaxValue)
            WriteCode(MessagePackCode.Array16, (ushort)count);
        else
            WriteCode(MessagePackCode.Array32, count);
    }

    /// <summary>Begins a map; that many pairs of key and value must follow.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or above <see cref="MessagePackLimits.MaxElementCount"/>.</exception>
    public void WriteMapHeader(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        WriteMapHeader((uint)count);
    }

    /// <inheritdoc cref="WriteMapHeader(int)"/>
    public void WriteMapHeader(uint count)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, (uint)MessagePackLimits.MaxElementCount);
        if (count <= MessagePackCode.MaxFixMap - MessagePackCode.MinFixMap)
            WriteCode((byte)(MessagePackCode.MinFixMap | count));
        else if (count <= ushort.MaxValue)
            WriteCode(MessagePackCode.Map16, (ushort)count);
        else
            WriteCode(MessagePackCode.Map32, count);
    }

    private void WriteCode(byte code)
    {
        GetSpan(1)[0] = code;
        _buffered++;
    }

    private void WriteCode(byte code, byte body)
    {
        Span<byte> span = GetSpan(2);
        span[1] = body;
        span[0] = code;
        _buffered += 2;
    }

    private void WriteCode(byte code, ushort body)
    {
        Span<byte> span = GetSpan(3);
        BinaryPrimitives.WriteUInt16BigEndian(span[1..], body);
        span[0] = code;
        _buffered += 3;
    }

    private void WriteCode(byte code, uint body)
    {
        Span<byte> span = GetSpan(5);
        BinaryPrimitives.WriteUInt32BigEndian(span[1..], body);
        span[0] = code;
        _buffered += 5;
    }

    private void WriteCode(byte code, ulong body)
    {
        Span<byte> span = GetSpan(9);
        BinaryPrimitives.WriteUInt64BigEndian(span[1..], body);
        span[0] = code;
        _buffered += 9;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Renew(int length)
    {
        Flush();
        Span<byte> span = _output.GetSpan(length);
        if (span.Length < length)
            throw new InvalidOperationException($"The buffer writer gave {span.Length} bytes, {length} were asked for.");
        _span = span;
    }
}
