// Finds the occupied buckets of one posting table near a code, by trying every code of a ring against the occupancy filter, or
// by comparing with every code in the directory. The filter may let an empty bucket through, which then has no rows: both
// find the same rows.
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using HashDb.Storage.Index;

namespace HashDb.Storage.Query;

internal static class BucketFinder
{
    /// <summary>Adds the buckets exactly <paramref name="radius"/> bits away.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Enumerate(
        OccupancyFilter filter, int keyBits, ulong key, int radius, int table, ushort distance, List<BucketHit> hits)
    {
        foreach (ulong mask in HammingBall.Ring(keyBits, radius))
        {
            ulong code = key ^ mask;
            if (filter.MayContain(code))
                hits.Add(new BucketHit(code, (ushort)table, distance));
        }
    }

    /// <summary>Adds the buckets from <paramref name="minRadius"/> to <paramref name="maxRadius"/> bits away.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Scan(HashcodeDirectory directory, ulong key, int minRadius, int maxRadius, int table, List<BucketHit> hits)
    {
        uint width = (uint)(maxRadius - minRadius);
        foreach (ReadOnlySpan<ulong> chunk in directory.Chunks)
        {
            int i = 0;
            if (Vector512.IsHardwareAccelerated)
                i = ScanVectors(chunk, key, minRadius, width, table, hits);
            for (; i < chunk.Length; i++)
            {
                int distance = BitOperations.PopCount(chunk[i] ^ key);
                if ((uint)(distance - minRadius) <= width)
                    hits.Add(new BucketHit(chunk[i], (ushort)table, (ushort)distance));
            }
        }
    }

    /// <summary>How many codes lie at each distance, added to <paramref name="histogram"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void CountByDistance(HashcodeDirectory directory, ulong key, Span<long> histogram)
    {
        foreach (ReadOnlySpan<ulong> chunk in directory.Chunks)
        {
            foreach (ulong code in chunk)
                histogram[BitOperations.PopCount(code ^ key)]++;
        }
    }

    /// <summary>Compares eight codes at a time; returns how many were looked at.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int ScanVectors(ReadOnlySpan<ulong> chunk, ulong key, int minRadius, uint width, int table, List<BucketHit> hits)
    {
        ref ulong codes = ref MemoryMarshal.GetReference(chunk);
        Vector512<ulong> keys = Vector512.Create(key);
        Vector512<ulong> low = Vector512.Create((ulong)minRadius);
        Vector512<ulong> high = Vector512.Create((ulong)minRadius + width);
        int i = 0;
        for (; i <= chunk.Length - Vector512<ulong>.Count; i += Vector512<ulong>.Count)
        {
            Vector512<ulong> distances = PopCount(Vector512.LoadUnsafe(ref codes, (nuint)i) ^ keys);
            ulong within =
                (Vector512.GreaterThanOrEqual(distances, low) & Vector512.LessThanOrEqual(distances, high)).ExtractMostSignificantBits();
            for (; within != 0; within &= within - 1)
            {
                int lane = BitOperations.TrailingZeroCount(within);
                hits.Add(new BucketHit(chunk[i + lane], (ushort)table, (ushort)distances[lane]));
            }
        }
        return i;
    }

    /// <summary>Bits set in each lane, by sums of ever wider fields.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<ulong> PopCount(Vector512<ulong> x)
    {
        Vector512<ulong> pairs = Vector512.Create(0x5555_5555_5555_5555UL);
        Vector512<ulong> nibbles = Vector512.Create(0x3333_3333_3333_3333UL);
        Vector512<ulong> bytes = Vector512.Create(0x0F0F_0F0F_0F0F_0F0FUL);
        x -= (x >>> 1) & pairs;
        x = (x & nibbles) + ((x >>> 2) & nibbles);
        x = (x + (x >>> 4)) & bytes;
        x += x >>> 8;
        x += x >>> 16;
        x += x >>> 32;
        return x & Vector512.Create(0x7FUL);
    }
}
