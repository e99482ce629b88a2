// The candidates of one query and what finding them cost. Entries are row << 16 | distance, each live row once with its
// smallest distance, in row order (which is the order of the vectors on disk). Pooled: one set serves one query at a time.
using System.Collections.Concurrent;
using HashDb.Storage.Index;
using HashDb.Storage.Snapshot;

namespace HashDb.Storage.Query;

internal sealed class CandidateSet
{
    private static readonly ConcurrentBag<CandidateSet> Pool = [];

    public EncodedQuery Query { get; } = new();

    public PostingBuffer Rows { get; } = new();

    public List<BucketHit> Buckets { get; } = [];

    public GatherScratch Scratch { get; } = new();

    public int CompleteRadius { get; set; }

    public ProbeStrategy Strategy { get; set; }

    public long Probes { get; set; }

    public int BucketCount { get; set; }

    public Span<ulong> Entries => Rows.Entries;

    public static CandidateSet Rent()
    {
        if (!Pool.TryTake(out CandidateSet? set))
            return new CandidateSet();
        set.Rows.Clear();
        set.Buckets.Clear();
        set.Scratch.Clear();
        set.CompleteRadius = 0;
        set.Strategy = ProbeStrategy.Automatic;
        set.Probes = 0;
        set.BucketCount = 0;
        return set;
    }

    public static void Return(CandidateSet set)
    {
        // A rare huge query must not keep its memory for ever.
        const long MaxPooledBytes = 16L * 1024 * 1024;
        if ((long)set.Rows.Capacity * sizeof(ulong) + (long)set.Buckets.Capacity * BucketHit.Bytes + set.Scratch.Bytes <= MaxPooledBytes)
            Pool.Add(set);
    }

    /// <summary>
    /// Drops rows that are not selected, or farther than <paramref name="radius"/>, and all but the nearest entry of each row.
    /// </summary>
    public void Settle(in RowSelection selection, int radius)
    {
        Span<ulong> entries = Rows.Entries;
        int kept = 0;
        foreach (ulong entry in entries)
        {
            uint row = PostingBuffer.RowOf(entry);
            if (PostingBuffer.DistanceOf(entry) <= radius && selection.Contains(row))
                entries[kept++] = entry;
        }
        entries = entries[..kept];
        int rowBits = 64 - System.Numerics.BitOperations.LeadingZeroCount((ulong)selection.VisibleRows);
        RadixSort.Sort(entries, PostingBuffer.DistanceBits + rowBits);
        int distinct = 0;
        foreach (ulong entry in entries)
        {
            if (distinct == 0 || PostingBuffer.RowOf(entry) != PostingBuffer.RowOf(entries[distinct - 1]))
                entries[distinct++] = entry;
        }
        Rows.Truncate(distinct);
    }
}
