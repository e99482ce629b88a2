using MathNet.Numerics;

namespace HashDb.Models.Kinds.Gph;

/// <summary>Functions of the standard normal distribution that stay accurate far into the tails.</summary>
internal static class StandardNormal
{
    /// <summary>log(2 pi) / 2.</summary>
    private const double HalfLogTwoPi = 0.91893853320467274178;

    private const double InverseRootTwo = 0.70710678118654752440;

    /// <summary>Below it the asymptotic series is exact to better than 1e-7 relative; above it the series must not be used.</summary>
    private const double SeriesBelow = -8;

    /// <summary>The logarithm of the cumulative distribution function.</summary>
    public static double LogCumulative(double z)
    {
        if (z > 0)
            return SpecialFunctions.Log1p(-0.5 * SpecialFunctions.Erfc(z * InverseRootTwo));
        if (z >= SeriesBelow)
            return Math.Log(0.5 * SpecialFunctions.Erfc(-z * InverseRootTwo));

        // 1 - 1/z^2 + 3/z^4 - 15/z^6 ...: eight terms, the error is below the next one, 2e6 / 64^8 at z = -8.
        double inverse = 1 / (z * z), term = 1, sum = 1;
        for (int k = 1; k <= 8; k++)
        {
            term *= -((2 * k) - 1) * inverse;
            sum += term;
        }

        return (-0.5 * z * z) - HalfLogTwoPi - Math.Log(-z) + Math.Log(sum);
    }

    /// <summary>The density divided by the cumulative distribution function.</summary>
    /// <param name="z">Where.</param>
    /// <param name="logCumulative">What <see cref="LogCumulative"/> gives there.</param>
    public static double Hazard(double z, double logCumulative) => Math.Exp((-0.5 * z * z) - HalfLogTwoPi - logCumulative);
}
