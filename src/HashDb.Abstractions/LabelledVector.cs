namespace HashDb;

/// <summary>Something to learn from: a vector with its own labels, or with stored items that it belongs to.</summary>
public sealed class LabelledVector
{
    /// <summary>The raw feature vector, float32, as long as the collection has dimensions.</summary>
    public required ReadOnlyMemory<float> Vector { get; init; }

    /// <summary>
    /// Class labels, 0 to <see cref="StorageLimits.MaxLabel"/>, each once, at most <see cref="StorageLimits.MaxLabelCount"/>. Either these
    /// or <see cref="Neighbours"/>.
    /// </summary>
    public ReadOnlyMemory<int> Labels { get; init; }

    /// <summary>
    /// Stored items that it is to be near, at most <see cref="StorageLimits.MaxNeighbourCount"/>: their labels, as they are when
    /// the call is made, stand for its own. Ids that are not stored and items without labels are passed over.
    /// </summary>
    public ReadOnlyMemory<VectorId> Neighbours { get; init; }
}
