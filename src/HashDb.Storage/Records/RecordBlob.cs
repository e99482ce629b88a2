// Labels and payload of a record as one blob; docs/FILE-FORMAT.md, "Blobs": u16 number of labels, the labels as i32, then the
// payload to the end. A record with neither has no blob at all.
using System.Buffers.Binary;

namespace HashDb.Storage.Records;

internal static class RecordBlob
{
    public const int MaxBytes = sizeof(ushort) + StorageLimits.MaxLabelCount * sizeof(int) + StorageLimits.MaxPayloadBytes;

    /// <summary>Bytes of the blobs of all records of a batch.</summary>
    public static long TotalLengthOf(RecordBatch batch)
    {
        long length = 0;
        for (int i = 0; i < batch.Count; i++)
            length += LengthOf(LabelCountOf(batch, i), PayloadLengthOf(batch, i));
        return length;
    }

    /// <summary>Writes the blobs of all records of a batch, one after another, and their lengths as u32.</summary>
    public static void Write(RecordBatch batch, Span<byte> lengths, Span<byte> blobs)
    {
        ReadOnlySpan<int> labels = batch.Labels.Span;
        ReadOnlySpan<byte> payloads = batch.Payloads.Span;
        for (int i = 0; i < batch.Count; i++)
        {
            int labelCount = LabelCountOf(batch, i);
            int payloadLength = PayloadLengthOf(batch, i);
            int length = LengthOf(labelCount, payloadLength);
            BinaryPrimitives.WriteInt32LittleEndian(lengths[(i * sizeof(uint))..], length);
            if (length == 0)
                continue;
            BinaryPrimitives.WriteUInt16LittleEndian(blobs, (ushort)labelCount);
            for (int j = 0; j < labelCount; j++)
                BinaryPrimitives.WriteInt32LittleEndian(blobs[(sizeof(ushort) + j * sizeof(int))..], labels[j]);
            payloads[..payloadLength].CopyTo(blobs[(length - payloadLength)..]);
            labels = labels[labelCount..];
            payloads = payloads[payloadLength..];
            blobs = blobs[length..];
        }
    }

    /// <summary>Finds the parts of what <see cref="Write"/> wrote; false when the blob does not add up.</summary>
    /// <param name="blob">The whole blob; empty for a record with neither labels nor payload.</param>
    /// <param name="labels">The labels, 4 bytes each; <see cref="CopyLabels"/> reads them.</param>
    /// <param name="payload">The payload.</param>
    public static bool TrySplit(ReadOnlySpan<byte> blob, out ReadOnlySpan<byte> labels, out ReadOnlySpan<byte> payload)
    {
        labels = default;
        payload = default;
        if (blob.IsEmpty)
            return true;
        if (blob.Length < sizeof(ushort))
            return false;
        int labelBytes = BinaryPrimitives.ReadUInt16LittleEndian(blob) * sizeof(int);
        blob = blob[sizeof(ushort)..];
        if (blob.Length < labelBytes)
            return false;
        labels = blob[..labelBytes];
        payload = blob[labelBytes..];
        return true;
    }

    /// <summary>Reads the labels of a blob.</summary>
    /// <param name="labels">4 bytes for each.</param>
    /// <param name="target">Receives as many.</param>
    public static void CopyLabels(ReadOnlySpan<byte> labels, Span<int> target)
    {
        for (int i = 0; i < target.Length; i++)
            target[i] = BinaryPrimitives.ReadInt32LittleEndian(labels[(i * sizeof(int))..]);
    }

    private static int LengthOf(int labelCount, int payloadLength) =>
        labelCount + payloadLength == 0 ? 0 : sizeof(ushort) + labelCount * sizeof(int) + payloadLength;

    private static int LabelCountOf(RecordBatch batch, int index) => batch.LabelCounts.IsEmpty ? 0 : batch.LabelCounts.Span[index];

    private static int PayloadLengthOf(RecordBatch batch, int index) => batch.PayloadLengths.IsEmpty ? 0 : batch.PayloadLengths.Span[index];
}
