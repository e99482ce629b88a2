// Changes of a payload that leave its other entries as they lie there. A payload may come from another program and hold entries that are
// no fields (a map, a list of lists, NaN), and these must survive a change of the fields beside them.
using System.Buffers;
using System.Text;
using HashDb.Serialization;
using MessagePack;

namespace HashDb.Fields;

/// <summary>Entries of a payload, as they are encoded.</summary>
public static class PayloadEntries
{
    /// <summary>A payload with fields set: in the place of those of their names, otherwise at the end. All else stays as it is.</summary>
    /// <exception cref="ArgumentException">A value is not allowed, or there is too much; names the field or the limit.</exception>
    /// <exception cref="FormatException">The payload is damaged.</exception>
    public static ReadOnlyMemory<byte> Set(ReadOnlyMemory<byte> payload, RecordFields fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        ReadOnlySpan<byte> rest = payload.Span;
        int before = rest.IsEmpty ? 0 : RawField.ReadMapHeader(ref rest);
        var entries = new ArrayBufferWriter<byte>(payload.Length + 64);
        var writer = new MessagePackWriter(entries);
        var set = new HashSet<string>(StringComparer.Ordinal);
        int count = 0;
        for (int i = 0; i < before; i++)
        {
            ReadOnlySpan<byte> entry = Read(ref rest, out string? name);
            if (name is null || !fields.TryGetValue(name, out FieldValue value))
                writer.WriteBody(entry);
            else if (set.Add(name))
                FieldWriter.WriteEntry(ref writer, name, value);
            else
                continue;
            count++;
        }
        foreach ((string name, FieldValue value) in fields)
        {
            if (!set.Add(name))
                continue;
            FieldWriter.WriteEntry(ref writer, name, value);
            count++;
        }
        writer.Flush();
        if (count > StorageLimits.MaxFieldCount && count > before)
            throw new ArgumentException(
                $"There would be {count} fields; a record has at most {StorageLimits.MaxFieldCount}.", nameof(fields));
        byte[] changed = Join(count, entries.WrittenSpan);
        return changed.Length <= StorageLimits.MaxPayloadBytes
            ? changed
            : throw new ArgumentException(
                $"The fields would take {changed.Length} bytes; a record has at most {StorageLimits.MaxPayloadBytes}.", nameof(fields));
    }

    /// <summary>A payload of the entries of some names, and of the key; empty when there is none of them.</summary>
    /// <exception cref="FormatException">The payload is damaged.</exception>
    public static ReadOnlyMemory<byte> Take(ReadOnlyMemory<byte> payload, IReadOnlyList<string> names)
    {
        ReadOnlySpan<byte> rest = payload.Span;
        if (rest.IsEmpty)
            return default;
        var entries = new ArrayBufferWriter<byte>();
        int count = 0;
        for (int left = RawField.ReadMapHeader(ref rest); left > 0; left--)
        {
            ReadOnlySpan<byte> entry = Read(ref rest, out string? name);
            if (name != FieldNames.Key && (name is null || !names.Contains(name)))
                continue;
            entries.Write(entry);
            count++;
        }
        return count == 0 ? default : Join(count, entries.WrittenSpan);
    }

    /// <summary>Reads an entry, key and value; its name is null when the key is no text.</summary>
    private static ReadOnlySpan<byte> Read(scoped ref ReadOnlySpan<byte> rest, out string? name)
    {
        ReadOnlySpan<byte> entry = rest;
        name = RawField.TryReadName(ref rest, out ReadOnlySpan<byte> utf8) ? Encoding.UTF8.GetString(utf8) : null;
        RawField.Skip(ref rest);
        return entry[..^rest.Length];
    }

    private static byte[] Join(int count, ReadOnlySpan<byte> entries)
    {
        var buffer = new ArrayBufferWriter<byte>(entries.Length + 5);
        var writer = new MessagePackWriter(buffer);
        writer.WriteMapHeader(count);
        writer.WriteBody(entries);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
