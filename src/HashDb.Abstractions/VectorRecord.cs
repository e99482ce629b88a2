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

    /// <summary>
    /// A MessagePack map of at most <see cref="StorageLimits.MaxPayloadBytes"/> bytes, or empty: the <see cref="Fields"/> as they are stored.
    /// </summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>
    /// Named values, which searches can be filtered by and give back: the <see cref="Payload"/> in another form. Reading makes them anew each
    /// time; give one of the two.
    /// </summary>
    /// <exception cref="ArgumentException">A value is not allowed; names the field and the limit.</exception>
    public RecordFields Fields
    {
        get => RecordFields.Decode(Payload.Span);
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            Payload = value.Encode();
        }
    }
}
