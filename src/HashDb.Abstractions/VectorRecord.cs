namespace HashDb;

/// <summary>What is stored under an id: a vector, and optionally class labels and a payload.</summary>
public sealed class VectorRecord
{
    /// <summary>The user's key.</summary>
    public required VectorId Id { get; init; }

    /// <summary>The raw feature vector, float32, as long as the collection has dimensions.</summary>
    public required ReadOnlyMemory<float> Vector { get; init; }

    /// <summary>
    /// Class labels, 0 to <see cref="StorageLimits.MaxLabel"/>, each once, at most <see cref="StorageLimits.MaxLabelCount"/>; supervised
    /// models learn from them.
    /// </summary>
    public ReadOnlyMemory<int> Labels { get; init; }

    /// <summary>A MessagePack map of at most <see cref="StorageLimits.MaxPayloadBytes"/> bytes, or empty.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }
}
