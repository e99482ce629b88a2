// Chooses how the hashcodes within a radius are found: by posting lists, or by segments with their substring tables. By cost, as measured
// on this machine; the rows that are found are the same.
using HashDb.Storage.Index;
using HashDb.Storage.Snapshot;
using HashDb.Storage.Substrings;

namespace HashDb.Storage.Query;

internal static class RadiusPlanner
{
    /// <summary>4 us of a query besides its probes: the lists that it reads from FASTER, and what they are sorted for.</summary>
    private const double ListNanoseconds = 4_000;

    /// <summary>A walk over segments that is ready to be asked; null when posting lists are asked.</summary>
    /// <param name="state">What is asked.</param>
    /// <param name="visibleRows">Rows that are to be found.</param>
    /// <param name="radius">Bits that a code may differ by, at most those of a code.</param>
    /// <param name="queries">How many are about to be asked.</param>
    /// <param name="way">What the caller wants.</param>
    /// <param name="cancellationToken">Gives up making tables.</param>
    public static SubstringWalk? TryBegin(
        CollectionState state, uint visibleRows, int radius, int queries, ProbeWay way, CancellationToken cancellationToken)
    {
        if (way is ProbeWay.Enumerate or ProbeWay.Scan || queries == 0)
            return null;
        SubstringIndex index = state.Postings.Substrings;
        double byLists = way == ProbeWay.Automatic ? ListCost(state.Postings, radius) : double.PositiveInfinity;
        ReadOnlyMemory<CodeSegment> segments = way == ProbeWay.Automatic
            ? index.Prepare(visibleRows, queries, byLists, cancellationToken)
            : index.Extend(visibleRows, cancellationToken);
        if (way == ProbeWay.Automatic && segments.IsEmpty)
            return null;
        SubstringWalk walk = SubstringWalk.Rent();
        walk.Begin(state.Codes, state.Shape, segments.Span, visibleRows, radius, way);
        uint end = segments.IsEmpty ? 0 : segments.Span[^1].EndRow;
        if (walk.Nanoseconds + index.TailNanoseconds(visibleRows - Math.Min(end, visibleRows)) <= byLists)
            return walk;
        SubstringWalk.Return(walk);
        return null;
    }

    /// <summary>Should a posting table be scanned rather than enumerated?</summary>
    public static bool ScansDirectory(long ball, long distinct) =>
        distinct * ProbeCosts.OfThisMachine.NanosecondsPerComparison < ball * ProbeCosts.OfThisMachine.NanosecondsPerProbe;

    /// <summary>What a query costs by posting lists, but for those that it reads.</summary>
    private static double ListCost(PostingTables postings, int radius)
    {
        ProbeCosts costs = ProbeCosts.OfThisMachine;
        PostingShape shape = postings.Shape;
        double nanoseconds = ListNanoseconds;
        for (int table = 0; table < shape.PostingTableCount; table++)
        {
            long ball = HammingBall.Size(shape.KeyBits(table), shape.KeyRadius(radius));
            nanoseconds += Math.Min(
                ball * costs.NanosecondsPerProbe, postings.Directory(table).Count * costs.NanosecondsPerComparison);
        }
        return nanoseconds;
    }
}
