using HashDb.Models.Data;
using HashDb.Models.Numerics;
using HashDb.Models.Training;

namespace HashDb.Models.Kinds.Itq;

/// <summary>Makes <see cref="CcaItqModel"/>s.</summary>
public static class CcaItqTrainer
{
    internal static readonly SettingTable<CcaItqOptions> Settings = new SettingTable<CcaItqOptions>(new CcaItqOptions())
        .Integer("iterations", o => o.Iterations, (o, v) => o with { Iterations = v }, 1, ItqOptions.MaxIterations, "Rounds of rotation.")
        .Real(
            "regularization",
            o => o.Regularization,
            (o, v) => o with { Regularization = v },
            1e-12,
            1e6,
            "Added to the covariances, relative to their mean diagonal.")
        .Choice("preprocessing", o => o.Preprocessing, (o, v) => o with { Preprocessing = v }, "What is done to raw vectors first.")
        .Algebra(o => o.Algebra, (o, v) => o with { Algebra = v });

    /// <summary>Trains a model.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="vectors">Raw training rows.</param>
    /// <param name="labels">A class, or a set of labels, for each row.</param>
    /// <param name="progress">Told after each step.</param>
    /// <param name="cancellationToken">Stops the training at the next step.</param>
    /// <exception cref="ArgumentException">
    /// A setting, a row or the labels are not usable; says which and why, before work starts.
    /// </exception>
    public static CcaItqModel Train(
        CcaItqOptions options,
        FeatureMatrix vectors,
        LabelSet labels,
        IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(vectors);
        options.Validate();
        TrainingSet.RequireLabels(labels, CcaItqModel.KindName);
        TrainingSet set = TrainingSet.Create(vectors, labels, options.Preprocessing);
        Directions.CheckCanonicalSize(set.Dimensions, set.Labels!.LabelCount);
        ParallelOptions parallel = TrainingThreads.Options(options.MaxDegreeOfParallelism, cancellationToken);
        var rows = new RowStatistics(set.Rows, set.Count, set.Dimensions, options.Algebra, parallel);
        progress?.Report(new TrainingProgress("canonical directions", 0));
        ItqFit fit = ItqFit.Canonical(
            rows, set.Labels, options.BitCount, options.Iterations, options.Regularization, options.Seed, options.Algebra, parallel);
        progress?.Report(new TrainingProgress("done", 1));
        return new CcaItqModel(set.Dimensions, options.BitCount, fit.Weights, fit.Bias, set.Preprocessing, new ModelProvenance
        {
            Kind = CcaItqModel.KindName,
            Options = Settings.ToMap(options),
            Seed = options.Seed,
            TrainingRows = set.Count,
            DataFingerprint = set.Fingerprint,
            Training = ModelValueMap.Create(("labels", set.Labels.LabelCount)),
        });
    }
}
