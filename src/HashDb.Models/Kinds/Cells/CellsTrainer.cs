// Cells by k-means. The centres are those of preprocessed rows, so that the mean that all vectors share is gone.
using HashDb.Models.Data;
using HashDb.Models.Numerics;
using HashDb.Models.Training;

namespace HashDb.Models.Kinds.Cells;

/// <summary>Makes <see cref="CellsModel"/>s.</summary>
public static class CellsTrainer
{
    /// <summary>A model of one cell, for a collection of which nothing is known yet.</summary>
    /// <param name="dimensions">Length of a vector, 1 to <see cref="ModelLimits.MaxDimensions"/>.</param>
    /// <param name="metric">The metric of the collection.</param>
    public static CellsModel Untrained(int dimensions, DistanceMetric metric)
    {
        MatrixShape.CheckDimensions(dimensions);
        Preprocessing preprocessing = metric == DistanceMetric.Cosine ? Preprocessing.Unit : Preprocessing.None;
        var options = new CellsOptions { CellCount = 1, Metric = metric, IsAutomatic = true };
        return new CellsModel(dimensions, new float[dimensions], preprocessing, Describe(options, 0, ""));
    }

    /// <summary>Trains cells; no labels are needed.</summary>
    /// <param name="options">Settings.</param>
    /// <param name="vectors">Raw training rows, at least as many as cells.</param>
    /// <param name="cancellationToken">Stops the training at the next round.</param>
    /// <exception cref="ArgumentException">A setting or a row is not usable; says which and why.</exception>
    public static CellsModel Train(CellsOptions options, FeatureMatrix vectors, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(vectors);
        options.Validate();
        if (options.CellCount > vectors.Count)
            throw new ArgumentOutOfRangeException(
                nameof(options), options.CellCount, $"CellCount is {options.CellCount}, but there are {vectors.Count} training rows.");
        PreprocessingOrder order =
            options.Metric == DistanceMetric.Cosine ? PreprocessingOrder.UnitThenCenter : PreprocessingOrder.Center;
        TrainingSet set = TrainingSet.Create(vectors, null, order);
        ParallelOptions parallel = TrainingThreads.Options(options.MaxDegreeOfParallelism, cancellationToken);
        float[] centres = new float[options.CellCount * vectors.Dimensions];
        KMeans.Cluster(
            set.Rows, set.Count, set.Dimensions, options.CellCount, options.Iterations, SeededRandom.ForStream(options.Seed, 0),
            ManagedAlgebra.Instance, parallel, centres);
        return new CellsModel(vectors.Dimensions, centres, set.Preprocessing, Describe(options, set.Count, set.Fingerprint));
    }

    private static ModelProvenance Describe(CellsOptions options, long rows, string fingerprint) => new()
    {
        Kind = CellsModel.KindName,
        Options = ModelValueMap.Create(
            ("cellCount", options.CellCount), ("iterations", options.Iterations), ("metric", options.Metric.ToString()),
            (CellsModel.AutomaticName, options.IsAutomatic)),
        Seed = options.Seed,
        TrainingRows = rows,
        DataFingerprint = fingerprint,
    };
}
