// Trains GRH models. All input is checked first; everything after that is deterministic for a seed, whatever the threads.
using HashDb.Models.Data;
using HashDb.Models.Encoding;
using HashDb.Models.Kinds.Gph;
using HashDb.Models.Kinds.Itq;
using HashDb.Models.Numerics;
using HashDb.Models.Training;

namespace HashDb.Models.Kinds.Grh;

/// <summary>Makes models of kind <c>grh</c>: <see cref="GrhModel"/>, or <see cref="GrhKernelModel"/> with the kernel learner.</summary>
public static class GrhTrainer
{
    internal static readonly SettingTable<GrhOptions> Settings = new SettingTable<GrhOptions>(new GrhOptions())
        .Real(
            "alpha",
            o => o.Alpha,
            (o, v) => o with { Alpha = v },
            0,
            1,
            "Weight of the neighbours' average code; up to 0.5 no bit can flip, and the start's own codes are refitted.")
        .Integer(
            "iterations",
            o => o.Iterations,
            (o, v) => o with { Iterations = v },
            1,
            GrhOptions.MaxIterations,
            "Rounds of smoothing and learning.")
        .Boolean(
            "round-product",
            o => o.RoundProduct,
            (o, v) => o with { RoundProduct = v },
            "Rounds the neighbours' average to +-1 before it is weighted, as the tutorial's code does.")
        .Choice(
            "affinity",
            o => o.Affinity,
            (o, v) => o with { Affinity = v },
            "Which rows are neighbours; auto takes labels when there are some, nearest neighbours otherwise.")
        .Integer(
            "neighbours",
            o => o.Neighbours,
            (o, v) => o with { Neighbours = v },
            1,
            GrhOptions.MaxNeighbours,
            "Nearest rows that are a row's neighbours.",
            (o, rows, hasLabels) => IsByLabels(o, hasLabels) ? null : rows - 1)
        .Choice("start", o => o.Start, (o, v) => o with { Start = v }, "Hyperplanes that give the first codes; cca-itq needs labels.")
        .Choice("learner", o => o.Learner, (o, v) => o with { Learner = v }, "What learns a bit.")
        .Real("cost", o => o.Cost, (o, v) => o with { Cost = v }, 1e-9, 1e9, "C of the svm and passive-aggressive learners.")
        .Real(
            "regularization",
            o => o.Regularization,
            (o, v) => o with { Regularization = v },
            1e-9,
            1e9,
            "Added to the diagonal by the ridge and kernel learners.")
        .Integer(
            "epochs",
            o => o.MaxEpochs,
            (o, v) => o with { MaxEpochs = v },
            1,
            GrhOptions.MaxMaxEpochs,
            "At most so many passes of the svm and passive-aggressive learners.")
        .Real("tolerance", o => o.Tolerance, (o, v) => o with { Tolerance = v }, 1e-9, 10, "Where the svm learner stops.")
        .Integer(
            "anchors",
            o => o.AnchorCount,
            (o, v) => o with { AnchorCount = v },
            1,
            GphOptions.MaxInducingPointCount,
            "Radial basis functions of the kernel learner; at most the number of training rows.",
            (o, rows, _) => o.Learner == GrhLearner.Kernel ? GphTrainer.MostPoints(rows) : null)
        .Choice("anchor-choice", o => o.Anchors, (o, v) => o with { Anchors = v }, "Where they lie.")
        .Real(
            "length-scale",
            o => o.LengthScale,
            (o, v) => o with { LengthScale = v },
            1e-6,
            1e6,
            "Their length scale, in units of the preprocessed vectors.")
        .Choice("preprocessing", o => o.Preprocessing, (o, v) => o with { Preprocessing = v }, "What is done to raw vectors first.")
        .Algebra(o => o.Algebra, (o, v) => o with { Algebra = v });

    /// <summary>Trains a model.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="vectors">Raw training rows.</param>
    /// <param name="labels">A class, or a set of labels, for each row; may be null when the neighbours are the nearest rows.</param>
    /// <param name="progress">Told after each step.</param>
    /// <param name="cancellationToken">Stops the training at the next step.</param>
    /// <exception cref="ArgumentException">
    /// A setting, a row or the labels are not usable; says which and why, before work starts.
    /// </exception>
    /// <exception cref="OperationCanceledException">The training was cancelled.</exception>
    public static MarginModel Train(
        GrhOptions options,
        FeatureMatrix vectors,
        LabelSet? labels,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(vectors);
        options.Validate();
        bool byLabels = IsByLabels(options, labels is not null);
        CheckAgainstData(options, vectors, labels, byLabels);
        TrainingSet set = TrainingSet.Create(vectors, labels, options.Preprocessing);
        if (options.Start == GrhStart.CcaItq)
            Directions.CheckCanonicalSize(set.Dimensions, set.Labels!.LabelCount);
        if (options.Learner == GrhLearner.Kernel && options.Anchors == InducingPointChoice.ClassKMeans
            && set.Labels is not { IsSingleLabel: true })
            throw new ArgumentException(
                "anchor-choice is class-k-means, which needs one class for each row. Use k-means or random.", nameof(options));

        ParallelOptions parallel = TrainingThreads.Options(options.MaxDegreeOfParallelism, cancellationToken);
        progress?.Report(new TrainingProgress("start", 0));
        var rows = new RowStatistics(set.Rows, set.Count, set.Dimensions, options.Algebra, parallel);
        float[] codes = StartingCodes(rows, set, options, parallel);
        progress?.Report(new TrainingProgress("neighbours", 0.05));
        IAffinity affinity = !byLabels
            ? new NeighbourAffinity(set.Rows, set.Count, set.Dimensions, options.Neighbours, options.Algebra, parallel)
            : set.Labels!.IsSingleLabel ? new ClassAffinity(set.Labels) : new SetAffinity(set.Labels);

        float[]? anchors = options.Learner == GrhLearner.Kernel ? ChooseAnchors(set, options, parallel) : null;
        float[] values = anchors is null ? set.Rows : KernelValues(set, anchors, options, parallel);
        RowStatistics features = anchors is null
            ? rows
            : new RowStatistics(values, set.Count, options.AnchorCount, options.Algebra, parallel);
        IBitLearner learner = options.Learner switch
        {
            GrhLearner.Svm =>
                new SvmLearner(values, set.Count, features.Width, options.BitCount, options.Cost, options.Tolerance, options.MaxEpochs),
            GrhLearner.PassiveAggressive =>
                new PassiveAggressiveLearner(values, set.Count, features.Width, options.Cost, options.MaxEpochs),
            _ => new RidgeLearner(features, values, options.Regularization),
        };
        GrhFit fit = GrhFit.Run(features, codes, options.BitCount, affinity, learner, options, parallel, progress);
        ModelProvenance provenance = new()
        {
            Kind = GrhModel.KindName,
            Options = Settings.ToMap(options),
            Seed = options.Seed,
            TrainingRows = set.Count,
            DataFingerprint = set.Fingerprint,
            Training = ModelValueMap.Create(("changedByLastSmoothing", fit.ChangedShare), ("freshBits", fit.FreshBits)),
        };
        return anchors is null
            ? new GrhModel(set.Dimensions, options.BitCount, 1, fit.Weights, fit.Bias, set.Preprocessing, provenance)
            : new GrhKernelModel(
                set.Dimensions,
                options.BitCount,
                new KernelParameters { LengthScale = options.LengthScale, Points = anchors, Weights = fit.Weights, Bias = fit.Bias },
                set.Preprocessing,
                provenance);
    }

    private static void CheckAgainstData(GrhOptions options, FeatureMatrix vectors, LabelSet? labels, bool byLabels)
    {
        if (labels is null && (byLabels || options.Start == GrhStart.CcaItq))
            throw new ArgumentNullException(
                nameof(labels),
                byLabels
                    ? "affinity is labels, but there are none: give labels, or take affinity neighbours."
                    : "start is cca-itq, which needs labels, but there are none: give labels, or take another start.");
        Settings.CheckRows(options, vectors.Count, labels is not null);
        if (options.Start == GrhStart.Pca)
            Directions.CheckPrincipalCount(options.BitCount, vectors.Dimensions);
    }

    private static bool IsByLabels(GrhOptions options, bool hasLabels) =>
        options.Affinity == GrhAffinity.Labels || (options.Affinity == GrhAffinity.Auto && hasLabels);

    /// <summary>The signs of the starting hyperplanes: row-major, <c>rows * bits</c>, +1 or -1.</summary>
    private static float[] StartingCodes(RowStatistics rows, TrainingSet set, GrhOptions options, ParallelOptions parallel)
    {
        float[] weights = new float[options.BitCount * set.Dimensions];
        float[] bias = new float[options.BitCount];
        switch (options.Start)
        {
            case GrhStart.Lsh:
                // The planes that LSH draws for this seed, up to their length.
                SeededRandom.ForStream(options.Seed, 0).FillNormal(weights);
                break;
            case GrhStart.Pca:
                Directions directions = Directions.Principal(rows, options.BitCount, SeededRandom.ForStream(options.Seed, 0), parallel);
                (weights, bias) = ItqFit.Unrotated(directions, options.BitCount, set.Dimensions);
                break;
            default:
                ItqFit fit = ItqFit.Canonical(
                    rows, set.Labels!, options.BitCount, new ItqOptions().Iterations, CcaItqOptions.DefaultRegularization, options.Seed,
                    options.Algebra, parallel);
                (weights, bias) = (fit.Weights, fit.Bias);
                break;
        }

        float[] codes = rows.Project(weights, bias, options.BitCount);
        for (int i = 0; i < codes.Length; i++)
            codes[i] = codes[i] >= 0 ? 1 : -1;
        return codes;
    }

    private static float[] ChooseAnchors(TrainingSet set, GrhOptions options, ParallelOptions parallel)
    {
        InducingPointChoice choice = options.Anchors != InducingPointChoice.Auto ? options.Anchors
            : set.Labels is { IsSingleLabel: true } ? InducingPointChoice.ClassKMeans : InducingPointChoice.KMeans;
        return InducingPoints.Choose(
            set.Rows,
            set.Count,
            set.Dimensions,
            set.Labels,
            options.AnchorCount,
            choice,
            Preprocessing.Scales(options.Preprocessing),
            SeededRandom.ForStream(options.Seed, 2),
            options.Algebra,
            parallel);
    }

    private static float[] KernelValues(TrainingSet set, float[] anchors, GrhOptions options, ParallelOptions parallel)
    {
        const int ChunkRows = 1_024;
        int width = options.AnchorCount;
        var kernel = new RbfKernel(options.LengthScale, 1);
        float[] values = GC.AllocateUninitializedArray<float>(set.Count * width);
        Parallel.For(0, (set.Count + ChunkRows - 1) / ChunkRows, parallel, chunk =>
        {
            int first = chunk * ChunkRows;
            int count = Math.Min(ChunkRows, set.Count - first);
            kernel.Fill(
                set.Rows.AsSpan(
                    first * set.Dimensions,
                    count * set.Dimensions), anchors, count, width, set.Dimensions, options.Algebra, values.AsSpan(
                        first * width, count * width));
        });
        return values;
    }
}
