// How a radius is split over the substrings of a segment. If a code is not within a_i bits of the query in any substring i, it differs by
// a_i + 1 or more in each, and so by the sum of these in all. Radii with a sum of (a_i + 1) above r therefore miss nothing. Of these the
// cheapest are taken, one bit after another where it costs least; a radius of -1 leaves a substring out.
namespace HashDb.Storage.Substrings;

internal sealed class RadiusSplit
{
    private RadiusSplit(int[] radii, double nanoseconds) => (Radii, Nanoseconds) = (radii, nanoseconds);

    /// <summary>Bits that each substring may differ by; -1 for one that is not looked at. Null when all codes are to be scanned.</summary>
    public int[]? Radii { get; }

    /// <summary>What a query costs, about.</summary>
    public double Nanoseconds { get; }

    /// <param name="segment">What is asked.</param>
    /// <param name="radius">Bits that a code may differ by.</param>
    /// <param name="mayScan">False to look up whatever it costs, as long as there are masks for it.</param>
    /// <param name="mayLookUp">False to scan whatever it costs.</param>
    public static RadiusSplit Of(CodeSegment segment, int radius, bool mayScan, bool mayLookUp)
    {
        SubstringCosts costs = SubstringCosts.OfThisMachine;
        var scan = new RadiusSplit(null!, segment.Count * costs.NanosecondsPerScanned(segment.Codes.Words));
        if (!mayLookUp || segment.Tables.Length == 0)
            return scan;
        int[] radii = new int[segment.Tables.Length];
        radii.AsSpan().Fill(-1);
        double nanoseconds = 0;
        for (int left = radius + 1; left > 0; left--)
        {
            int best = -1;
            double least = double.PositiveInfinity;
            for (int i = 0; i < radii.Length; i++)
            {
                double more = Cost(segment, i, radii[i] + 1, costs);
                if (more < least)
                    (best, least) = (i, more);
            }
            nanoseconds += least;
            if (best < 0 || (mayScan && nanoseconds > scan.Nanoseconds))
                return scan;
            radii[best]++;
        }
        return new RadiusSplit(radii, nanoseconds);
    }

    /// <summary>What it costs to look at the keys of a substring that are exactly so many bits away.</summary>
    private static double Cost(CodeSegment segment, int table, int ring, SubstringCosts costs)
    {
        SubstringTable substring = segment.Tables[table];
        SubstringMasks masks = SubstringMasks.Of(substring.Width);
        return ring > masks.MaxRadius
            ? double.PositiveInfinity
            : (masks.Count(ring) - masks.Count(ring - 1))
                * (costs.NanosecondsPerBucket + (substring.MeanBucket * costs.NanosecondsPerEntry(segment.Codes.Words)));
    }
}
