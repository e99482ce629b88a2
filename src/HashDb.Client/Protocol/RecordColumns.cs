// Records as five fields, each a binary over all records, as in the log: vectors; label counts and labels; payload lengths and
// payloads. The last two pairs are nil when no record has any. Columns, so that both sides copy vectors in one piece.
//
// What is read lies in at most three arrays, and every record refers to its part of them.
using System.Buffers;
using HashDb.MessagePack;
using HashDb.Storage;

namespace HashDb.Protocol;

internal static class RecordColumns
{
    /// <summary>Number of fields that <see cref="Write"/> writes.</summary>
    public const int FieldCount = 5;

    /// <summary>Writes the five fields; all vectors have one length.</summary>
    /// <exception cref="HashDbException"><see cref="HashDbErrorCode.LimitExceeded"/>: more than one frame takes.</exception>
    public static void Write(ref MessagePackWriter writer, IReadOnlyList<VectorRecord> records)
    {
        long vectorBytes = 0;
        long labelBytes = 0;
        long payloadBytes = 0;
        for (int i = 0; i < records.Count; i++)
        {
            VectorRecord record = records[i];
            vectorBytes += (long)record.Vector.Length * sizeof(float);
            labelBytes += (long)record.Labels.Length * sizeof(int);
            payloadBytes += record.Payload.Length;
        }
        CheckLength(vectorBytes + labelBytes + payloadBytes, records.Count);

        writer.WriteBinHeader((int)vectorBytes);
        for (int i = 0; i < records.Count; i++)
            RawNumbers.WriteBody(ref writer, records[i].Vector.Span);
        if (labelBytes == 0)
        {
            writer.WriteNil();
            writer.WriteNil();
        }
        else
        {
            WriteLengths(ref writer, records, static record => record.Labels.Length);
            writer.WriteBinHeader((int)labelBytes);
            for (int i = 0; i < records.Count; i++)
                RawNumbers.WriteBody(ref writer, records[i].Labels.Span);
        }
        if (payloadBytes == 0)
        {
            writer.WriteNil();
            writer.WriteNil();
        }
        else
        {
            WriteLengths(ref writer, records, static record => record.Payload.Length);
            writer.WriteBinHeader((int)payloadBytes);
            for (int i = 0; i < records.Count; i++)
                writer.WriteRaw(records[i].Payload.Span);
        }
    }

    /// <summary>Reads the five fields.</summary>
    /// <param name="body">Before the vectors.</param>
    /// <param name="ids">Ids of the records, which travel apart.</param>
    /// <param name="memory">Takes the arrays that the records refer to.</param>
    /// <exception cref="ProtocolException">The columns do not add up.</exception>
    public static VectorRecord[] Read(ref BodyReader body, ReadOnlySpan<VectorId> ids, RecordMemory memory)
    {
        ReadOnlyMemory<float> vectors = ReadColumn(ref body, "vectors", memory.TakeFloats);
        if (ids.IsEmpty ? !vectors.IsEmpty : vectors.Length % ids.Length != 0)
            throw new ProtocolException($"The field 'vectors' has {vectors.Length} numbers, which are not {ids.Length} vectors of one length.");
        int[]? labelCounts = ReadLengths(ref body, "label counts", ids.Length);
        ReadOnlyMemory<int> labels = body.TryReadNil() ? default : ReadColumn(ref body, "labels", memory.TakeInts);
        int[]? payloadLengths = ReadLengths(ref body, "payload lengths", ids.Length);
        ReadOnlyMemory<byte> payloads = body.TryReadNil() ? default : ReadColumn(ref body, "payloads", memory.TakeBytes);

        var records = new VectorRecord[ids.Length];
        int dimensions = ids.IsEmpty ? 0 : vectors.Length / ids.Length;
        for (int i = 0; i < records.Length; i++)
        {
            records[i] = new VectorRecord(ids[i], vectors.Slice(i * dimensions, dimensions))
            {
                Labels = Next(ref labels, labelCounts, i, "labels"),
                Payload = Next(ref payloads, payloadLengths, i, "payloads"),
            };
        }
        if (!labels.IsEmpty)
            throw new ProtocolException($"The field 'labels' has {labels.Length} numbers more than its counts say.");
        if (!payloads.IsEmpty)
            throw new ProtocolException($"The field 'payloads' has {payloads.Length} bytes more than its lengths say.");
        return records;
    }

    private static ReadOnlyMemory<T> Next<T>(ref ReadOnlyMemory<T> rest, int[]? lengths, int index, string name)
    {
        if (lengths is null)
            return default;
        int length = lengths[index];
        if (length < 0 || length > rest.Length)
            throw new ProtocolException($"Record {index} is to take {length} of the {rest.Length} elements that are left of the field '{name}'.");
        ReadOnlyMemory<T> part = rest[..length];
        rest = rest[length..];
        return part;
    }

    private static ReadOnlyMemory<T> ReadColumn<T>(ref BodyReader body, string name, Func<int, T[]> take)
        where T : unmanaged
    {
        ReadOnlySequence<byte> bytes = body.ReadNumbers(name, RawNumbers.WidthOf<T>(), out int count);
        if (count == 0)
            return default;
        T[] column = take(count);
        RawNumbers.Read(bytes, column.AsSpan(0, count));
        return column.AsMemory(0, count);
    }

    private static int[]? ReadLengths(ref BodyReader body, string name, int recordCount)
    {
        if (body.TryReadNil())
            return null;
        ReadOnlySequence<byte> bytes = body.ReadNumbers(name, sizeof(int), out int count);
        if (count != recordCount)
            throw new ProtocolException($"The field '{name}' has {count} numbers for {recordCount} records.");
        int[] lengths = new int[count];
        RawNumbers.Read(bytes, lengths.AsSpan());
        return lengths;
    }

    private static void WriteLengths(ref MessagePackWriter writer, IReadOnlyList<VectorRecord> records, Func<VectorRecord, int> lengthOf)
    {
        writer.WriteBinHeader(records.Count * sizeof(int));
        for (int i = 0; i < records.Count; i++)
        {
            int length = lengthOf(records[i]);
            RawNumbers.WriteBody(ref writer, new ReadOnlySpan<int>(in length));
        }
    }

    private static void CheckLength(long bytes, int count)
    {
        if (bytes > ProtocolLimits.MaxFrameBytes)
            throw new HashDbException(HashDbErrorCode.LimitExceeded, $"{count} records of {bytes} bytes in one message; the limit is {ProtocolLimits.MaxFrameBytes}. Split it.");
    }
}
