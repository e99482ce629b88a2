// Candidates within a Hamming radius, by the cheapest way (RadiusPlanner.cs): from the segments with their substring tables; or the buckets
// of each posting table are found by the cheaper strategy, and their lists read. Live rows are kept. For codes of more than 64 bits the
// buckets are of substrings, and each row's full code is compared.
using HashDb.Storage.Index;
using HashDb.Storage.Snapshot;
using HashDb.Storage.Substrings;

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
        ProbeWay way,
        CandidateSet set,
        CancellationToken cancellationToken)
    {
        radius = Math.Min(radius, query.Shape.BitCount);
        if (RadiusPlanner.TryBegin(state, selection.VisibleRows, radius, 1, way, cancellationToken) is { } walk)
            GatherFromSegments(walk, selection, query, radius, set);
        else
            GatherFromLists(state, selection, query, radius, way, set, cancellationToken);
    }

    /// <summary>Gathers from the posting lists, whatever it costs.</summary>
    /// <param name="state">What is asked.</param>
    /// <param name="selection">Rows that may be given.</param>
    /// <param name="query">The query's codes.</param>
    /// <param name="radius">At most the bits of a code.</param>
    /// <param name="way">To enumerate, to scan, or otherwise what is cheaper.</param>
    /// <param name="set">Receives the candidates.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static void GatherFromLists(
        CollectionState state,
        in RowSelection selection,
        EncodedQuery query,
        int radius,
        ProbeWay way,
        CandidateSet set,
        CancellationToken cancellationToken)
    {
        PostingShape shape = query.Shape;
        int keyRadius = shape.KeyRadius(radius);
        bool scanned = false;
        for (int table = 0; table < shape.PostingTableCount; table++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            scanned |= FindBuckets(state.Postings, query, table, keyRadius, way, set);
        }
        set.Strategy = scanned ? ProbeStrategy.Scan : ProbeStrategy.Enumerate;
        set.BucketCount = set.Buckets.Count;
        set.CompleteRadius = radius;
        state.Postings.Read(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(set.Buckets), set.Rows);
        if (shape.HasSubstrings)
            MeasureFullCodes(state, selection.VisibleRows, query, set.Rows.Entries);
        set.Settle(selection, radius);
    }

    private static void GatherFromSegments(SubstringWalk walk, in RowSelection selection, EncodedQuery query, int radius, CandidateSet set)
    {
        try
        {
            walk.Ask(query.Codes);
            walk.Flush();
            int offset = 0;
            set.Rows.Add(walk.Take(0, ref offset));
            set.Strategy = walk.Strategy;
            set.Probes = walk.Probes;
            set.BucketCount = (int)Math.Min(walk.Buckets, int.MaxValue);
            set.CompleteRadius = radius;
        }
        finally
        {
            SubstringWalk.Return(walk);
        }
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
        PostingTables postings, EncodedQuery query, int table, int radius, ProbeWay way, CandidateSet set)
    {
        int keyBits = query.Shape.KeyBits(table);
        HashcodeDirectory directory = postings.Directory(table);
        long ball = HammingBall.Size(keyBits, radius);
        long distinct = directory.Count;
        bool scan = way switch
        {
            ProbeWay.Scan => true,
            ProbeWay.Enumerate => false,
            _ => RadiusPlanner.ScansDirectory(ball, distinct),
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
                nameof(way),
                way,
                $"Enumerating {radius} of {keyBits} bits takes {ball} probes; the limit is {MaxProbes}. Use the scan.");
        for (int ring = 0; ring <= Math.Min(radius, keyBits); ring++)
            BucketFinder.Enumerate(postings.Filter(table), keyBits, key, ring, table, (ushort)ring, set.Buckets);
        set.Probes += ball;
        return false;
    }
}
