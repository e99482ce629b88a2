// The short cut for single-label data: instead of sampling the latent codes, give each class one code and keep the codes of
// different classes apart. Deterministic for a seed; sequential.
using HashDb.Models.Numerics;

namespace HashDb.Models.Kinds.Gph;

/// <summary>Well separated codes, one per class.</summary>
internal static class ClassCodes
{
    private const int Restarts = 16;
    private const int MaxPasses = 100;

    /// <summary>The scale of the inner product inside the probit.</summary>
    private const double Scale = 0.5;

    /// <summary>Work in code comparisons beyond which fewer restarts are made.</summary>
    private const double ComparisonBudget = 2e8;

    /// <summary>Chooses the codes by coordinate ascent of <c>sum over pairs of log Phi(-<see cref="Scale"/> y_c'y_c')</c>.</summary>
    /// <param name="classes">Number of classes, at least 2.</param>
    /// <param name="bits">Bits of a code, at most 64.</param>
    /// <param name="random">Start points.</param>
    /// <returns>One code per class; no bit is the same in all of them.</returns>
    public static ulong[] Choose(int classes, int bits, SeededRandom random)
    {
        double[] gain = new double[bits + 1];
        for (int distance = 0; distance <= bits; distance++)
            gain[distance] = StandardNormal.LogCumulative(-Scale * (bits - (2 * distance)));

        double perPass = (double)classes * classes * bits;
        int restarts = (int)Math.Clamp(ComparisonBudget / (perPass * 10), 1, Restarts);
        ulong[]? best = null;
        double bestValue = double.NegativeInfinity;
        for (int restart = 0; restart < restarts; restart++)
        {
            ulong[] codes = new ulong[classes];
            for (int c = 0; c < classes; c++)
                codes[c] = RandomCode(bits, random);
            double value = Ascend(codes, bits, gain);
            SplitConstantBits(codes, bits, random);
            if (value > bestValue)
                (best, bestValue) = (codes, value);
        }

        return best!;
    }

    private static double Ascend(ulong[] codes, int bits, double[] gain)
    {
        for (int pass = 0; pass < MaxPasses; pass++)
        {
            bool changed = false;
            for (int c = 0; c < codes.Length; c++)
            {
                for (int k = 0; k < bits; k++)
                {
                    ulong flipped = codes[c] ^ (1UL << k);
                    if (Sum(codes, c, flipped, gain) > Sum(codes, c, codes[c], gain) + 1e-12)
                    {
                        codes[c] = flipped;
                        changed = true;
                    }
                }
            }

            if (!changed)
                break;
        }

        double total = 0;
        for (int c = 0; c < codes.Length; c++)
            total += Sum(codes, c, codes[c], gain);
        return total;
    }

    private static double Sum(ulong[] codes, int c, ulong code, double[] gain)
    {
        double sum = 0;
        for (int other = 0; other < codes.Length; other++)
        {
            if (other != c)
                sum += gain[System.Numerics.BitOperations.PopCount(code ^ codes[other])];
        }

        return sum;
    }

    // A bit on which all classes agree teaches nothing; half of the classes, at random, take its other value.
    private static void SplitConstantBits(ulong[] codes, int bits, SeededRandom random)
    {
        for (int k = 0; k < bits; k++)
        {
            ulong mask = 1UL << k;
            if (codes.All(code => (code & mask) != 0) || codes.All(code => (code & mask) == 0))
            {
                int[] order = Enumerable.Range(0, codes.Length).ToArray();
                random.Shuffle(order);
                foreach (int c in order.AsSpan(0, Math.Max(1, codes.Length / 2)))
                    codes[c] ^= mask;
            }
        }
    }

    public static ulong RandomCode(int bits, SeededRandom random)
    {
        ulong code = 0;
        for (int k = 0; k < bits; k++)
            code |= (random.NextDouble() < 0.5 ? 0UL : 1UL) << k;
        return code;
    }
}
