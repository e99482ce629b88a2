// Documents as plain objects: null, bool, long, ulong, float, double, string, byte[], DateTime, Extension, object[] and
// KeyValuePair[]. Describe gives a text that is equal exactly when the documents are; Peers/peer.py writes the same text.
using System.Buffers;
using System.Globalization;
using System.Text;
using HashDb.Serialization;
using MessagePack;

namespace HashDb.Abstractions.Tests.Support;

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
        StrictMessagePackReader reader = new(bytes);
        object? document = Read(ref reader, bytes);
        if (!reader.End)
            throw new MessagePackSerializationException("trailing bytes");
        return document;
    }

    /// <summary>Reads the next value of the bytes that the reader is on; as a program would, with a limit on its own recursion.</summary>
    public static object? Read(ref StrictMessagePackReader reader, in ReadOnlySequence<byte> bytes, int depth = 0)
    {
        MessagePackType type = reader.NextMessagePackType;
        SequenceReader<byte> rest = new(bytes.Slice(reader.Consumed));
        rest.TryPeek(out byte code);
        switch (type)
        {
            case MessagePackType.Nil:
                reader.TryReadNil().ShouldBeTrue();
                return null;
            case MessagePackType.Boolean:
                return reader.ReadBoolean();
            case MessagePackType.Integer:
                return code == MessagePackCode.UInt64 ? (object)reader.ReadUInt64() : reader.ReadInt64();
            case MessagePackType.Float:
                return code == MessagePackCode.Float32 ? (object)reader.ReadSingle() : reader.ReadDouble();
            case MessagePackType.String:
                return reader.ReadString();
            case MessagePackType.Binary:
                return reader.ReadBytes()!.Value.ToArray();
            case MessagePackType.Extension:
                // None of our formats has extensions: the strict reader passes over them, and the package says what they hold.
                long start = reader.Consumed;
                reader.Skip();
                ExtensionResult extension = new MessagePackReader(bytes.Slice(start, reader.Consumed - start)).ReadExtensionFormat();
                return new Extension(extension.TypeCode, extension.Data.ToArray());
            case MessagePackType.Array or MessagePackType.Map when depth == StrictMessagePackReader.MaxDepth:
                throw new MessagePackSerializationException("too deep");
            case MessagePackType.Array:
                {
                    object?[] array = new object?[reader.ReadArrayHeader()];
                    for (int i = 0; i < array.Length; i++)
                        array[i] = Read(ref reader, bytes, depth + 1);
                    return array;
                }

            case MessagePackType.Map:
                {
                    KeyValuePair<object?, object?>[] map = new KeyValuePair<object?, object?>[reader.ReadMapHeader()];
                    for (int i = 0; i < map.Length; i++)
                        map[i] = new(Read(ref reader, bytes, depth + 1), Read(ref reader, bytes, depth + 1));
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
                ExtensionResult packed = new MessagePackReader(Encode(time)).ReadExtensionFormat();
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
