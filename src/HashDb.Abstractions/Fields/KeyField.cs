// The key of a record in its payload: the first entry, "$key", a text or a UUID; docs/FILE-FORMAT.md, "Fields". Records with numbers
// for keys have none: their id is the key.
using System.Buffers;
using HashDb.Serialization;
using MessagePack;

namespace HashDb.Fields;

/// <summary>The key of a record in its payload.</summary>
public static class KeyField
{
    /// <summary>How the entry begins: a text of four bytes.</summary>
    private static ReadOnlySpan<byte> Entry => [0xA4, (byte)'$', (byte)'k', (byte)'e', (byte)'y'];

    /// <summary>Reads the key; false when the payload has none, or is damaged there.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out RawField key)
    {
        key = default;
        int header = payload.IsEmpty ? 0 : payload[0] switch { >= 0x81 and <= 0x8F => 1, 0xDE => 3, 0xDF => 5, _ => 0 };
        if (header == 0 || payload.Length < header || !payload[header..].StartsWith(Entry))
            return false;
        payload = payload[(header + Entry.Length)..];
        try
        {
            key = RawField.Read(ref payload);
        }
        catch (FormatException)
        {
            return false;
        }
        return key.IsField && key.Kind is FieldKind.String or FieldKind.Guid && key.Bytes.Length is > 0 and <= StorageLimits.MaxKeyBytes;
    }

    /// <summary>A payload with the key of another in place of its own.</summary>
    public static ReadOnlyMemory<byte> Copy(ReadOnlyMemory<byte> from, ReadOnlyMemory<byte> to) =>
        TryRead(from.Span, out RawField key) ? Set(to, RecordKey.Of(key)) : to;

    /// <summary>A payload with a key in place of its own; as it is for a number.</summary>
    public static ReadOnlyMemory<byte> Set(ReadOnlyMemory<byte> payload, RecordKey key)
    {
        if (key.Kind == KeyKind.Number)
            return payload;
        int count = 0;
        ReadOnlySpan<byte> rest = payload.Span;
        if (!rest.IsEmpty)
            count = RawField.ReadMapHeader(ref rest);
        if (TryRead(payload.Span, out _))
        {
            count--;
            RawField.TryReadName(ref rest, out _);
            RawField.Read(ref rest);
        }
        var buffer = new ArrayBufferWriter<byte>(payload.Length + 64);
        var writer = new MessagePackWriter(buffer);
        writer.WriteMapHeader(count + 1);
        writer.WriteBody(Entry);
        FieldWriter.Write(ref writer, FieldNames.Key, key.Kind == KeyKind.String ? key.AsString() : key.AsGuid());
        writer.WriteBody(rest);
        writer.Flush();
        return buffer.WrittenMemory;
    }
}
