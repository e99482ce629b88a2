// Fits the functions of all bits to preprocessed rows: inducing points, whitened features, codes, expectation propagation.
// Bits are independent given the codes, so each sweep is one task per bit. Every step is deterministic for a seed.
using HashDb.Models.Encoding;
using HashDb.Models.Numerics;
using HashDb.Models.Training;

namespace HashDb.Models.Kinds.Gph;

/// <summary>A fit: inducing points and the weights of each bit.</summary>
/// <param name="Points">Row-major, <c>InducingPointCount * dimensions</c>.</param>
/// <param name="Weights">Row-major, <c>BitCount * InducingPointCount</c>; a bit's function is <c>k(x)' w</c>.</param>
/// <param name="Sweeps">Sweeps of expectation propagation.</param>
/// <param name="DistinctCodes">Distinct codes of the training rows at the end.</param>
/// <param name="Jitter">The relative jitter that the kernel matrix needed.</param>
internal sealed record GphFit(float[] Points, float[] Weights, int Sweeps, int DistinctCodes, double Jitter)
{
    /// <summary>Expectation propagation has converged when a sweep changes the precisions by less than this share.</summary>
    private const double ConvergedChange = 0.03;

    /// <summary>
    /// Sweeps over fixed codes: the precisions still creep, but from the third on the mean average precision of 5,000 images stays
    /// within .0001.
    /// </summary>
    private const int MaxFixedCodeSweeps = 3;

    /// <summary>Codes have settled when a sweep flips at most this share of the bits.</summary>
    private const double SettledFlips = 0.002;

    /// <summary>Sweeps over the codes before the functions come in.</summary>
    private const int MaxBurnIn = 6;

    /// <summary>Fits.</summary>
    /// <param name="vectors">Preprocessed rows, row-major, <c>labels.Count * dimensions</c>.</param>
    /// <param name="dimensions">Length of a row.</param>
    /// <param name="labels">What is similar.</param>
    /// <param name="options">Resolved options: nothing is left on automatic.</param>
    /// <param name="parallel">Threads and cancellation.</param>
    /// <param name="progress">Told after each step; may be null.</param>
    public static GphFit Run(
        float[] vectors, int dimensions, TrainingLabels labels, GphOptions options, ParallelOptions parallel,
        IProgress<TrainingProgress>? progress)
    {
        int count = labels.Count;
        progress?.Report(new TrainingProgress("inducing points", 0));
        float[] points = InducingPoints.Choose(
            vectors,
            count,
            dimensions,
            labels,
            options.InducingPointCount,
            options.InducingPoints,
            Preprocessing.Scales(options.Preprocessing),
            SeededRandom.ForStream(options.Seed, 1),
            options.Algebra,
            parallel);
        progress?.Report(new TrainingProgress("kernel features", 0));
        GphFeatures features = GphFeatures.Compute(
            vectors,
            count,
            points,
            options.InducingPointCount,
            dimensions,
            new RbfKernel(options.LengthScale, options.SignalVariance),
            options.Approximation == SparseApproximation.Fitc,
            options.Algebra,
            parallel);

        var bits = new EpBit[options.BitCount];
        for (int k = 0; k < bits.Length; k++)
            bits[k] = new EpBit(features, options.Algebra);
        (ulong[] codes, int sweeps) = options.Inference == GphInference.ClassCodes
            ? FitClassCodes(features, bits, labels, options, parallel, progress)
            : FitSampledCodes(features, bits, labels, options, parallel, progress);

        float[] weights = new float[options.BitCount * options.InducingPointCount];
        progress?.Report(new TrainingProgress("weights", 0.96));
        ForEachBit(
            bits.Length,
            features,
            parallel,
            (k, scratch) => WriteWeights(features, bits[k], scratch, weights.AsSpan(k * features.Width, features.Width)));
        return new GphFit(points, weights, sweeps, codes.Distinct().Count(), features.Jitter);
    }

    /// <summary>Fixed codes: each bit sweeps until it has converged, independently of the others.</summary>
    private static (ulong[] Codes, int Sweeps) FitClassCodes(
        GphFeatures features, EpBit[] bits, TrainingLabels labels, GphOptions options, ParallelOptions parallel,
        IProgress<TrainingProgress>? progress)
    {
        ulong[] ofClass = ClassCodes.Choose(labels.LabelCount, options.BitCount, SeededRandom.ForStream(options.Seed, 2));
        ulong[] codes = new ulong[features.Count];
        for (int n = 0; n < codes.Length; n++)
            codes[n] = ofClass[labels.Classes[n]];

        int most = 0, done = 0;
        object gate = new();
        ForEachBit(bits.Length, features, parallel, (k, scratch) =>
        {
            sbyte[] signs = SignsOf(codes, k);
            int sweeps = 0;
            double change = double.PositiveInfinity;
            while (sweeps < Math.Min(options.MaxSweeps, MaxFixedCodeSweeps) && change >= ConvergedChange)
            {
                parallel.CancellationToken.ThrowIfCancellationRequested();
                change = bits[k].Sweep(signs, scratch, []);
                sweeps++;
            }

            lock (gate)
            {
                most = Math.Max(most, sweeps);
                progress?.Report(new TrainingProgress("bits", 0.1 + (0.85 * ++done / bits.Length)));
            }
        });
        return (codes, most);
    }

    /// <summary>Latent codes: burn in without the functions, then alternate.</summary>
    private static (ulong[] Codes, int Sweeps) FitSampledCodes(
        GphFeatures features, EpBit[] bits, TrainingLabels labels, GphOptions options, ParallelOptions parallel,
        IProgress<TrainingProgress>? progress)
    {
        CodeSampler sampler = CreateSampler(labels, options);
        BurnIn(sampler, parallel, progress);

        float[][] prior = new float[bits.Length][];
        double[] changes = new double[bits.Length];
        for (int k = 0; k < bits.Length; k++)
            prior[k] = new float[features.Count];
        int sweep = 0;
        while (sweep < options.MaxSweeps)
        {
            ForEachBit(
                bits.Length, features, parallel, (k, scratch) => changes[k] = bits[k].Sweep(SignsOf(sampler.Codes, k), scratch, prior[k]));
            sweep++;
            ulong[] before = (ulong[])sampler.Codes.Clone();
            double flips = sampler.Sweep(prior, parallel);
            TurnFlippedSites(bits, before, sampler.Codes);
            progress?.Report(new TrainingProgress("sweeps", 0.15 + (0.8 * sweep / options.MaxSweeps)));
            if (flips <= SettledFlips && changes.Average() < ConvergedChange)
                break;
        }

        return (sampler.Codes, sweep);
    }

    /// <summary>Samples codes from the labels alone until they have settled.</summary>
    internal static void BurnIn(CodeSampler sampler, ParallelOptions parallel, IProgress<TrainingProgress>? progress)
    {
        for (int sweep = 0; sweep < MaxBurnIn; sweep++)
        {
            double flips = sampler.Sweep(null, parallel);
            progress?.Report(new TrainingProgress("burn-in", 0.15 * (sweep + 1) / MaxBurnIn));
            if (flips <= SettledFlips)
                return;
        }
    }

    internal static CodeSampler CreateSampler(TrainingLabels labels, GphOptions options) => labels.IsSingleLabel
        ? new ClassCodeSampler(labels, options.BitCount, options.PairScale, options.Representatives, options.Seed)
        : new SetCodeSampler(labels, options.BitCount, options.PairScale, options.Representatives, options.Seed);

    private static void TurnFlippedSites(EpBit[] bits, ulong[] before, ulong[] after)
    {
        for (int n = 0; n < after.Length; n++)
        {
            for (ulong flipped = before[n] ^ after[n]; flipped != 0; flipped &= flipped - 1)
                bits[System.Numerics.BitOperations.TrailingZeroCount(flipped)].Flip(n);
        }
    }

    /// <summary><c>w = L^-T v</c>, with v the posterior mean.</summary>
    private static void WriteWeights(GphFeatures features, EpBit bit, EpScratch scratch, Span<float> weights)
    {
        double[] mean = new double[features.Width];
        double[] solved = new double[features.Width];
        bit.PosteriorMean(scratch, mean);
        Cholesky.MultiplyTransposed(features.InverseFactor, mean, solved);
        for (int i = 0; i < solved.Length; i++)
            weights[i] = (float)solved[i];
    }

    private static sbyte[] SignsOf(ulong[] codes, int bit) =>
        Array.ConvertAll(codes, code => (code >> bit & 1) != 0 ? (sbyte)1 : (sbyte)-1);

    private static void ForEachBit(int bits, GphFeatures features, ParallelOptions parallel, Action<int, EpScratch> action)
    {
        // One working memory per thread at most; handed from task to task, because it is the largest allocation of a sweep.
        var free = new System.Collections.Concurrent.ConcurrentBag<EpScratch>();
        Parallel.For(0, bits, parallel, k =>
        {
            if (!free.TryTake(out EpScratch? scratch))
                scratch = new EpScratch(features.Count, features.Width);
            action(k, scratch);
            free.Add(scratch);
        });
    }
}
