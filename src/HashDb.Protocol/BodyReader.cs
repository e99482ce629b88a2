// Reads the fields of a body in order. Knows how many are left of the array that it is in, so that fields which a newer peer
// adds at the end are passed over, and fields which an older peer leaves out take their defaults.
//
// Invariants: a length is compared with the bytes that remain (by the MessagePack reader) and with its limit before memory is
// taken for it; faults of the bytes throw MessagePackSerializationException or ProtocolException and nothing else.
using System.Buffers;
using System.Text;
using HashDb.Serialization;
using MessagePack;

namespace HashDb.Protocol;

internal ref struct BodyReader
{
    private StrictMessagePackReader _reader;
    private int _left;

    public BodyReader(in ReadOnlySequence<byte> body)
    {
        _reader = new StrictMessagePackReader(body);
        _left = _reader.ReadArrayHeader();
    }

    /// <summary>True when the array that the reader is in has further fields.</summary>
    public readonly bool HasNext => _left > 0;

    /// <summary>Passes over fields that this build does not know, and makes sure that nothing follows the array.</summary>
    public void Finish()
    {
        SkipRest();
        if (!_reader.End)
            throw new ProtocolException($"The array of the body ends at offset {_reader.Consumed}, but bytes follow it.");
    }

    /// <summary>Goes into a field that is itself an array of fields.</summary>
    /// <returns>What <see cref="Leave"/> needs to come back.</returns>
    public int Enter(string name, out int count)
    {
        Take(name);
        count = _reader.ReadArrayHeader();
        int outer = _left;
        _left = count;
        return outer;
    }

    /// <summary>Comes back from a field that was entered, past what was not read of it.</summary>
    public void Leave(int outer)
    {
        SkipRest();
        _left = outer;
    }

    /// <summary>True, and past it, when the next field is nil or missing.</summary>
    public bool TryReadNil()
    {
        if (_left == 0)
            return true;
        if (!_reader.TryReadNil())
            return false;
        _left--;
        return true;
    }

    public bool ReadBoolean(string name)
    {
        Take(name);
        return _reader.ReadBoolean();
    }

    public int ReadInt32(string name, int min = int.MinValue, int max = int.MaxValue) => (int)ReadInt64(name, min, max);

    public int ReadInt32OrDefault(string name, int defaultValue) => TryReadNil() ? defaultValue : ReadInt32(name);

    public int? ReadOptionalInt32(string name) => TryReadNil() ? null : ReadInt32(name);

    public long ReadInt64(string name, long min = long.MinValue, long max = long.MaxValue)
    {
        Take(name);
        long value = _reader.ReadInt64();
        if (value < min || value > max)
            throw new ProtocolException($"The field '{name}' is {value}; it must be {min} to {max}.");
        return value;
    }

    public long ReadInt64OrDefault(string name, long defaultValue) => TryReadNil() ? defaultValue : ReadInt64(name);

    public double ReadDouble(string name)
    {
        Take(name);
        return _reader.ReadDouble();
    }

    public string ReadText(string name, int maxBytes = ProtocolLimits.MaxTextBytes) =>
        ReadOptionalText(name, maxBytes) ?? throw new ProtocolException($"The field '{name}' is missing.");

    public string? ReadOptionalText(string name, int maxBytes = ProtocolLimits.MaxTextBytes)
    {
        if (TryReadNil())
            return null;
        Take(name);
        ReadOnlySequence<byte> text = _reader.ReadStringSequence() ?? default;
        CheckLength(name, text.Length, maxBytes);
        return text.IsSingleSegment ? RecentNames.Get(text.FirstSpan) : Encoding.UTF8.GetString(text);
    }

    /// <summary>Reads bytes that stay in the buffer.</summary>
    public ReadOnlySequence<byte> ReadBinary(string name, int maxBytes = ProtocolLimits.MaxFrameBytes)
    {
        if (TryReadNil())
            throw new ProtocolException($"The field '{name}' is missing.");
        Take(name);
        ReadOnlySequence<byte> bytes = _reader.ReadBytes() ?? default;
        CheckLength(name, bytes.Length, maxBytes);
        return bytes;
    }

    /// <summary>Reads bytes that hold numbers of one width each, and stay in the buffer.</summary>
    public ReadOnlySequence<byte> ReadNumbers(string name, int width, out int count)
    {
        ReadOnlySequence<byte> bytes = ReadBinary(name);
        if (bytes.Length % width != 0)
            throw new ProtocolException($"The field '{name}' has {bytes.Length} bytes, which is not a multiple of {width}.");
        count = (int)(bytes.Length / width);
        return bytes;
    }

    /// <summary>Reads an array of numbers from their little-endian bytes.</summary>
    public T[] ReadNumbers<T>(string name)
        where T : unmanaged
    {
        ReadOnlySequence<byte> bytes = ReadNumbers(name, RawNumbers.WidthOf<T>(), out int count);
        var numbers = new T[count];
        RawNumbers.Read(bytes, numbers.AsSpan());
        return numbers;
    }

    /// <summary>Reads a client id: 16 bytes in the order of RFC 4122.</summary>
    public Guid ReadGuid(string name)
    {
        ReadOnlySequence<byte> bytes = ReadBinary(name);
        if (bytes.Length != RawNumbers.GuidBytes)
            throw new ProtocolException($"The field '{name}' has {bytes.Length} bytes; a client id has {RawNumbers.GuidBytes}.");
        Span<byte> guid = stackalloc byte[RawNumbers.GuidBytes];
        bytes.CopyTo(guid);
        return new Guid(guid, bigEndian: true);
    }

    public Guid? ReadOptionalGuid(string name) => TryReadNil() ? null : ReadGuid(name);

    private static void CheckLength(string name, long length, int maxBytes)
    {
        if (length > maxBytes)
            throw new ProtocolException($"The field '{name}' has {length} bytes; the limit is {maxBytes}.");
    }

    private void Take(string name)
    {
        if (_left == 0)
            throw new ProtocolException($"The field '{name}' is missing.");
        _left--;
    }

    private void SkipRest()
    {
        for (; _left > 0; _left--)
            _reader.Skip();
    }
}
