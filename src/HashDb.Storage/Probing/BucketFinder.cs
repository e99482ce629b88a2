// Finds the occupied buckets of one posting table near a code, by trying every code of a ring against the occupancy filter, or
// by comparing with every code in the directory. The filter may let an empty bucket through, which then has no rows: both roads
// find the same rows.
using System.Numerics;
using HashDb.Storage.Postings;

namespace HashDb.Storage.Probing;

internal static class BucketFinder
{
    /// <summary>Adds the buckets exactly <paramref name="radius"/> bits away.</summary>
    public static void Enumerate(OccupancyFilter filter, int keyBits, ulong key, int radius, int table, ushort distance, List<BucketHit> hits)
    {
        foreach (ulong mask in HammingBall.Ring(keyBits, radius))
        {
            ulong code = key ^ mask;
            if (filter.MayContain(code))
                hits.Add(new BucketHit(code, (ushort)table, distance));
        }
    }

    /// <summary>Adds the buckets from <paramref name="minRadius"/> to <paramref name="maxRadius"/> bits away.</summary>
    public static void Scan(HashcodeDirectory directory, ulong key, int minRadius, int maxRadius, int table, List<BucketHit> hits)
    {
        uint width = (uint)(maxRadius - minRadius);
        foreach (ReadOnlySpan<ulong> chunk in directory.Chunks)
        {
            for (int i = 0; i < chunk.Length; i++)
            {
                int distance = BitOperations.PopCount(chunk[i] ^ key);
                if ((uint)(distance - minRadius) <= width)
                    hits.Add(new BucketHit(chunk[i], (ushort)table, (ushort)distance));
            }
        }
    }

    /// <summary>How many codes lie at each distance, added to <paramref name="histogram"/>.</summary>
    public static void CountByDistance(HashcodeDirectory directory, ulong key, Span<long> histogram)
    {
        foreach (ReadOnlySpan<ulong> chunk in directory.Chunks)
        {
            foreach (ulong code in chunk)
                histogram[BitOperations.PopCount(code ^ key)]++;
        }
    }
}
