using HashDb.Models;

namespace HashDb;

/// <summary>What is fixed when a collection is made.</summary>
public sealed record CollectionOptions
{
    /// <summary>A collection that finds its hash function itself: nothing has to be known of the vectors.</summary>
    /// <param name="dimensions">Length of a vector, 1 to <see cref="ModelLimits.MaxDimensions"/>.</param>
    /// <param name="metric">How results are ordered.</param>
    public CollectionOptions(int dimensions, DistanceMetric metric = DistanceMetric.Cosine)
    {
        Dimensions = dimensions;
        Metric = metric;
    }

    /// <summary>A collection under a hash function that is given.</summary>
    /// <param name="model">The hash function; it fixes the dimensions.</param>
    /// <param name="metric">How results are ordered.</param>
    public CollectionOptions(IHashModel model, DistanceMetric metric = DistanceMetric.Cosine)
    {
        ArgumentNullException.ThrowIfNull(model);
        Model = model;
        Dimensions = model.Dimensions;
        Metric = metric;
    }

    /// <summary>The hash function; null for cells that the collection trains itself, as rows come.</summary>
    public IHashModel? Model { get; }

    /// <summary>Length of a vector.</summary>
    public int Dimensions { get; }

    /// <summary>How results are ordered.</summary>
    public DistanceMetric Metric { get; }

    /// <summary>What its records are known by.</summary>
    public KeyKind Keys { get; init; }

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public void Validate()
    {
        if (Dimensions is < 1 or > ModelLimits.MaxDimensions)
            throw new ArgumentOutOfRangeException(
                nameof(Dimensions), Dimensions, $"Dimensions is {Dimensions}; it must be 1 to {ModelLimits.MaxDimensions}.");
        if (Metric is < DistanceMetric.Cosine or > DistanceMetric.Dot)
            throw new ArgumentOutOfRangeException(nameof(Metric), Metric, $"{Metric} is not a metric.");
        if (Keys is < KeyKind.Number or > KeyKind.Guid)
            throw new ArgumentOutOfRangeException(nameof(Keys), Keys, $"{Keys} is not a kind of keys.");
    }
}
