// Records as five fields, each a binary over all records, as in the log: vectors; label counts and labels; payload lengths and
// payloads. The last two pairs are nil when no record has any. Columns, so that both sides copy vectors in one piece.
//
// What is read lies in at most three arrays, and every record refers to its part of them.
using System.Buffers;
using MessagePack;

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
            Columns.WriteLengths(ref writer, records, static record => record.Labels.Length);
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
            Columns.WriteLengths(ref writer, records, static record => record.Payload.Length);
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
        ReadOnlyMemory<float> vectors = Columns.Read(ref body, "vectors", memory.TakeFloats);
        if (ids.IsEmpty ? !vectors.IsEmpty : vectors.Length % ids.Length != 0)
            throw new ProtocolException(
                $"The field 'vectors' has {vectors.Length} numbers, which are not {ids.Length} vectors of one length.");
        int[]? labelCounts = Columns.ReadLengths(ref body, "label counts", ids.Length);
        ReadOnlyMemory<int> labels = body.TryReadNil() ? default : Columns.Read(ref body, "labels", memory.TakeInts);
        int[]? payloadLengths = Columns.ReadLengths(ref body, "payload lengths", ids.Length);
        ReadOnlyMemory<byte> payloads = body.TryReadNil() ? default : Columns.Read(ref body, "payloads", memory.TakeBytes);

        var records = new VectorRecord[ids.Length];
        int dimensions = ids.IsEmpty ? 0 : vectors.Length / ids.Length;
        for (int i = 0; i < records.Length; i++)
        {
            records[i] = new VectorRecord
            {
                Id = ids[i],
                Vector = vectors.Slice(i * dimensions, dimensions),
                Labels = Columns.Next(ref labels, labelCounts, i, "labels"),
                Payload = Columns.Next(ref payloads, payloadLengths, i, "payloads"),
            };
        }
        if (!labels.IsEmpty)
            throw new ProtocolException($"The field 'labels' has {labels.Length} numbers more than its counts say.");
        if (!payloads.IsEmpty)
            throw new ProtocolException($"The field 'payloads' has {payloads.Length} bytes more than its lengths say.");
        return records;
    }

    internal static void CheckLength(long bytes, int count)
    {
        if (bytes > ProtocolLimits.MaxFrameBytes)
            throw new HashDbException(
                HashDbErrorCode.LimitExceeded,
                $"{count} records of {bytes} bytes in one message; the limit is {ProtocolLimits.MaxFrameBytes}. Split it.");
    }
}
