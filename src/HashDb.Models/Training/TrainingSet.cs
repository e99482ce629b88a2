// What every supervised trainer does first: check rows and labels, fit the preprocessing, copy the preprocessed rows. Everything
// that can be wrong with the input is found here, before the work starts.
using HashDb.Models.Data;

namespace HashDb.Models.Training;

/// <summary>Preprocessed training rows with their labels.</summary>
internal sealed class TrainingSet
{
    private TrainingSet(float[] rows, int count, int dimensions, TrainingLabels? labels, Preprocessing preprocessing, string fingerprint)
    {
        Rows = rows;
        Count = count;
        Dimensions = dimensions;
        Labels = labels;
        Preprocessing = preprocessing;
        Fingerprint = fingerprint;
    }

    /// <summary>Row-major, <c>Count * Dimensions</c>, preprocessed.</summary>
    public float[] Rows { get; }

    public int Count { get; }

    public int Dimensions { get; }

    public TrainingLabels? Labels { get; }

    public Preprocessing Preprocessing { get; }

    public string Fingerprint { get; }

    /// <summary>Checks and preprocesses.</summary>
    /// <param name="vectors">Raw rows.</param>
    /// <param name="labels">One entry per row, or null where a kind needs none.</param>
    /// <param name="order">What is done to raw rows.</param>
    /// <exception cref="ArgumentException">
    /// There are fewer than two rows, labels of another number of rows or of one class only, or a row that is not finite.
    /// </exception>
    public static TrainingSet Create(FeatureMatrix vectors, LabelSet? labels, PreprocessingOrder order)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        if (vectors.Count < 2)
            throw new ArgumentException($"Training needs at least 2 rows, there are {vectors.Count}.", nameof(vectors));
        TrainingLabels? known = null;
        if (labels is not null)
        {
            if (labels.Count != vectors.Count)
                throw new ArgumentException($"There are {vectors.Count} rows but labels for {labels.Count}.", nameof(labels));
            known = TrainingLabels.From(labels);
            if (known.LabelCount < 2)
                throw new ArgumentException(
                    $"All {labels.Count} rows have the same label, so there is nothing to tell apart; training needs at least 2 classes.",
                    nameof(labels));
        }

        Preprocessing preprocessing = Preprocessing.Fit(order, vectors.Values.Span, vectors.Count, vectors.Dimensions);
        float[] rows = GC.AllocateUninitializedArray<float>(vectors.Values.Length);
        preprocessing.Apply(vectors.Values.Span, vectors.Count, vectors.Dimensions, rows);
        return new TrainingSet(rows, vectors.Count, vectors.Dimensions, known, preprocessing, DataFingerprint.Compute(vectors, labels));
    }

    /// <summary>Labels, for a kind that cannot do without.</summary>
    /// <exception cref="ArgumentNullException">There are none.</exception>
    public static LabelSet RequireLabels(LabelSet? labels, string kind) =>
        labels ?? throw new ArgumentNullException(nameof(labels), $"Training a model of kind '{kind}' needs a label for each row.");
}
