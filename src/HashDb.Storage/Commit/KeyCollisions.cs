// Keys that are texts or UUIDs are stored under a hash of 64 bits. That two of them share one happens to about one collection in 400,000
// of ten million records; a write that would put one in the place of another is refused.
using HashDb.Fields;
using HashDb.Storage.Log;
using HashDb.Storage.Records;

namespace HashDb.Storage.Commit;

internal static class KeyCollisions
{
    /// <summary>The refusal of a write that meets another key under one of its ids; null when there is none.</summary>
    public static HashDbException? Find(RecordStore records, StoreFrame write)
    {
        if (records.Keys == KeyKind.Number)
            return null;
        ReadOnlySpan<byte> blobs = write.Blobs;
        for (int i = 0; i < write.Count; i++)
        {
            ReadOnlySpan<byte> blob = blobs[..write.BlobLengthAt(i)];
            blobs = blobs[blob.Length..];
            VectorId id = write.IdAt(i);
            if (!records.Ids.TryGet(id, out uint row) || records.Dead.IsDead(row))
                continue;
            RecordBlob.TrySplit(blob, out _, out ReadOnlySpan<byte> payload);
            if (IsStored(records, row, id, out RawField stored)
                && KeyField.TryRead(payload, out RawField given)
                && !given.Bytes.SequenceEqual(stored.Bytes))
            {
                return new HashDbException(
                    HashDbErrorCode.KeyCollision,
                    $"The key '{RecordKey.Of(given)}' has the same hash of 64 bits as '{RecordKey.Of(stored)}', which is stored. Nothing "
                    + $"of this write of {write.Count} was kept; give the record another key.");
            }
        }
        return null;
    }

    /// <summary>The key of a stored record; none when it is damaged, so that a write in its place mends it, as under numbers.</summary>
    private static bool IsStored(RecordStore records, uint row, VectorId id, out RawField key)
    {
        try
        {
            return KeyField.TryRead(records.BlobOf(row, id).Payload.Span, out key);
        }
        catch (CorruptDataException)
        {
            key = default;
            return false;
        }
    }
}
