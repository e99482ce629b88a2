namespace HashDb.Models.Data;

/// <summary>Feature vectors in memory. Immutable.</summary>
public sealed class FeatureMatrix
{
    private readonly ReadOnlyMemory<float> _values;

    /// <summary>Wraps numbers without copying them.</summary>
    /// <param name="values">Row-major, <c>count * dimensions</c>, float32.</param>
    /// <param name="dimensions">Numbers in a row, 1 to <see cref="ModelLimits.MaxDimensions"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">The dimensions are out of range.</exception>
    /// <exception cref="ArgumentException">The length is not a multiple of the dimensions.</exception>
    public FeatureMatrix(ReadOnlyMemory<float> values, int dimensions)
    {
        MatrixShape.CheckDimensions(dimensions);
        if (values.Length % dimensions != 0)
            throw new ArgumentException($"{values.Length} numbers are no whole rows of {dimensions}.", nameof(values));
        _values = values;
        Dimensions = dimensions;
        Count = values.Length / dimensions;
    }

    /// <summary>Rows.</summary>
    public int Count { get; }

    /// <summary>Numbers in a row.</summary>
    public int Dimensions { get; }

    /// <summary>All rows, row-major, <c>Count * Dimensions</c>.</summary>
    public ReadOnlyMemory<float> Values => _values;

    /// <summary>One row, <see cref="Dimensions"/> long.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public ReadOnlySpan<float> this[int row]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(row);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Count);
            return _values.Span.Slice(row * Dimensions, Dimensions);
        }
    }
}
