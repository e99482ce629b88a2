// The one random generator of training: xoshiro256** (Blackman and Vigna, "Scrambled linear pseudorandom number
// generators", 2018), its state filled by splitmix64 from the seed.
// Integers and uniform numbers use integer arithmetic only. Normal numbers use Marsaglia's polar method with a logarithm
// written in additions, multiplications and divisions of float64 (and a square root), each of which IEEE 754 rounds in one
// way only; so a seed gives the same sequence on every machine and with every version of the runtime.
// Not safe for many threads; give each its own, from ForStream.
using System.Numerics;

namespace HashDb.Models.Numerics;

/// <summary>A random generator whose sequence is part of its definition. Not thread-safe.</summary>
public sealed class SeededRandom
{
    private ulong _s0, _s1, _s2, _s3;
    private double _spare;
    private bool _hasSpare;

    /// <summary>Starts the sequence of a seed.</summary>
    public SeededRandom(ulong seed)
    {
        _s0 = SplitMix(ref seed);
        _s1 = SplitMix(ref seed);
        _s2 = SplitMix(ref seed);
        _s3 = SplitMix(ref seed);
    }

    /// <summary>Starts a sequence that differs for each stream of one seed, so that parallel tasks draw independently of order.</summary>
    public static SeededRandom ForStream(ulong seed, ulong stream)
    {
        ulong mixed = stream;
        return new SeededRandom(seed ^ BitOperations.RotateLeft(SplitMix(ref mixed), 32));
    }

    /// <summary>64 random bits.</summary>
    public ulong NextUInt64()
    {
        ulong result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        ulong t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>A uniform integer from 0 to <paramref name="exclusiveMax"/> - 1, without bias.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The bound is below 1.</exception>
    public int NextInt32(int exclusiveMax)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(exclusiveMax, 1);
        ulong range = (ulong)exclusiveMax;
        ulong limit = ulong.MaxValue - (ulong.MaxValue % range);
        ulong value;
        do
        {
            value = NextUInt64();
        }
        while (value >= limit);
        return (int)(value % range);
    }

    /// <summary>A uniform number in [0, 1), a multiple of 2^-53.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A number of the standard normal distribution.</summary>
    public double NextNormal()
    {
        if (_hasSpare)
        {
            _hasSpare = false;
            return _spare;
        }

        double u, v, s;
        do
        {
            u = (2 * NextDouble()) - 1;
            v = (2 * NextDouble()) - 1;
            s = (u * u) + (v * v);
        }
        while (s is >= 1 or 0);
        double factor = Math.Sqrt(-2 * NaturalLogarithm(s) / s);
        _spare = v * factor;
        _hasSpare = true;
        return u * factor;
    }

    /// <summary>Fills a span with numbers of the standard normal distribution, rounded to float32.</summary>
    public void FillNormal(Span<float> destination)
    {
        foreach (ref float value in destination)
            value = (float)NextNormal();
    }

    /// <summary>Puts items into a random order (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = NextInt32(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary>
    /// The natural logarithm of a positive normal number, within a few units of the last place: x = m 2^e with m in
    /// [sqrt(1/2), sqrt(2)), ln x = e ln 2 + 2 atanh((m - 1) / (m + 1)).
    /// </summary>
    internal static double NaturalLogarithm(double x)
    {
        const long MantissaMask = 0x000F_FFFF_FFFF_FFFF;
        const long BitsOfOne = 0x3FF0_0000_0000_0000;
        const double SquareRootOfTwo = 1.4142135623730951;
        const double LogarithmOfTwo = 0.6931471805599453;

        long bits = BitConverter.DoubleToInt64Bits(x);
        int exponent = (int)(bits >> 52) - 1023;
        double m = BitConverter.Int64BitsToDouble((bits & MantissaMask) | BitsOfOne);
        if (m >= SquareRootOfTwo)
        {
            m /= 2;
            exponent++;
        }

        // |z| <= 0.172, so z^(2 * 13 + 1) / 27 is below the last place.
        double z = (m - 1) / (m + 1);
        double square = z * z;
        double sum = 0;
        for (int k = 12; k >= 0; k--)
            sum = (sum * square) + (1.0 / ((2 * k) + 1));
        return (exponent * LogarithmOfTwo) + (2 * z * sum);
    }

    private static ulong SplitMix(ref ulong state)
    {
        state += SplitMix64.Golden;
        return SplitMix64.Mix(state);
    }
}
