using System.Runtime.InteropServices;
using FASTER.core;
using HashDb.Models;

namespace HashDb.Storage.Index;

/// <summary>
/// Names one piece of a posting list: segment 0 is its tail, segments 1, 2, ... are the full pieces that were split off it.
/// </summary>
[StructLayout(LayoutKind.Sequential, Pack = 8)]
internal readonly record struct PostingKey(ulong Code, uint Segment, uint Table)
{
    /// <summary>FASTER has no comparer of its own for structs.</summary>
    public sealed class Comparer : IFasterEqualityComparer<PostingKey>
    {
        public long GetHashCode64(ref PostingKey key)
        {
            // Codes of one table differ in few bits, and FASTER uses both ends of the hash.
            return (long)SplitMix64.Mix((key.Code ^ ((ulong)key.Segment << 32) ^ key.Table) * SplitMix64.Golden);
        }

        public bool Equals(ref PostingKey left, ref PostingKey right) => left == right;
    }
}
