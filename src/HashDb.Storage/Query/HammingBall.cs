// The codes around a code. Masks with r of n bits set are visited in ascending order by the usual bit trick (the next larger
// number with as many bits set).
using System.Numerics;

namespace HashDb.Storage.Query;

internal static class HammingBall
{
    /// <summary>Number of codes exactly <paramref name="radius"/> bits away; <see cref="long.MaxValue"/> when that overflows.</summary>
    public static long RingSize(int bits, int radius)
    {
        if (radius > bits)
            return 0;
        UInt128 size = 1;
        for (int i = 1; i <= radius; i++)
        {
            size = size * (uint)(bits - radius + i) / (uint)i;
            if (size > long.MaxValue)
                return long.MaxValue;
        }
        return (long)size;
    }

    /// <summary>Number of codes at most <paramref name="radius"/> bits away; <see cref="long.MaxValue"/> when that overflows.</summary>
    public static long Size(int bits, int radius)
    {
        long size = 0;
        for (int r = 0; r <= Math.Min(radius, bits); r++)
        {
            long ring = RingSize(bits, r);
            if (ring > long.MaxValue - size)
                return long.MaxValue;
            size += ring;
        }
        return size;
    }

    /// <summary>The masks of <paramref name="bits"/> bits with exactly <paramref name="radius"/> set.</summary>
    public static MaskEnumerator Ring(int bits, int radius) => new(bits, radius);

    public struct MaskEnumerator(int bits, int radius)
    {
        private readonly ulong _last = radius == 0 ? 0 : (ulong.MaxValue >> (64 - radius)) << (bits - radius);
        private bool _begun;

        public ulong Current { get; private set; }

        public readonly MaskEnumerator GetEnumerator() => this;

        public bool MoveNext()
        {
            if (!_begun)
            {
                _begun = true;
                if (radius > bits)
                    return false;
                Current = radius == 0 ? 0 : ulong.MaxValue >> (64 - radius);
                return true;
            }
            if (Current == _last)
                return false;
            ulong lowest = Current & (0 - Current);
            ulong ripple = Current + lowest;
            Current = ripple | (((Current ^ ripple) >> 2) >> BitOperations.TrailingZeroCount(lowest));
            return true;
        }
    }
}
