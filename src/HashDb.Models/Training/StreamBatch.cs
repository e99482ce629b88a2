namespace HashDb.Models.Training;

/// <summary>
/// Items for an <see cref="IStreamLearner"/>, checked and preprocessed: the part of the work that needs no order, so that any thread can
/// do it. Immutable, thread-safe.
/// </summary>
public sealed class StreamBatch
{
    private readonly float[] _rows;
    private readonly double[] _squares;
    private readonly ReadOnlyMemory<int>[] _labels;

    private StreamBatch(Preprocessing preprocessing, float[] rows, double[] squares, ReadOnlyMemory<int>[] labels, int dimensions)
    {
        Preprocessing = preprocessing;
        _rows = rows;
        _squares = squares;
        _labels = labels;
        Dimensions = dimensions;
    }

    /// <summary>Number of items.</summary>
    public int Count => _labels.Length;

    /// <summary>Length of a vector.</summary>
    public int Dimensions { get; }

    /// <summary>What was done to the raw vectors.</summary>
    public Preprocessing Preprocessing { get; }

    /// <summary>Checks and preprocesses items.</summary>
    /// <param name="preprocessing">That of the model that the stream began with.</param>
    /// <param name="vectors">Row-major, <c>labels.Count * dimensions</c>, float32, raw.</param>
    /// <param name="dimensions">Length of a vector.</param>
    /// <param name="labels">
    /// The labels of each item: its own, or those of its neighbours. A label may occur several times and then counts as often; an
    /// item without labels teaches nothing.
    /// </param>
    /// <exception cref="ArgumentException">A size does not fit, or a row is not finite or has no direction; names the row.</exception>
    public static StreamBatch Create(
        Preprocessing preprocessing, ReadOnlySpan<float> vectors, int dimensions, IReadOnlyList<ReadOnlyMemory<int>> labels)
    {
        ArgumentNullException.ThrowIfNull(preprocessing);
        ArgumentNullException.ThrowIfNull(labels);
        float[] rows = new float[vectors.Length];
        preprocessing.Apply(vectors, labels.Count, dimensions, rows);
        double[] squares = new double[labels.Count];
        for (int i = 0; i < squares.Length; i++)
            squares[i] = StripedMath.SumOfSquares(rows.AsSpan(i * dimensions, dimensions));
        return new StreamBatch(preprocessing, rows, squares, [.. labels], dimensions);
    }

    /// <summary>The labels of an item.</summary>
    public ReadOnlyMemory<int> Labels(int item) => _labels[item];

    internal ReadOnlySpan<float> Row(int item) => _rows.AsSpan(item * Dimensions, Dimensions);

    internal double SquaredLength(int item) => _squares[item];
}
