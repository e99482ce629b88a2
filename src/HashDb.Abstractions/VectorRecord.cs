namespace HashDb;

/// <summary>What is stored under an id: a vector, and optionally class labels and a payload.</summary>
public sealed record VectorRecord
{
    /// <summary>Makes a record of an id and its vector.</summary>
    public VectorRecord(VectorId id, ReadOnlyMemory<float> vector)
    {
        Id = id;
        Vector = vector;
    }

    /// <summary>The user's key.</summary>
    public VectorId Id { get; init; }

    /// <summary>The raw feature vector, float32, as long as the collection has dimensions.</summary>
    public ReadOnlyMemory<float> Vector { get; init; }

    /// <summary>Class labels, at most <see cref="StorageLimits.MaxLabelCount"/>; supervised models learn from them.</summary>
    public ReadOnlyMemory<int> Labels { get; init; }

    /// <summary>A MessagePack map of at most <see cref="StorageLimits.MaxPayloadBytes"/> bytes, or empty.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }
}
