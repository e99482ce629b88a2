// Cuts long answers into messages of about ProtocolLimits.AnswerFrameBytes, one a frame. All but the last are sent with
// FrameFlags.More. Lazy: a message is made when the one before was taken, so that back-pressure reaches this far.

using HashDb.Protocol.Messages;

namespace HashDb.Protocol;

internal static class AnswerParts
{
    // An entry of a batch besides its hits: heads of arrays and binaries, and statistics.
    private const int EntryBytes = 64;

    // A hashcode of 512 bits with its bit count, table and count.
    private const int BucketBytes = 96;

    private const int MaxHits = ProtocolLimits.AnswerFrameBytes / (sizeof(ulong) + sizeof(int));

    /// <summary>The hits of one search or probe.</summary>
    public static IEnumerable<HitsAnswer<THit, TCodec>> OfHits<THit, TCodec>(IReadOnlyList<THit> hits, SearchStatistics statistics)
        where TCodec : IHitCodec<THit>
    {
        int offset = 0;
        for (int count; (count = CountOf<THit, TCodec>(hits, offset)) < hits.Count - offset; offset += count)
            yield return new HitsAnswer<THit, TCodec>(hits, offset, count, null);
        yield return new HitsAnswer<THit, TCodec>(hits, offset, hits.Count - offset, statistics);
    }

    /// <summary>Bytes of a hit in an answer, with the parts of its record.</summary>
    public static long BytesOf(in SearchHit hit) =>
        HitsAnswer<SearchHit, SearchHitCodec>.HitBytes + (hit.Record is null ? 0 : BytesOf(hit.Record));

    /// <summary>The answers of a batch search.</summary>
    public static IEnumerable<HitsBatchAnswer<SearchHit, SearchHitCodec>> OfBatch(IReadOnlyList<SearchResult> results) =>
        OfBatch<SearchHit, SearchHitCodec>(
            results.SelectMany(static result => OfHits<SearchHit, SearchHitCodec>(result.Hits, result.Statistics)));

    /// <summary>The answers of a batch probe.</summary>
    public static IEnumerable<HitsBatchAnswer<ProbeHit, ProbeHitCodec>> OfBatch(IReadOnlyList<ProbeResult> results) =>
        OfBatch<ProbeHit, ProbeHitCodec>(
            results.SelectMany(static result => OfHits<ProbeHit, ProbeHitCodec>(result.Hits, result.Statistics)));

    /// <summary>Bytes of a record in an answer, and about as many in memory.</summary>
    public static long BytesOf(VectorRecord record) =>
        EntryBytes + 4L * record.Vector.Length + 4L * record.Labels.Length + record.Payload.Length;

    /// <summary>The records of a get.</summary>
    public static async IAsyncEnumerable<RecordsAnswer> OfRecordsAsync(IAsyncEnumerable<VectorRecord?> records)
    {
        var part = new List<VectorRecord?>();
        long bytes = 0;
        await foreach (VectorRecord? record in records.ConfigureAwait(false))
        {
            long recordBytes = record is null ? 1 : BytesOf(record);
            if (part.Count > 0 && bytes + recordBytes > ProtocolLimits.AnswerFrameBytes)
            {
                yield return new RecordsAnswer(part);
                part = [];
                bytes = 0;
            }
            part.Add(record);
            bytes += recordBytes;
        }
        yield return new RecordsAnswer(part);
    }

    /// <summary>The largest buckets.</summary>
    public static IEnumerable<BucketsAnswer> OfBuckets(IReadOnlyList<BucketStatistics> buckets)
    {
        const int maxBuckets = ProtocolLimits.AnswerFrameBytes / BucketBytes;
        int offset = 0;
        for (; buckets.Count - offset > maxBuckets; offset += maxBuckets)
            yield return new BucketsAnswer([.. buckets.Skip(offset).Take(maxBuckets)]);
        yield return new BucketsAnswer(offset == 0 ? buckets : [.. buckets.Skip(offset)]);
    }

    /// <summary>Hits that one frame takes from an offset on, at least one.</summary>
    private static int CountOf<THit, TCodec>(IReadOnlyList<THit> hits, int offset)
        where TCodec : IHitCodec<THit>
    {
        int most = Math.Min(MaxHits, hits.Count - offset);
        if (most == 0 || TCodec.RecordOf(hits[offset]) is null)
            return most;
        int count = 0;
        for (long bytes = 0; count < most; count++)
        {
            bytes += HitsAnswer<THit, TCodec>.HitBytes + BytesOf(TCodec.RecordOf(hits[offset + count])!);
            if (bytes > ProtocolLimits.AnswerFrameBytes)
                break;
        }
        return Math.Max(count, 1);
    }

    private static long BytesOf<THit, TCodec>(in HitsAnswer<THit, TCodec> part)
        where TCodec : IHitCodec<THit>
    {
        long bytes = EntryBytes + ((long)part.Count * HitsAnswer<THit, TCodec>.HitBytes);
        if (part.Count == 0 || TCodec.RecordOf(part.Hits[part.Offset]) is null)
            return bytes;
        for (int i = 0; i < part.Count; i++)
            bytes += BytesOf(TCodec.RecordOf(part.Hits[part.Offset + i])!);
        return bytes;
    }

    private static IEnumerable<HitsBatchAnswer<THit, TCodec>> OfBatch<THit, TCodec>(IEnumerable<HitsAnswer<THit, TCodec>> parts)
        where TCodec : IHitCodec<THit>
    {
        var batch = new List<HitsAnswer<THit, TCodec>>();
        long bytes = 0;
        foreach (HitsAnswer<THit, TCodec> part in parts)
        {
            long partBytes = BytesOf<THit, TCodec>(part);
            if (batch.Count > 0 && bytes + partBytes > ProtocolLimits.AnswerFrameBytes)
            {
                yield return new HitsBatchAnswer<THit, TCodec>(batch);
                batch = [];
                bytes = 0;
            }
            batch.Add(part);
            bytes += partBytes;
        }
        yield return new HitsBatchAnswer<THit, TCodec>(batch);
    }
}
