// Chooses length scale and signal variance by validation on training rows: a part of them is fitted once per pair of values on a
// grid, another part is encoded, and the pair with the highest mean average precision among the encoded rows wins. The codes are
// drawn once per fit with the same seed, so only the kernel differs.
using HashDb.Models.LinearAlgebra;
using HashDb.Models.Kernels;
using HashDb.Models.Training;

namespace HashDb.Models.Gph;

/// <summary>Validation of kernel settings.</summary>
internal static class KernelChoice
{
    /// <summary>4,000 rows fitted and 1,000 ranked: a fit takes a second or two, and the standard error of the result is about .005.</summary>
    private const int MaxFitted = 4_000, MaxRanked = 1_000;

    private const int MaxPoints = 200;

    private static readonly double[] LengthScales = [0.5, 0.7, 1, 1.4, 2];
    private static readonly double[] SignalVariances = [1, 10, 100];

    /// <summary>Chooses.</summary>
    public static (double LengthScale, double SignalVariance) Choose(
        TrainingSet set, GphOptions options, ParallelOptions parallel, IProgress<TrainingProgress>? progress)
    {
        int ranked = Math.Min(MaxRanked, Math.Max(1, set.Count / 5));
        int fitted = Math.Min(MaxFitted, set.Count - ranked);
        int[] order = Enumerable.Range(0, set.Count).ToArray();
        SeededRandom.ForStream(options.Seed, 3).Shuffle<int>(order);
        int[] fitRows = order.AsSpan(0, fitted).ToArray(), rankRows = order.AsSpan(fitted, ranked).ToArray();
        float[] fitVectors = Gather(set, fitRows), rankVectors = Gather(set, rankRows);
        TrainingLabels fitLabels = set.Labels!.Select(fitRows), rankLabels = set.Labels.Select(rankRows);

        (double LengthScale, double SignalVariance) best = (options.LengthScale, options.SignalVariance);
        double bestScore = double.NegativeInfinity;
        int done = 0;
        foreach (double signalVariance in SignalVariances)
        {
            foreach (double lengthScale in LengthScales)
            {
                GphOptions tried = options with
                {
                    LengthScale = lengthScale,
                    SignalVariance = signalVariance,
                    InducingPointCount = Math.Min(Math.Min(MaxPoints, options.InducingPointCount), fitted),
                };
                GphFit fit = GphFit.Run(fitVectors, set.Dimensions, fitLabels, tried, parallel, null);
                double score = MeanAveragePrecision(Encode(rankVectors, ranked, set.Dimensions, fit, tried), rankLabels);
                if (score > bestScore)
                    (best, bestScore) = ((lengthScale, signalVariance), score);
                progress?.Report(new TrainingProgress("validation", (double)++done / (LengthScales.Length * SignalVariances.Length)));
            }
        }

        return best;
    }

    private static float[] Gather(TrainingSet set, int[] rows)
    {
        float[] vectors = new float[rows.Length * set.Dimensions];
        for (int i = 0; i < rows.Length; i++)
            set.Rows.AsSpan(rows[i] * set.Dimensions, set.Dimensions).CopyTo(vectors.AsSpan(i * set.Dimensions));
        return vectors;
    }

    private static ulong[] Encode(float[] vectors, int count, int dimensions, GphFit fit, GphOptions options)
    {
        float[] values = new float[count * options.InducingPointCount];
        new RbfKernel(options.LengthScale, 1).Fill(vectors, fit.Points, count, options.InducingPointCount, dimensions, options.Algebra, values);
        float[] functions = new float[count * options.BitCount];
        options.Algebra.MultiplyTransposed(values, fit.Weights, count, options.BitCount, options.InducingPointCount, functions);
        ulong[] codes = new ulong[count];
        for (int n = 0; n < count; n++)
        {
            for (int k = 0; k < options.BitCount; k++)
                codes[n] |= (functions[(n * options.BitCount) + k] > 0 ? 1UL : 0) << k;
        }

        return codes;
    }

    /// <summary>Each row a query against the others, ties by index; rows without a similar row are left out.</summary>
    private static double MeanAveragePrecision(ulong[] codes, TrainingLabels labels)
    {
        double total = 0;
        int queries = 0;
        int[] order = new int[codes.Length];
        int[] keys = new int[codes.Length];
        for (int q = 0; q < codes.Length; q++)
        {
            for (int j = 0; j < codes.Length; j++)
            {
                order[j] = j;
                keys[j] = (System.Numerics.BitOperations.PopCount(codes[q] ^ codes[j]) * codes.Length) + j;
            }

            Array.Sort(keys, order);
            double sum = 0;
            int found = 0, rank = 0;
            foreach (int j in order)
            {
                if (j == q)
                    continue;
                rank++;
                if (labels.AreSimilar(q, j))
                    sum += (double)++found / rank;
            }

            if (found > 0)
            {
                total += sum / found;
                queries++;
            }
        }

        return queries > 0 ? total / queries : 0;
    }
}
