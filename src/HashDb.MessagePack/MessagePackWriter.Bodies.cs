// Strings, binaries, extensions, timestamps and raw bytes: values with a length.
using System.Buffers;
using System.Buffers.Binary;

namespace HashDb.MessagePack;

public ref partial struct MessagePackWriter
{
    /// <summary>Longest UTF-8 form of one UTF-16 code unit.</summary>
    private const int MaxUtf8BytesPerChar = 3;

    /// <summary>Longest string header: code and four bytes of length.</summary>
    private const int MaxStringHeaderBytes = 5;

    /// <summary>Writes a string, or nil for null.</summary>
    /// <exception cref="ArgumentException">
    /// The text has a lone surrogate or is longer than <see cref="MessagePackLimits.MaxStringBytes"/>.
    /// </exception>
    public void Write(string? value)
    {
        if (value is null)
            WriteNil();
        else
            Write(value.AsSpan());
    }

    /// <summary>Writes a string.</summary>
    /// <exception cref="ArgumentException">
    /// The text has a lone surrogate or is longer than <see cref="MessagePackLimits.MaxStringBytes"/>.
    /// </exception>
    public void Write(ReadOnlySpan<char> value)
    {
        if (value.Length <= (MessagePackCode.MaxFixStr - MessagePackCode.MinFixStr) / MaxUtf8BytesPerChar)
        {
            // So short that the header is one byte whatever the text: no need to count before encoding.
            Span<byte> small = GetSpan(1 + (value.Length * MaxUtf8BytesPerChar));
            int written = StrictUtf8.GetBytes(value, small[1..]);
            small[0] = (byte)(MessagePackCode.MinFixStr | written);
            _buffered += 1 + written;
            return;
        }

        // Checked before counting, too: the count of an overlong text could overflow.
        CheckStringLength(value.Length);
        int byteCount = StrictUtf8.GetByteCount(value);
        CheckStringLength(byteCount);
        Span<byte> span = GetSpan(MaxStringHeaderBytes + byteCount);
        int header = EncodeStringHeader(span, byteCount);
        StrictUtf8.GetBytes(value, span[header..]);
        _buffered += header + byteCount;
    }

    /// <summary>Writes a string given as UTF-8.</summary>
    /// <exception cref="ArgumentException">The bytes are not UTF-8 or more than <see cref="MessagePackLimits.MaxStringBytes"/>.</exception>
    public void WriteString(ReadOnlySpan<byte> utf8stringBytes)
    {
        if (!StrictUtf8.IsValid(utf8stringBytes))
            throw new ArgumentException("The bytes are not valid UTF-8.", nameof(utf8stringBytes));
        WriteStringHeader(utf8stringBytes.Length);
        WriteRaw(utf8stringBytes);
    }

    /// <summary>Writes a string given as UTF-8.</summary>
    /// <exception cref="ArgumentException">The bytes are not UTF-8 or more than <see cref="MessagePackLimits.MaxStringBytes"/>.</exception>
    public void WriteString(in ReadOnlySequence<byte> utf8stringBytes)
    {
        if (utf8stringBytes.Length > MessagePackLimits.MaxStringBytes || !StrictUtf8.IsValid(utf8stringBytes))
            throw new ArgumentException(
                $"The {utf8stringBytes.Length} bytes are not valid UTF-8 of at most {MessagePackLimits.MaxStringBytes} bytes.",
                nameof(utf8stringBytes));
        WriteStringHeader((int)utf8stringBytes.Length);
        WriteRaw(utf8stringBytes);
    }

    /// <summary>Begins a string; that many bytes of UTF-8 must follow by <see cref="WriteRaw(ReadOnlySpan{byte})"/>.</summary>
    /// <exception cref="ArgumentException">Negative, or above <see cref="MessagePackLimits.MaxStringBytes"/>.</exception>
    public void WriteStringHeader(int byteCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(byteCount);
        CheckStringLength(byteCount);
        _buffered += EncodeStringHeader(GetSpan(MaxStringHeaderBytes), byteCount);
    }

    /// <summary>Writes a binary, or nil for null.</summary>
    public void Write(byte[]? src)
    {
        if (src is null)
            WriteNil();
        else
            Write(src.AsSpan());
    }

    /// <summary>Writes a binary.</summary>
    public void Write(ReadOnlySpan<byte> src)
    {
        WriteBinHeader(src.Length);
        WriteRaw(src);
    }

    /// <summary>Writes a binary.</summary>
    /// <exception cref="ArgumentException">Longer than 2^31-1 bytes.</exception>
    public void Write(in ReadOnlySequence<byte> src)
    {
        if (src.Length > int.MaxValue)
            throw new ArgumentException($"A binary of {src.Length} bytes; the limit is {int.MaxValue}.", nameof(src));
        WriteBinHeader((int)src.Length);
        WriteRaw(src);
    }

    /// <summary>Begins a binary; that many bytes must follow by <see cref="WriteRaw(ReadOnlySpan{byte})"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative.</exception>
    public void WriteBinHeader(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (length <= byte.MaxValue)
            WriteCode(MessagePackCode.Bin8, (byte)length);
        else if (length <= ushort.MaxValue)
            WriteCode(MessagePackCode.Bin16, (ushort)length);
        else
            WriteCode(MessagePackCode.Bin32, (uint)length);
    }

    /// <summary>Begins an extension; its body must follow by <see cref="WriteRaw(ReadOnlySpan{byte})"/>.</summary>
    public void WriteExtensionFormatHeader(ExtensionHeader extensionHeader)
    {
        Span<byte> span = GetSpan(6);
        uint length = extensionHeader.Length;
        int codeBytes;
        if (length is 1 or 2 or 4 or 8 or 16)
        {
            span[0] = (byte)(MessagePackCode.FixExt1 + uint.Log2(length));
            codeBytes = 1;
        }
        else if (length <= byte.MaxValue)
        {
            span[0] = MessagePackCode.Ext8;
            span[1] = (byte)length;
            codeBytes = 2;
        }
        else if (length <= ushort.MaxValue)
        {
            span[0] = MessagePackCode.Ext16;
            BinaryPrimitives.WriteUInt16BigEndian(span[1..], (ushort)length);
            codeBytes = 3;
        }
        else
        {
            span[0] = MessagePackCode.Ext32;
            BinaryPrimitives.WriteUInt32BigEndian(span[1..], length);
            codeBytes = 5;
        }

        span[codeBytes] = unchecked((byte)extensionHeader.TypeCode);
        _buffered += codeBytes + 1;
    }

    /// <summary>Writes an extension.</summary>
    public void WriteExtensionFormat(ExtensionResult extensionData)
    {
        WriteExtensionFormatHeader(extensionData.Header);
        WriteRaw(extensionData.Data);
    }

    /// <summary>
    /// Writes a timestamp extension in 6, 10 or 15 bytes, whichever is the smallest. Local time is converted to UTC; a time of
    /// unspecified kind is taken for UTC.
    /// </summary>
    public void Write(DateTime dateTime)
    {
        if (dateTime.Kind == DateTimeKind.Local)
            dateTime = dateTime.ToUniversalTime();
        (long seconds, uint nanoseconds) = Timestamp.FromDateTime(dateTime);
        int length = nanoseconds == 0 && seconds is >= 0 and <= uint.MaxValue ? 4
            : seconds >> Timestamp.SecondsBits == 0 ? 8
            : 12;
        WriteExtensionFormatHeader(new ExtensionHeader(ReservedMessagePackExtensionTypeCode.DateTime, length));
        Span<byte> span = GetSpan(length);
        switch (length)
        {
            case 4:
                BinaryPrimitives.WriteUInt32BigEndian(span, (uint)seconds);
                break;
            case 8:
                BinaryPrimitives.WriteUInt64BigEndian(span, Timestamp.Pack(seconds, nanoseconds));
                break;
            default:
                BinaryPrimitives.WriteUInt32BigEndian(span, nanoseconds);
                BinaryPrimitives.WriteInt64BigEndian(span[4..], seconds);
                break;
        }

        _buffered += length;
    }

    /// <summary>Copies bytes that are already MessagePack, or the body of a value whose header was written.</summary>
    public void WriteRaw(scoped ReadOnlySpan<byte> rawMessagePackBlock)
    {
        if (rawMessagePackBlock.Length <= _span.Length - _buffered)
        {
            rawMessagePackBlock.CopyTo(_span[_buffered..]);
            _buffered += rawMessagePackBlock.Length;
            return;
        }

        // In pieces of whatever size the buffer writer gives, so that a large body needs no single span of its length.
        Flush();
        _output.Write(rawMessagePackBlock);
    }

    /// <summary>Copies bytes that are already MessagePack, or the body of a value whose header was written.</summary>
    public void WriteRaw(in ReadOnlySequence<byte> rawMessagePackBlock)
    {
        foreach (ReadOnlyMemory<byte> segment in rawMessagePackBlock)
            WriteRaw(segment.Span);
    }

    private static int EncodeStringHeader(Span<byte> span, int byteCount)
    {
        if (byteCount <= MessagePackCode.MaxFixStr - MessagePackCode.MinFixStr)
        {
            span[0] = (byte)(MessagePackCode.MinFixStr | byteCount);
            return 1;
        }

        if (byteCount <= byte.MaxValue)
        {
            span[1] = (byte)byteCount;
            span[0] = MessagePackCode.Str8;
            return 2;
        }

        if (byteCount <= ushort.MaxValue)
        {
            BinaryPrimitives.WriteUInt16BigEndian(span[1..], (ushort)byteCount);
            span[0] = MessagePackCode.Str16;
            return 3;
        }

        BinaryPrimitives.WriteUInt32BigEndian(span[1..], (uint)byteCount);
        span[0] = MessagePackCode.Str32;
        return 5;
    }

    private static void CheckStringLength(int byteCount)
    {
        if (byteCount > MessagePackLimits.MaxStringBytes)
            throw new ArgumentException(
                $"A string of {byteCount} or more bytes of UTF-8; the limit is {MessagePackLimits.MaxStringBytes}.");
    }
}
