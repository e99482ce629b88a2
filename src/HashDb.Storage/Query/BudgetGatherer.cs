// Candidates up to a number: buckets in order of Hamming distance, and within a distance in order of penalty (the summed margin
// of the bits that differ), until enough live rows are gathered. Buckets of equal rank are taken together, so the set depends
// on the data and the query alone, never on the strategy or on the order of rows. A row ranks by its best table.
//
// Rings are enumerated while that is cheaper than one look at all codes; from then on the directory is scanned. Codes of more
// than 64 bits are ranked row by row over the stored hashcodes.
using HashDb.Storage.Index;
using HashDb.Storage.Snapshot;

namespace HashDb.Storage.Query;

internal static class BudgetGatherer
{
    public static void Gather(
        CollectionState state,
        in RowSelection selection,
        EncodedQuery query,
        int limit,
        ProbeStrategy strategy,
        CandidateSet set,
        CancellationToken cancellationToken)
    {
        if (query.Shape.HasSubstrings)
            RankRows(state, selection, query, limit, set, cancellationToken);
        else
            new RingWalk(state, selection, query, limit, strategy, set).Run(cancellationToken);
    }

    private static void RankRows(
        CollectionState state,
        in RowSelection selection,
        EncodedQuery query,
        int limit,
        CandidateSet set,
        CancellationToken cancellationToken)
    {
        uint visibleRows = selection.VisibleRows;
        const int RowsPerCheck = 1 << 16;
        List<ulong> ranks = set.Scratch.Ranks;
        List<uint> rows = set.Scratch.RankedRows;
        Span<long> histogram = stackalloc long[query.Shape.BitCount + 1];
        histogram.Clear();
        for (uint row = 0; row < visibleRows; row++)
        {
            if (row % RowsPerCheck == 0)
                cancellationToken.ThrowIfCancellationRequested();
            if (selection.Contains(row))
                histogram[query.Distance(state.Codes.Row(row))]++;
        }
        long gathered = 0;
        int lastRing = 0;
        while (lastRing < query.Shape.BitCount && gathered + histogram[lastRing] < limit)
            gathered += histogram[lastRing++];
        for (uint row = 0; row < visibleRows; row++)
        {
            if (query.Distance(state.Codes.Row(row)) is var distance && (distance > lastRing || !selection.Contains(row)))
                continue;
            if (distance < lastRing)
            {
                set.Rows.Add(PostingBuffer.Entry(row, distance));
                continue;
            }
            ranks.Add(query.Rank(state.Codes.Row(row)));
            rows.Add(row);
        }
        ulong cut = CutRank(set.Scratch, limit - gathered, out bool isWhole);
        for (int i = 0; i < rows.Count; i++)
        {
            if (ranks[i] <= cut)
                set.Rows.Add(PostingBuffer.Entry(rows[i], lastRing));
        }
        set.Strategy = ProbeStrategy.Scan;
        set.Probes = visibleRows;
        set.BucketCount = set.Rows.Count;
        set.CompleteRadius = isWhole ? lastRing : lastRing - 1;
        set.Settle(selection.Unfiltered, query.Shape.BitCount);
    }

    /// <summary>The rank up to which at least <paramref name="wanted"/> entries lie.</summary>
    private static ulong CutRank(GatherScratch scratch, long wanted, out bool isWhole)
    {
        isWhole = scratch.Ranks.Count <= wanted;
        if (isWhole)
            return ulong.MaxValue;
        List<ulong> sorted = scratch.Sorted;
        sorted.AddRange(scratch.Ranks);
        sorted.Sort();
        ulong cut = sorted[(int)Math.Max(wanted - 1, 0)];
        isWhole = cut == sorted[^1];
        return cut;
    }
}
