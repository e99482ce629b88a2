// Documents as plain objects: null, bool, long, ulong, float, double, string, byte[], DateTime, Extension, object[] and
// KeyValuePair[]. Describe gives a text that is equal exactly when the documents are; Peers/peer.py writes the same text.
using System.Buffers;
using System.Globalization;
using System.Text;

namespace HashDb.MessagePack.Tests.Support;

internal static class Document
{
    public sealed record Extension(sbyte TypeCode, byte[] Data);

    public static byte[] Encode(object? document)
    {
        ArrayBufferWriter<byte> output = new();
        MessagePackWriter writer = new(output);
        Write(ref writer, document);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    public static void Write(ref MessagePackWriter writer, object? value)
    {
        switch (value)
        {
            case null:
                writer.WriteNil();
                break;
            case bool b:
                writer.Write(b);
                break;
            case long l:
                writer.Write(l);
                break;
            case ulong u:
                writer.Write(u);
                break;
            case float f:
                writer.Write(f);
                break;
            case double d:
                writer.Write(d);
                break;
            case string s:
                writer.Write(s);
                break;
            case byte[] bytes:
                writer.Write(bytes);
                break;
            case DateTime time:
                writer.Write(time);
                break;
            case Extension extension:
                writer.WriteExtensionFormat(new ExtensionResult(extension.TypeCode, extension.Data));
                break;
            case object?[] array:
                writer.WriteArrayHeader(array.Length);
                foreach (object? item in array)
                    Write(ref writer, item);
                break;
            case KeyValuePair<object?, object?>[] map:
                writer.WriteMapHeader(map.Length);
                foreach ((object? key, object? item) in map)
                {
                    Write(ref writer, key);
                    Write(ref writer, item);
                }

                break;
            default:
                throw new ArgumentException($"No document holds a {value.GetType()}.", nameof(value));
        }
    }

    public static object? Decode(in ReadOnlySequence<byte> bytes)
    {
        MessagePackReader reader = new(bytes);
        object? document = Read(ref reader);
        if (!reader.End)
            throw new MessagePackSerializationException("trailing bytes");
        return document;
    }

    public static object? Read(ref MessagePackReader reader)
    {
        switch (reader.NextMessagePackType)
        {
            case MessagePackType.Nil:
                reader.ReadNil();
                return null;
            case MessagePackType.Boolean:
                return reader.ReadBoolean();
            case MessagePackType.Integer:
                return reader.NextCode == MessagePackCode.UInt64 ? (object)reader.ReadUInt64() : reader.ReadInt64();
            case MessagePackType.Float:
                return reader.NextCode == MessagePackCode.Float32 ? (object)reader.ReadSingle() : reader.ReadDouble();
            case MessagePackType.String:
                return reader.ReadString();
            case MessagePackType.Binary:
                return reader.ReadBytes()!.Value.ToArray();
            case MessagePackType.Extension:
                ExtensionResult extension = reader.ReadExtensionFormat();
                return new Extension(extension.TypeCode, extension.Data.ToArray());
            case MessagePackType.Array:
                {
                    object?[] array = new object?[reader.ReadArrayHeader()];
                    reader.Depth++;
                    for (int i = 0; i < array.Length; i++)
                        array[i] = Read(ref reader);
                    reader.Depth--;
                    return array;
                }

            case MessagePackType.Map:
                {
                    KeyValuePair<object?, object?>[] map = new KeyValuePair<object?, object?>[reader.ReadMapHeader()];
                    reader.Depth++;
                    for (int i = 0; i < map.Length; i++)
                        map[i] = new(Read(ref reader), Read(ref reader));
                    reader.Depth--;
                    return map;
                }

            default:
                throw new MessagePackSerializationException("reserved code");
        }
    }

    public static string Describe(object? value)
    {
        StringBuilder text = new();
        Describe(text, value);
        return text.ToString();
    }

    private static void Describe(StringBuilder text, object? value)
    {
        switch (value)
        {
            case null:
                text.Append('n');
                break;
            case bool b:
                text.Append(b ? 't' : 'f');
                break;
            case long or ulong:
                text.Append(CultureInfo.InvariantCulture, $"i{value}");
                break;
            case float f:
                Describe(text, (double)f);
                break;
            case double d:
                text.Append(double.IsNaN(d) ? "dnan" : $"d{BitConverter.DoubleToUInt64Bits(d):x16}");
                break;
            case string s:
                text.Append('s').Append(Bytes.ToHex(Encoding.UTF8.GetBytes(s)));
                break;
            case byte[] bytes:
                text.Append('b').Append(Bytes.ToHex(bytes));
                break;
            case DateTime time:
                ExtensionResult packed = Bytes.Read(Encode(time), static (ref MessagePackReader r) => r.ReadExtensionFormat());
                Describe(text, new Extension(packed.TypeCode, packed.Data.ToArray()));
                break;
            case Extension extension:
                text.Append(CultureInfo.InvariantCulture, $"x{extension.TypeCode}:").Append(Bytes.ToHex(extension.Data));
                break;
            case object?[] array:
                text.Append('[');
                foreach (object? item in array)
                {
                    Describe(text, item);
                    text.Append(',');
                }

                text.Append(']');
                break;
            case KeyValuePair<object?, object?>[] map:
                text.Append('{');
                foreach ((object? key, object? item) in map)
                {
                    Describe(text, key);
                    text.Append(':');
                    Describe(text, item);
                    text.Append(',');
                }

                text.Append('}');
                break;
            default:
                throw new ArgumentException($"No document holds a {value.GetType()}.", nameof(value));
        }
    }
}
