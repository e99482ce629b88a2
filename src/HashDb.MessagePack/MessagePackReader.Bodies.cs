// Strings, binaries, extensions and timestamps: values with a length.
using System.Buffers;
using System.Buffers.Binary;

namespace HashDb.MessagePack;

public ref partial struct MessagePackReader
{
    /// <summary>Reads a string; null for nil.</summary>
    /// <exception cref="MessagePackSerializationException">
    /// Not a string, cut off, longer than <see cref="MessagePackLimits.MaxStringBytes"/>, or not UTF-8.
    /// </exception>
    public string? ReadString()
    {
        if (TryReadNil())
            return null;
        MessagePackHead head = PeekWhole(MessagePackType.String);
        if (head.Length > MessagePackLimits.MaxStringBytes)
            throw new MessagePackSerializationException(
                $"String of {head.Length} bytes at offset {_reader.Consumed}; the limit is {MessagePackLimits.MaxStringBytes}.");
        ReadOnlySpan<byte> unread = _reader.UnreadSpan;
        string? text = unread.Length >= head.ByteCount
            ? StrictUtf8.Decode(unread.Slice(head.HeaderBytes, (int)head.Length))
            : StrictUtf8.Decode(Body(head));
        if (text is null)
            ThrowNotUtf8();
        _reader.Advance(head.ByteCount);
        return text;
    }

    /// <summary>Reads a string as its UTF-8 bytes, which stay in the buffer; null for nil.</summary>
    /// <exception cref="MessagePackSerializationException">Not a string, cut off, or not UTF-8.</exception>
    public ReadOnlySequence<byte>? ReadStringSequence()
    {
        if (TryReadNil())
            return null;
        MessagePackHead head = PeekWhole(MessagePackType.String);
        ReadOnlySequence<byte> body = Body(head);
        if (!StrictUtf8.IsValid(body))
            ThrowNotUtf8();
        _reader.Advance(head.ByteCount);
        return body;
    }

    /// <summary>
    /// Reads a string as its UTF-8 bytes when they lie in one segment. False, and no move, when they do not or when nil is next:
    /// then <see cref="ReadStringSequence"/> reads it.
    /// </summary>
    /// <exception cref="MessagePackSerializationException">Not a string, cut off, or not UTF-8.</exception>
    public bool TryReadStringSpan(out ReadOnlySpan<byte> span)
    {
        span = default;
        if (IsNil)
            return false;
        MessagePackHead head = PeekWhole(MessagePackType.String);
        ReadOnlySpan<byte> unread = _reader.UnreadSpan;
        if (head.Length == 0)
        {
            _reader.Advance(head.ByteCount);
            return true;
        }

        if (unread.Length < head.ByteCount)
        {
            // The header may end exactly where its segment does.
            ReadOnlySequence<byte> body = Body(head);
            if (!body.IsSingleSegment)
                return false;
            unread = body.FirstSpan;
        }
        else
        {
            unread = unread.Slice(head.HeaderBytes, (int)head.Length);
        }

        if (!StrictUtf8.IsValid(unread))
            ThrowNotUtf8();
        _reader.Advance(head.ByteCount);
        span = unread;
        return true;
    }

    /// <summary>Reads a binary, which stays in the buffer; null for nil. A string is not taken for a binary.</summary>
    /// <exception cref="MessagePackSerializationException">Not a binary, or cut off.</exception>
    public ReadOnlySequence<byte>? ReadBytes()
    {
        if (TryReadNil())
            return null;
        MessagePackHead head = PeekWhole(MessagePackType.Binary);
        ReadOnlySequence<byte> body = Body(head);
        _reader.Advance(head.ByteCount);
        return body;
    }

    /// <summary>Reads type code and length of an extension; its body comes next and is there as a whole.</summary>
    /// <exception cref="MessagePackSerializationException">Not an extension, or cut off.</exception>
    public ExtensionHeader ReadExtensionFormatHeader()
    {
        MessagePackHead head = PeekWhole(MessagePackType.Extension);
        _reader.Advance(head.HeaderBytes);
        return new ExtensionHeader(head.ExtensionTypeCode, head.Length);
    }

    /// <summary>
    /// Like <see cref="ReadExtensionFormatHeader"/>, but false and no move when the header is cut off; the body is not looked at.
    /// </summary>
    /// <exception cref="MessagePackSerializationException">Not an extension.</exception>
    public bool TryReadExtensionFormatHeader(out ExtensionHeader extensionHeader)
    {
        extensionHeader = default;
        if (!TryPeekHead(MessagePackType.Extension, out MessagePackHead head))
            return false;
        _reader.Advance(head.HeaderBytes);
        extensionHeader = new ExtensionHeader(head.ExtensionTypeCode, head.Length);
        return true;
    }

    /// <summary>Reads an extension; its body stays in the buffer.</summary>
    /// <exception cref="MessagePackSerializationException">Not an extension, or cut off.</exception>
    public ExtensionResult ReadExtensionFormat()
    {
        MessagePackHead head = PeekWhole(MessagePackType.Extension);
        ExtensionResult result = new(head.ExtensionTypeCode, Body(head));
        _reader.Advance(head.ByteCount);
        return result;
    }

    /// <summary>Reads a timestamp extension of 4, 8 or 12 bytes as UTC; nanoseconds below 100 are dropped.</summary>
    /// <exception cref="MessagePackSerializationException">Not a timestamp, or outside the years 1 to 9999.</exception>
    public DateTime ReadDateTime()
    {
        MessagePackHead head = PeekWhole(MessagePackType.Extension);
        if (head.ExtensionTypeCode != ReservedMessagePackExtensionTypeCode.DateTime || head.Length is not (4 or 8 or 12))
            throw new MessagePackSerializationException(
                $"Expected a timestamp at offset {_reader.Consumed}, found extension {head.ExtensionTypeCode} of {head.Length} bytes.");
        Span<byte> body = stackalloc byte[12];
        body = body[..(int)head.Length];
        Body(head).CopyTo(body);
        (long seconds, uint nanoseconds) = head.Length switch
        {
            4 => (BinaryPrimitives.ReadUInt32BigEndian(body), 0u),
            8 => Timestamp.Unpack(BinaryPrimitives.ReadUInt64BigEndian(body)),
            _ => (BinaryPrimitives.ReadInt64BigEndian(body[4..]), BinaryPrimitives.ReadUInt32BigEndian(body)),
        };
        if (!Timestamp.TryToDateTime(seconds, nanoseconds, out DateTime value))
            throw new MessagePackSerializationException(
                $"Timestamp of {seconds} s and {nanoseconds} ns at offset {_reader.Consumed} is no valid time of the years 1 to 9999.");
        _reader.Advance(head.ByteCount);
        return value;
    }

    /// <summary>Reads bytes as they are, without regard to values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative.</exception>
    /// <exception cref="MessagePackSerializationException">Fewer bytes remain.</exception>
    public ReadOnlySequence<byte> ReadRaw(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (_reader.Remaining < length)
            throw new MessagePackSerializationException($"{length} bytes wanted at offset {_reader.Consumed}, {_reader.Remaining} remain.");
        ReadOnlySequence<byte> bytes = _reader.Sequence.Slice(_reader.Position, length);
        _reader.Advance(length);
        return bytes;
    }

    private readonly ReadOnlySequence<byte> Body(in MessagePackHead head) =>
        _reader.UnreadSequence.Slice(head.HeaderBytes, head.Length);

    private readonly void ThrowNotUtf8() =>
        throw new MessagePackSerializationException($"String at offset {_reader.Consumed} is not valid UTF-8.");
}
