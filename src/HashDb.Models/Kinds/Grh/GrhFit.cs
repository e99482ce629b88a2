// Graph regularised hashing (Moran and Lavrenko 2015): alternates smoothing the codes over the neighbour graph with learning
// functions that give the smoothed codes. Bits are learned in parallel; all randomness is addressed by round and bit.
using HashDb.Models.Numerics;
using HashDb.Models.Training;

namespace HashDb.Models.Kinds.Grh;

/// <summary>The functions found: linear in the features.</summary>
/// <param name="Weights">Row-major, <c>bits * features.Width</c>.</param>
/// <param name="Bias">One per bit.</param>
/// <param name="FreshBits">Times that a bit's targets were all equal and it got a fresh random hyperplane.</param>
/// <param name="ChangedShare">The share of the target bits that the last smoothing changed.</param>
internal sealed record GrhFit(float[] Weights, float[] Bias, int FreshBits, double ChangedShare)
{
    /// <summary>Fits.</summary>
    /// <param name="features">Preprocessed rows or their kernel values.</param>
    /// <param name="codes">Start: row-major, <c>rows * bits</c>, +1 or -1; overwritten.</param>
    /// <param name="bits">Bits of a code.</param>
    /// <param name="affinity">The neighbour graph.</param>
    /// <param name="learner">Who learns the bits.</param>
    /// <param name="options">Alpha, iterations, seed.</param>
    /// <param name="parallel">Threads and cancellation.</param>
    /// <param name="progress">Told after each round; may be null.</param>
    public static GrhFit Run(
        RowStatistics features,
        float[] codes,
        int bits,
        IAffinity affinity,
        IBitLearner learner,
        GrhOptions options,
        ParallelOptions parallel,
        IProgress<TrainingProgress>? progress)
    {
        int count = features.Count, width = features.Width;
        float[] weights = new float[bits * width];
        float[] bias = new float[bits];
        float[] averages = new float[codes.Length];
        int fresh = 0;
        double changed = 0;
        for (int round = 0; round < options.Iterations; round++)
        {
            affinity.Average(codes, bits, averages, parallel);
            changed = Smooth(codes, averages, options);
            int current = round;
            Parallel.For(0, bits, parallel, k =>
            {
                float[] targets = new float[count];
                int positive = 0;
                for (int n = 0; n < count; n++)
                {
                    targets[n] = codes[(n * bits) + k];
                    positive += targets[n] > 0 ? 1 : 0;
                }

                ulong stream = 1_000 + ((ulong)current * (ulong)bits) + (ulong)k;
                Span<float> row = weights.AsSpan(k * width, width);
                if (positive == 0 || positive == count)
                {
                    bias[k] = RandomPlane(features, SeededRandom.ForStream(options.Seed, stream), row);
                    Interlocked.Increment(ref fresh);
                }
                else
                {
                    bias[k] = learner.Fit(k, targets, SeededRandom.ForStream(options.Seed, stream).NextUInt64(), row);
                }
            });

            float[] values = features.Project(weights, bias, bits);
            for (int i = 0; i < values.Length; i++)
                codes[i] = values[i] >= 0 ? 1 : -1;
            progress?.Report(new TrainingProgress("rounds", 0.1 + (0.9 * (round + 1) / options.Iterations)));
        }

        return new GrhFit(weights, bias, fresh, changed);
    }

    /// <summary>
    /// <c>B' = sgn(alpha D^-1 A B + (1 - alpha) B)</c>. The product stays real-valued until the sum; rounding it first is the
    /// tutorial's way.
    /// </summary>
    private static double Smooth(float[] codes, float[] averages, GrhOptions options)
    {
        float alpha = (float)options.Alpha;
        long flips = 0;
        for (int i = 0; i < codes.Length; i++)
        {
            float average = options.RoundProduct ? (averages[i] >= 0 ? 1 : -1) : averages[i];
            float target = (alpha * average) + ((1 - alpha) * codes[i]) >= 0 ? 1 : -1;
            if (target != codes[i])
                flips++;
            codes[i] = target;
        }

        return (double)flips / codes.Length;
    }

    /// <summary>A random plane through the mean of the features, so that it splits them.</summary>
    private static float RandomPlane(RowStatistics features, SeededRandom random, Span<float> weights)
    {
        random.FillNormal(weights);
        double[] mean = features.Mean();
        double along = 0;
        for (int j = 0; j < mean.Length; j++)
            along += mean[j] * weights[j];
        return (float)-along;
    }
}
