// Records as five fields, each a binary over all records, as in the log: vectors; label counts and labels; payload lengths and
// payloads. The last two pairs are nil when no record has any. Columns, so that both sides copy vectors in one piece.
//
// What is read lies in at most three arrays besides the lengths.
using MessagePack;

namespace HashDb.Protocol;

internal static class RecordColumns
{
    /// <summary>Number of fields that <see cref="Write"/> writes.</summary>
    public const int FieldCount = 5;

    /// <summary>Writes the five fields.</summary>
    /// <exception cref="HashDbException"><see cref="HashDbErrorCode.LimitExceeded"/>: more than one frame takes.</exception>
    public static void Write(ref MessagePackWriter writer, RecordBatch batch)
    {
        CheckLength(
            (long)batch.Vectors.Length * sizeof(float) + (long)batch.Labels.Length * sizeof(int) + batch.Payloads.Length, batch.Count);
        RawNumbers.Write(ref writer, batch.Vectors.Span);
        WriteColumn(ref writer, batch.LabelCounts.Span, batch.Labels.Span);
        WriteColumn(ref writer, batch.PayloadLengths.Span, batch.Payloads.Span);
    }

    /// <summary>Reads the five fields.</summary>
    /// <param name="body">Before the vectors.</param>
    /// <param name="ids">Ids of the records, which travel apart.</param>
    /// <param name="memory">Takes the arrays that the batch refers to.</param>
    /// <exception cref="ProtocolException">The columns do not add up.</exception>
    public static RecordBatch Read(ref BodyReader body, ReadOnlyMemory<VectorId> ids, RecordMemory memory)
    {
        ReadOnlyMemory<float> vectors = Columns.Read(ref body, "vectors", memory.TakeFloats);
        if (ids.IsEmpty ? !vectors.IsEmpty : vectors.Length % ids.Length != 0)
            throw new ProtocolException(
                $"The field 'vectors' has {vectors.Length} numbers, which are not {ids.Length} vectors of one length.");
        int[]? labelCounts = Columns.ReadLengths(ref body, "label counts", ids.Length);
        ReadOnlyMemory<int> labels = body.TryReadNil() ? default : Columns.Read(ref body, "labels", memory.TakeInts);
        int[]? payloadLengths = Columns.ReadLengths(ref body, "payload lengths", ids.Length);
        ReadOnlyMemory<byte> payloads = body.TryReadNil() ? default : Columns.Read(ref body, "payloads", memory.TakeBytes);
        Columns.CheckLengths(labelCounts, labels.Length, "labels", "numbers", "counts");
        Columns.CheckLengths(payloadLengths, payloads.Length, "payloads", "bytes", "lengths");
        return new RecordBatch
        {
            Ids = ids,
            Vectors = vectors,
            LabelCounts = labelCounts,
            Labels = labels,
            PayloadLengths = payloadLengths,
            Payloads = payloads,
        };
    }

    /// <summary>Makes an object of each record; they refer to the columns.</summary>
    public static VectorRecord[] Split(RecordBatch batch)
    {
        var records = new VectorRecord[batch.Count];
        int dimensions = batch.Count == 0 ? 0 : batch.Vectors.Length / batch.Count;
        ReadOnlyMemory<int> labels = batch.Labels;
        ReadOnlyMemory<byte> payloads = batch.Payloads;
        for (int i = 0; i < records.Length; i++)
        {
            int labelCount = batch.LabelCounts.IsEmpty ? 0 : batch.LabelCounts.Span[i];
            int payloadLength = batch.PayloadLengths.IsEmpty ? 0 : batch.PayloadLengths.Span[i];
            records[i] = new VectorRecord
            {
                Id = batch.Ids.Span[i],
                Vector = batch.Vectors.Slice(i * dimensions, dimensions),
                Labels = labels[..labelCount],
                Payload = payloads[..payloadLength],
            };
            labels = labels[labelCount..];
            payloads = payloads[payloadLength..];
        }
        return records;
    }

    private static void WriteColumn<T>(ref MessagePackWriter writer, ReadOnlySpan<int> lengths, ReadOnlySpan<T> column)
        where T : unmanaged
    {
        if (column.IsEmpty)
        {
            writer.WriteNil();
            writer.WriteNil();
            return;
        }
        RawNumbers.Write(ref writer, lengths);
        RawNumbers.Write(ref writer, column);
    }

    internal static void CheckLength(long bytes, int count)
    {
        if (bytes > ProtocolLimits.MaxFrameBytes)
            throw new HashDbException(
                HashDbErrorCode.LimitExceeded,
                $"{count} records of {bytes} bytes in one message; the limit is {ProtocolLimits.MaxFrameBytes}. Split it.");
    }
}
