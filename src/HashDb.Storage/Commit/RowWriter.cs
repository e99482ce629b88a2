// Puts the rows of a logged write into the record and code files, beyond the published row count, where nobody looks. Used by
// the commit loop before the log commit and by replay after it: both give the same bytes for the same write at the same row.
using System.Buffers;
using HashDb.Serialization;
using HashDb.Storage.Files;
using HashDb.Storage.Log;
using HashDb.Storage.Records;

namespace HashDb.Storage.Commit;

internal static class RowWriter
{
    /// <summary>Writes the rows of one write; <see cref="BlobStore.WritePending"/> is left to the caller.</summary>
    public static void Write(
        RecordStore records,
        CodeStore codes,
        uint firstRow,
        long firstSequenceNumber,
        StoreFrame write,
        ReadOnlySpan<uint> vectorChecksums)
    {
        byte[] pooled = ArrayPool<byte>.Shared.Rent(write.Count * RowMetadata.Length);
        Span<byte> metadata = pooled.AsSpan(0, write.Count * RowMetadata.Length);
        ReadOnlySpan<byte> blobs = write.Blobs;
        for (int i = 0; i < write.Count; i++)
        {
            int blobLength = write.BlobLengthAt(i);
            ReadOnlySpan<byte> blob = blobs[..blobLength];
            blobs = blobs[blobLength..];
            VectorId id = write.IdAt(i);
            ulong address = blobLength == 0 ? 0 : records.Blobs.Append(blob);
            new RowMetadata(
                id,
                firstSequenceNumber + i,
                address,
                blobLength,
                blobLength == 0 ? 0 : Checksum.Compute(blob, address),
                vectorChecksums[i]).WriteTo(metadata[(i * RowMetadata.Length)..], firstRow + (uint)i);
        }
        records.Vectors.Write(firstRow, write.Vectors);
        records.Metadata.Write(firstRow, metadata);
        codes.Write(firstRow, write.Codes);
        ArrayPool<byte>.Shared.Return(pooled);
    }

    /// <summary>Points the ids at their new rows and marks what they replace, or what a delete removes.</summary>
    /// <returns>Items replaced or deleted.</returns>
    public static int Apply(RecordStore records, uint firstRow, LogFrame write) => write switch
    {
        StoreFrame stored => Replace(records, firstRow, stored),
        DeleteFrame deleted => Remove(records, deleted),
        _ => 0,
    };

    private static int Replace(RecordStore records, uint firstRow, StoreFrame write)
    {
        int replaced = 0;
        for (int i = 0; i < write.Count; i++)
        {
            uint row = firstRow + (uint)i;
            bool isKnown = TryGetLive(records, write.IdAt(i), out uint old);
            // The new row first: whoever finds the old one dead must find the new one in the index.
            records.Ids.Set(write.IdAt(i), row);
            if (!isKnown)
                continue;
            // The old row stays visible to searches that do not see the new one yet.
            records.MarkDead(old, row + 1);
            replaced++;
        }
        records.MarkVerified(firstRow, write.Count);
        return replaced;
    }

    private static int Remove(RecordStore records, DeleteFrame write)
    {
        int removed = 0;
        for (int i = 0; i < write.Count; i++)
        {
            if (!TryGetLive(records, write.IdAt(i), out uint row))
                continue;
            records.MarkDead(row, 1);
            removed++;
        }
        return removed;
    }

    private static bool TryGetLive(RecordStore records, VectorId id, out uint row) =>
        records.Ids.TryGet(id, out row) && !records.Dead.IsDead(row);
}
