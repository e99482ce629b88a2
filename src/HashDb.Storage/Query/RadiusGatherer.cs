// Candidates within a Hamming radius: find the buckets of each posting table by the cheaper strategy, read their lists, keep the
// live rows. For codes of more than 64 bits the buckets are of substrings, and each row's full code is compared.
using HashDb.Storage.Index;
using HashDb.Storage.Snapshot;

namespace HashDb.Storage.Query;

internal static class RadiusGatherer
{
    /// <summary>256 million probes of one query: seconds of work. The scan has no such limit.</summary>
    public const long MaxProbes = 1L << 28;

    public static void Gather(
        CollectionState state,
        in RowSelection selection,
        EncodedQuery query,
        int radius,
        ProbeStrategy strategy,
        CandidateSet set,
        CancellationToken cancellationToken)
    {
        PostingShape shape = query.Shape;
        radius = Math.Min(radius, shape.BitCount);
        int keyRadius = shape.KeyRadius(radius);
        bool scanned = false;
        for (int table = 0; table < shape.PostingTableCount; table++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            scanned |= FindBuckets(state.Postings, query, table, keyRadius, strategy, set);
        }
        set.Strategy = scanned ? ProbeStrategy.Scan : ProbeStrategy.Enumerate;
        set.BucketCount = set.Buckets.Count;
        set.CompleteRadius = radius;
        state.Postings.Read(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(set.Buckets), set.Rows);
        if (shape.HasSubstrings)
            MeasureFullCodes(state, selection.VisibleRows, query, set.Rows.Entries);
        set.Settle(selection, radius);
    }

    /// <summary>Gives rows found through a substring the distance of their full codes.</summary>
    private static void MeasureFullCodes(CollectionState state, uint visibleRows, EncodedQuery query, Span<ulong> entries)
    {
        for (int i = 0; i < entries.Length; i++)
        {
            uint row = PostingBuffer.RowOf(entries[i]);
            if (row < visibleRows)
                entries[i] = PostingBuffer.Entry(row, query.Distance(state.Codes.Row(row)));
        }
    }

    private static bool FindBuckets(
        PostingTables postings, EncodedQuery query, int table, int radius, ProbeStrategy strategy, CandidateSet set)
    {
        int keyBits = query.Shape.KeyBits(table);
        HashcodeDirectory directory = postings.Directory(table);
        long ball = HammingBall.Size(keyBits, radius);
        long distinct = directory.Count;
        bool scan = strategy switch
        {
            ProbeStrategy.Scan => true,
            ProbeStrategy.Enumerate => false,
            _ => distinct * ProbeCosts.OfThisMachine.NanosecondsPerComparison < ball * ProbeCosts.OfThisMachine.NanosecondsPerProbe,
        };
        ulong key = query.Key(table);
        if (scan)
        {
            BucketFinder.Scan(directory, key, 0, radius, table, set.Buckets);
            set.Probes += distinct;
            return true;
        }
        if (ball > MaxProbes)
            throw new ArgumentOutOfRangeException(
                nameof(strategy),
                strategy,
                $"Enumerating {radius} of {keyBits} bits takes {ball} probes; the limit is {MaxProbes}. Use the scan.");
        for (int ring = 0; ring <= Math.Min(radius, keyBits); ring++)
            BucketFinder.Enumerate(postings.Filter(table), keyBits, key, ring, table, (ushort)ring, set.Buckets);
        set.Probes += ball;
        return false;
    }
}
