// log Phi(-<t, t'> / 2) of two codes by the number of bits in which they differ: what a pair of class targets adds to the sum
// that keeps targets apart. Evaluated with a continued fraction in additions, divisions and a logarithm made of such, because
// the targets that follow from it must be the same on every machine, which library functions do not promise.
using HashDb.Models.Numerics;

namespace HashDb.Models.Kinds.Grh.Streaming;

/// <summary>The value of a distance between two class targets.</summary>
internal static class SeparationGain
{
    /// <summary>Scale of the inner product, as in the short cut of Gaussian-process hashing.</summary>
    private const double Scale = 0.5;

    private const double HalfLogTwoPi = 0.91893853320467274178;

    /// <summary>Enough for thirteen digits at the smallest argument, 0.5.</summary>
    private const int Terms = 400;

    /// <summary>Value <c>d</c> of the table is that of two codes which differ in d of the bits.</summary>
    public static double[] Table(int bitCount)
    {
        double[] table = new double[bitCount + 1];
        for (int distance = 0; distance <= bitCount; distance++)
            table[distance] = LogCumulative(-Scale * (bitCount - (2 * distance)));
        return table;
    }

    private static double LogCumulative(double z)
    {
        if (z == 0)
            return SeededRandom.NaturalLogarithm(0.5);
        if (z < 0)
            return LogTail(-z);

        // log(1 - e^t) by its series where the tail vanishes beside 1.
        double tail = LogTail(z);
        double probability = Exponential(tail);
        return probability < 1e-5 ? -probability * (1 + (probability / 2)) : SeededRandom.NaturalLogarithm(1 - probability);
    }

    /// <summary>log Phi(-z), z > 0: the density over <c>z + 1/(z + 2/(z + 3/(z + ...)))</c>.</summary>
    private static double LogTail(double z)
    {
        double fraction = z;
        for (int term = Terms; term >= 1; term--)
            fraction = z + (term / fraction);
        return (-0.5 * z * z) - HalfLogTwoPi - SeededRandom.NaturalLogarithm(fraction);
    }

    /// <summary>e^t for t at most 0: halved until the series is short, then squared back.</summary>
    private static double Exponential(double t)
    {
        if (t < -700)
            return 0;
        const int Halvings = 12;
        double small = t / (1 << Halvings);
        double sum = 1;
        for (int term = 12; term >= 1; term--)
            sum = 1 + (small / term * sum);
        for (int i = 0; i < Halvings; i++)
            sum *= sum;
        return sum;
    }
}
