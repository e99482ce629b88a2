// Trains GPH models. All input is checked first; everything after that is deterministic for a seed, whatever the threads.
using HashDb.Models.Data;
using HashDb.Models.Encoding;
using HashDb.Models.Training;

namespace HashDb.Models.Kinds.Gph;

/// <summary>Makes <see cref="GphModel"/>s.</summary>
public static class GphTrainer
{
    internal static readonly SettingTable<GphOptions> Settings = new SettingTable<GphOptions>(new GphOptions())
        .Integer(
            "points",
            o => o.InducingPointCount,
            (o, v) => o with { InducingPointCount = v },
            1,
            GphOptions.MaxInducingPointCount,
            "Inducing points; at most the number of training rows.",
            (_, rows, _) => MostPoints(rows))
        .Choice(
            "point-choice",
            o => o.InducingPoints,
            (o, v) => o with { InducingPoints = v },
            "Where the inducing points lie; auto takes k-means centres within each class, or of all rows for label sets.")
        .Choice(
            "inference",
            o => o.Inference,
            (o, v) => o with { Inference = v },
            "How codes are found: full samples them as published, class-codes fixes one per class; auto takes class-codes for "
            + "single labels.")
        .Choice(
            "approximation",
            o => o.Approximation,
            (o, v) => o with { Approximation = v },
            "Variance that the points do not explain: dropped (dtc) or kept as noise (fitc, as published).")
        .Real(
            "length-scale",
            o => o.LengthScale,
            (o, v) => o with { LengthScale = v },
            1e-6,
            1e6,
            "Length scale of the kernel, in units of the preprocessed vectors.")
        .Real(
            "signal-variance", o => o.SignalVariance, (o, v) => o with { SignalVariance = v }, 1e-6, 1e9, "Signal variance of the kernel.")
        .Boolean(
            "choose-kernel",
            o => o.ChooseKernel,
            (o, v) => o with { ChooseKernel = v },
            "Chooses length scale and signal variance by validation on the training rows; the two settings are then ignored.")
        .Real(
            "pair-scale",
            o => o.PairScale,
            (o, v) => o with { PairScale = v },
            0,
            100,
            "Scale of the pairwise similarity in full inference; 0 takes 3.2 / bits.")
        .Integer(
            "representatives",
            o => o.Representatives,
            (o, v) => o with { Representatives = v },
            1,
            GphOptions.MaxRepresentatives,
            "Rows that each row's code is compared with in full inference.")
        .Integer(
            "sweeps",
            o => o.MaxSweeps,
            (o, v) => o with { MaxSweeps = v },
            1,
            GphOptions.MaxMaxSweeps,
            "At most so many sweeps of expectation propagation; class codes never take more than three.")
        .Choice("preprocessing", o => o.Preprocessing, (o, v) => o with { Preprocessing = v }, "What is done to raw vectors first.")
        .Algebra(o => o.Algebra, (o, v) => o with { Algebra = v });

    /// <summary>As many points as rows, and only so many that one array holds a number for each pair of the two.</summary>
    internal static int MostPoints(int rowCount) => Math.Min(rowCount, Array.MaxLength / Math.Max(1, rowCount));

    /// <summary>Trains a model.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="vectors">Raw training rows.</param>
    /// <param name="labels">A class, or a set of labels, for each row; rows that share a label are similar.</param>
    /// <param name="progress">Told after each step, from any thread.</param>
    /// <param name="cancellationToken">Stops the training at the next step.</param>
    /// <exception cref="ArgumentException">
    /// A setting, a row or the labels are not usable; says which and why, before work starts.
    /// </exception>
    /// <exception cref="OperationCanceledException">The training was cancelled.</exception>
    public static GphModel Train(
        GphOptions options,
        FeatureMatrix vectors,
        LabelSet labels,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(vectors);
        options.Validate();
        TrainingSet.RequireLabels(labels, GphModel.KindName);
        Settings.CheckRows(options, vectors.Count, hasLabels: true);
        TrainingSet set = TrainingSet.Create(vectors, labels, options.Preprocessing);
        TrainingLabels known = set.Labels!;
        GphOptions resolved = options.Resolve(known.IsSingleLabel);
        if (!known.IsSingleLabel && resolved.Inference == GphInference.ClassCodes)
            throw new ArgumentException(
                "inference is class-codes, which needs one class for each row; these rows have sets of labels. Use full.", nameof(options));
        if (!known.IsSingleLabel && resolved.InducingPoints == InducingPointChoice.ClassKMeans)
            throw new ArgumentException(
                "point-choice is class-k-means, which needs one class for each row; these rows have sets of labels. Use k-means.",
                nameof(options));

        ParallelOptions parallel = TrainingThreads.Options(options.MaxDegreeOfParallelism, cancellationToken);
        if (resolved.ChooseKernel)
        {
            (double lengthScale, double signalVariance) = KernelChoice.Choose(set, labels, resolved, parallel, progress);
            resolved = resolved with { LengthScale = lengthScale, SignalVariance = signalVariance };
        }

        GphFit fit = GphFit.Run(set.Rows, set.Dimensions, known, resolved, parallel, progress);
        var weights = new float[fit.Weights.Length];
        System.Numerics.Tensors.TensorPrimitives.Multiply(fit.Weights, (float)resolved.SignalVariance, weights);
        progress?.Report(new TrainingProgress("done", 1));
        return new GphModel(
            set.Dimensions,
            options.BitCount,
            new KernelParameters { LengthScale = resolved.LengthScale, Points = fit.Points, Weights = weights },
            set.Preprocessing,
            new ModelProvenance
            {
                Kind = GphModel.KindName,
                Options = Settings.ToMap(resolved),
                Seed = options.Seed,
                TrainingRows = set.Count,
                DataFingerprint = set.Fingerprint,
                Training = ModelValueMap.Create(
                    ("distinctTrainingCodes", fit.DistinctCodes),
                    ("jitter", fit.Jitter),
                    ("labels", known.LabelCount),
                    ("sweeps", fit.Sweeps)),
            });
    }
}
