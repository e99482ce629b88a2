// How fields are encoded: a MessagePack map of texts to values, docs/FILE-FORMAT.md, "Fields". RawField.cs reads it.
using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using HashDb.Serialization;
using MessagePack;

namespace HashDb.Fields;

internal static class FieldWriter
{
    /// <summary>Encodes fields; empty when there are none.</summary>
    /// <exception cref="ArgumentException">A name or a value is not allowed; names the field, the value and the limit.</exception>
    public static byte[] Encode(IReadOnlyCollection<KeyValuePair<string, FieldValue>> fields)
    {
        if (fields.Count == 0)
            return [];
        if (fields.Count > StorageLimits.MaxFieldCount)
            throw new ArgumentException(
                $"There are {fields.Count} fields; a record has at most {StorageLimits.MaxFieldCount}.", nameof(fields));
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        writer.WriteMapHeader(fields.Count);
        foreach ((string name, FieldValue value) in fields)
        {
            WriteEntry(ref writer, name, value);
            writer.Flush();
            if (buffer.WrittenCount > StorageLimits.MaxPayloadBytes)
                throw new ArgumentException(
                    $"The fields up to '{Quoted.Cut(name)}' take {buffer.WrittenCount} bytes; a record has at most "
                    + $"{StorageLimits.MaxPayloadBytes}.",
                    nameof(fields));
        }
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes a name and its value.</summary>
    /// <inheritdoc cref="Encode" path="/exception"/>
    public static void WriteEntry(ref MessagePackWriter writer, string name, FieldValue value)
    {
        FieldNames.Check(name, nameof(name));
        writer.WriteText(name);
        CheckLength(name, value);
        Write(ref writer, name, value);
    }

    /// <summary>Refuses what cannot fit before it is copied.</summary>
    private static void CheckLength(string name, FieldValue value)
    {
        long least = value.Kind switch
        {
            FieldKind.String => value.AsString().Length,
            FieldKind.Bytes => value.BytesOf().Length,
            FieldKind.List => value.AsList().Sum(item => item.Kind switch
            {
                FieldKind.String => 1L + item.AsString().Length,
                FieldKind.Bytes => 1L + item.BytesOf().Length,
                _ => 1L,
            }),
            _ => 0,
        };
        if (least > StorageLimits.MaxPayloadBytes)
            throw new ArgumentException(
                $"The field '{Quoted.Cut(name)}' takes more than {least} bytes; the fields of a record have at most "
                + $"{StorageLimits.MaxPayloadBytes}.");
    }

    /// <summary>Writes one value.</summary>
    public static void Write(ref MessagePackWriter writer, string name, FieldValue value)
    {
        switch (value.Kind)
        {
            case FieldKind.Null:
                writer.WriteNil();
                break;
            case FieldKind.Boolean:
                writer.Write(value.AsBoolean());
                break;
            case FieldKind.Integer when value.IsLarge:
                writer.Write(value.AsUInt64());
                break;
            case FieldKind.Integer:
                writer.Write(value.AsInt64());
                break;
            case FieldKind.Double:
                writer.Write(!double.IsNaN(value.AsDouble())
                    ? value.AsDouble()
                    : throw new ArgumentException(
                        $"The field '{Quoted.Cut(name)}' is NaN, which compares with nothing; leave it out, or give null."));
                break;
            case FieldKind.String:
                writer.WriteText(Quoted.IsUnicode(value.AsString())
                    ? value.AsString()
                    : throw new ArgumentException($"The field '{Quoted.Cut(name)}' has half of a surrogate pair, so it is no Unicode."));
                break;
            case FieldKind.DateTimeOffset:
                Span<byte> instant = stackalloc byte[RawField.InstantBytes];
                BinaryPrimitives.WriteInt64BigEndian(instant, value.Bits);
                BinaryPrimitives.WriteInt16BigEndian(instant[8..], value.OffsetMinutes);
                writer.WriteExtensionFormatHeader(new ExtensionHeader(RawField.InstantCode, RawField.InstantBytes));
                writer.WriteBody(instant);
                break;
            case FieldKind.Guid:
                Span<byte> guid = stackalloc byte[RawField.GuidBytes];
                value.AsGuid().TryWriteBytes(guid, bigEndian: true, out _);
                writer.WriteExtensionFormatHeader(new ExtensionHeader(RawField.GuidCode, RawField.GuidBytes));
                writer.WriteBody(guid);
                break;
            case FieldKind.Bytes:
                writer.Write(value.BytesOf());
                break;
            default:
                IReadOnlyList<FieldValue> items = value.AsList();
                writer.WriteArrayHeader(items.Count);
                foreach (FieldValue item in items)
                    Write(ref writer, name, item);
                break;
        }
    }
}
