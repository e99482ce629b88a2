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
            throw new ArgumentException($"There are {fields.Count} fields; a record has at most {StorageLimits.MaxFieldCount}.", nameof(fields));
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new MessagePackWriter(buffer);
        writer.WriteMapHeader(fields.Count);
        foreach ((string name, FieldValue value) in fields)
        {
            FieldNames.Check(name, nameof(fields));
            writer.WriteText(name);
            Write(ref writer, name, value, isInList: false);
        }
        writer.Flush();
        if (buffer.WrittenCount > StorageLimits.MaxPayloadBytes)
            throw new ArgumentException(
                $"The fields take {buffer.WrittenCount} bytes; a record has at most {StorageLimits.MaxPayloadBytes}.", nameof(fields));
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Writes one value.</summary>
    public static void Write(ref MessagePackWriter writer, string name, FieldValue value) =>
        Write(ref writer, name, value, isInList: false);

    private static void Write(ref MessagePackWriter writer, string name, FieldValue value, bool isInList)
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
                    : throw new ArgumentException($"The field '{name}' is NaN, which compares with nothing; leave it out, or give null."));
                break;
            case FieldKind.String:
                writer.WriteText(value.AsString());
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
                writer.Write(value.AsBytes());
                break;
            default:
                WriteList(ref writer, name, value, isInList);
                break;
        }
    }

    private static void WriteList(ref MessagePackWriter writer, string name, FieldValue value, bool isInList)
    {
        if (isInList)
            throw new ArgumentException($"The field '{name}' has a list in a list; lists hold single values.");
        IReadOnlyList<FieldValue> items = value.AsList();
        writer.WriteArrayHeader(items.Count);
        foreach (FieldValue item in items)
            Write(ref writer, name, item, isInList: true);
    }
}
