// Labels and payload of a record as one blob; docs/FILE-FORMAT.md, "Blobs": u16 number of labels, the labels as i32, then the
// payload to the end. A record with neither has no blob at all.
using System.Buffers.Binary;

namespace HashDb.Storage.Records;

internal static class RecordBlob
{
    public const int MaxBytes = sizeof(ushort) + StorageLimits.MaxLabelCount * sizeof(int) + StorageLimits.MaxPayloadBytes;

    public static int LengthOf(VectorRecord record) =>
        record.Labels.IsEmpty && record.Payload.IsEmpty ? 0 : sizeof(ushort) + record.Labels.Length * sizeof(int) + record.Payload.Length;

    /// <summary>Writes the blob and returns its length.</summary>
    public static int Write(VectorRecord record, Span<byte> destination)
    {
        int length = LengthOf(record);
        if (length == 0)
            return 0;
        BinaryPrimitives.WriteUInt16LittleEndian(destination, (ushort)record.Labels.Length);
        Span<byte> at = destination[sizeof(ushort)..];
        foreach (int label in record.Labels.Span)
        {
            BinaryPrimitives.WriteInt32LittleEndian(at, label);
            at = at[sizeof(int)..];
        }
        record.Payload.Span.CopyTo(at);
        return length;
    }

    /// <summary>Reads what <see cref="Write"/> wrote; false when the blob does not add up.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> blob, out int[] labels, out ReadOnlyMemory<byte> payload)
    {
        (labels, payload) = ([], default);
        if (blob.IsEmpty)
            return true;
        if (blob.Length < sizeof(ushort))
            return false;
        int count = BinaryPrimitives.ReadUInt16LittleEndian(blob.Span);
        int labelsEnd = sizeof(ushort) + count * sizeof(int);
        if (blob.Length < labelsEnd)
            return false;
        labels = new int[count];
        for (int i = 0; i < count; i++)
            labels[i] = BinaryPrimitives.ReadInt32LittleEndian(blob.Span[(sizeof(ushort) + i * sizeof(int))..]);
        payload = blob[labelsEnd..];
        return true;
    }
}
