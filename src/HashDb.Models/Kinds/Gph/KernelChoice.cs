// Chooses length scale and signal variance by validation on training rows: a part of them is fitted once per pair of values on a
// grid, another part is encoded, and the pair with the highest mean average precision among the encoded rows wins. The codes are
// drawn once per fit with the same seed, so only the kernel differs.
using HashDb.Models.Data;
using HashDb.Models.Encoding;
using HashDb.Models.Evaluation;
using HashDb.Models.Numerics;
using HashDb.Models.Training;

namespace HashDb.Models.Kinds.Gph;

/// <summary>Validation of kernel settings.</summary>
internal static class KernelChoice
{
    /// <summary>
    /// 4,000 rows fitted and 1,000 ranked: a fit takes a second or two, and the standard error of the result is about .005.
    /// </summary>
    private const int MaxFitted = 4_000, MaxRanked = 1_000;

    private const int MaxPoints = 200;

    private static readonly double[] LengthScales = [0.5, 0.7, 1, 1.4, 2];
    private static readonly double[] SignalVariances = [1, 10, 100];

    /// <summary>Chooses.</summary>
    public static (double LengthScale, double SignalVariance) Choose(
        TrainingSet set, LabelSet labels, GphOptions options, ParallelOptions parallel, IProgress<TrainingProgress>? progress)
    {
        int ranked = Math.Min(MaxRanked, Math.Max(1, set.Count / 5));
        int fitted = Math.Min(MaxFitted, set.Count - ranked);
        int[] order = Enumerable.Range(0, set.Count).ToArray();
        SeededRandom.ForStream(options.Seed, 3).Shuffle<int>(order);
        int[] fitRows = order.AsSpan(0, fitted).ToArray(), rankRows = order.AsSpan(fitted, ranked).ToArray();
        float[] fitVectors = Gather(set, fitRows);
        TrainingLabels fitLabels = set.Labels!.Select(fitRows);
        var preprocessed = new FeatureMatrix(set.Rows, set.Dimensions);

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
                double score = MeanAveragePrecision(fit, tried, preprocessed, labels, rankRows, parallel.CancellationToken);
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

    /// <summary>
    /// Each of the rows a query against the others. The rows are preprocessed already, so the model must not do it again.
    /// </summary>
    private static double MeanAveragePrecision(
        GphFit fit, GphOptions options, FeatureMatrix preprocessed, LabelSet labels, int[] rows, CancellationToken cancellationToken)
    {
        var model = new GphModel(
            preprocessed.Dimensions,
            options.BitCount,
            new KernelParameters { LengthScale = options.LengthScale, Points = fit.Points, Weights = fit.Weights },
            Preprocessing.None,
            new ModelProvenance { Kind = GphModel.KindName });
        HashcodeSet codes = HashcodeSet.Encode(model, preprocessed, rows);
        return RankingEvaluation.Run(
            codes, rows, codes, rows, labels, new RankingEvaluationOptions(), cancellationToken).MeanAveragePrecision;
    }
}
