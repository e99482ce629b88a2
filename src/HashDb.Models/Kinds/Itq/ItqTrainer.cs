using HashDb.Models.Data;
using HashDb.Models.Numerics;
using HashDb.Models.Training;

namespace HashDb.Models.Kinds.Itq;

/// <summary>Makes <see cref="ItqModel"/>s.</summary>
public static class ItqTrainer
{
    internal static readonly SettingTable<ItqOptions> Settings = new SettingTable<ItqOptions>(new ItqOptions())
        .Integer("iterations", o => o.Iterations, (o, v) => o with { Iterations = v }, 1, ItqOptions.MaxIterations, "Rounds of rotation.")
        .Choice("preprocessing", o => o.Preprocessing, (o, v) => o with { Preprocessing = v }, "What is done to raw vectors first.")
        .Algebra(o => o.Algebra, (o, v) => o with { Algebra = v });

    /// <summary>Trains a model; no labels are needed.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="vectors">Raw training rows.</param>
    /// <param name="progress">Told after each step.</param>
    /// <param name="cancellationToken">Stops the training at the next step.</param>
    /// <exception cref="ArgumentException">A setting or a row is not usable; says which and why, before work starts.</exception>
    public static ItqModel Train(
        ItqOptions options, FeatureMatrix vectors, IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(vectors);
        options.Validate();
        Directions.CheckPrincipalCount(options.BitCount, vectors.Dimensions);
        TrainingSet set = TrainingSet.Create(vectors, null, options.Preprocessing);
        ParallelOptions parallel = TrainingThreads.Options(options.MaxDegreeOfParallelism, cancellationToken);
        var rows = new RowStatistics(set.Rows, set.Count, set.Dimensions, options.Algebra, parallel);
        progress?.Report(new TrainingProgress("principal directions", 0));
        Directions directions = Directions.Principal(rows, options.BitCount, SeededRandom.ForStream(options.Seed, 0), parallel);
        progress?.Report(new TrainingProgress("rotation", 0.5));
        ItqFit fit = ItqFit.Rotate(
            rows, directions, options.BitCount, options.Iterations, SeededRandom.ForStream(options.Seed, 1), options.Algebra, parallel);
        progress?.Report(new TrainingProgress("done", 1));
        return new ItqModel(set.Dimensions, options.BitCount, fit.Weights, fit.Bias, set.Preprocessing, new ModelProvenance
        {
            Kind = ItqModel.KindName,
            Options = Settings.ToMap(options),
            Seed = options.Seed,
            TrainingRows = set.Count,
            DataFingerprint = set.Fingerprint,
        });
    }
}
