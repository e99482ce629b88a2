using HashDb.Models.Numerics;
using HashDb.Models.Training;

namespace HashDb.Models.Kinds.Itq;

/// <summary>Hyperplanes found by iterative quantisation.</summary>
/// <param name="Weights">Row-major, <c>bits * dimensions</c>.</param>
/// <param name="Bias">One per bit.</param>
internal sealed record ItqFit(float[] Weights, float[] Bias)
{
    /// <summary>CCA-ITQ: canonical directions, rotated.</summary>
    public static ItqFit Canonical(
        RowStatistics rows, TrainingLabels labels, int bits, int iterations, double regularization, ulong seed, IDenseAlgebra algebra,
        ParallelOptions parallel)
    {
        Directions directions = Directions.Canonical(rows, labels, bits, regularization);
        return Rotate(rows, directions, bits, iterations, SeededRandom.ForStream(seed, 1), algebra, parallel);
    }

    /// <summary>Rotates directions, of which there may be fewer than bits, into hyperplanes.</summary>
    public static ItqFit Rotate(
        RowStatistics rows, Directions directions, int bits, int iterations, SeededRandom random, IDenseAlgebra algebra,
        ParallelOptions parallel)
    {
        int width = rows.Width;
        (float[] weights, float[] bias) = Unrotated(directions, bits, width);
        float[] projections = rows.Project(weights, bias, bits);
        double[] rotation = CodeRotation.Find(projections, rows.Count, bits, iterations, random, algebra, parallel);

        // Bit k is column k of V R, so its hyperplane is the sum of the directions weighted by column k of R.
        float[] rotated = new float[bits * width];
        double[] sum = new double[width];
        for (int k = 0; k < bits; k++)
        {
            Array.Clear(sum);
            for (int i = 0; i < directions.Count; i++)
            {
                double factor = rotation[(i * bits) + k];
                for (int j = 0; j < width; j++)
                    sum[j] = Math.FusedMultiplyAdd(factor, directions.Weights[(i * width) + j], sum[j]);
            }

            for (int j = 0; j < width; j++)
                rotated[(k * width) + j] = (float)sum[j];
        }

        return new ItqFit(rotated, BiasOf(rotated, directions.Mean, bits, width));
    }

    /// <summary>The directions themselves as hyperplanes through the mean; those beyond the last direction are zero.</summary>
    public static (float[] Weights, float[] Bias) Unrotated(Directions directions, int bits, int width)
    {
        float[] weights = new float[bits * width];
        for (int i = 0; i < directions.Weights.Length; i++)
            weights[i] = (float)directions.Weights[i];
        return (weights, BiasOf(weights, directions.Mean, bits, width));
    }

    private static float[] BiasOf(float[] weights, double[] mean, int bits, int width)
    {
        float[] bias = new float[bits];
        for (int k = 0; k < bits; k++)
        {
            double along = 0;
            for (int j = 0; j < width; j++)
                along += weights[(k * width) + j] * mean[j];
            bias[k] = (float)-along;
        }

        return bias;
    }
}
