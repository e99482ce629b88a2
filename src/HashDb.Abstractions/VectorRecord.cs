using HashDb.Fields;

namespace HashDb;

/// <summary>What is stored under a key: a vector, and optionally class labels and fields.</summary>
public sealed class VectorRecord
{
    private readonly VectorId? _id;
    private readonly ReadOnlyMemory<byte> _payload;

    /// <summary>The id: the key of a collection whose keys are numbers, otherwise the hash of the key. Give this or the key.</summary>
    public VectorId Id
    {
        get => _id ?? default;
        init => _id = value;
    }

    /// <summary>The key, of the kind that the collection has.</summary>
    /// <exception cref="ArgumentException">It is a text that is empty, too long or no Unicode.</exception>
    public RecordKey Key
    {
        get => KeyField.TryRead(_payload.Span, out RawField key) ? RecordKey.Of(key) : new RecordKey(Id.Value);
        init
        {
            _id = value.Id;
            _payload = KeyField.Set(_payload, value);
        }
    }

    /// <summary>The raw feature vector, float32, as long as the collection has dimensions.</summary>
    public required ReadOnlyMemory<float> Vector { get; init; }

    /// <summary>
    /// Class labels, 0 to <see cref="StorageLimits.MaxLabel"/>, each once, at most <see cref="StorageLimits.MaxLabelCount"/>; supervised
    /// models learn from them.
    /// </summary>
    public ReadOnlyMemory<int> Labels { get; init; }

    /// <summary>
    /// A MessagePack map of at most <see cref="StorageLimits.MaxPayloadBytes"/> bytes, or empty: the key, unless it is a number, and the
    /// <see cref="Fields"/> as they are stored.
    /// </summary>
    public ReadOnlyMemory<byte> Payload
    {
        get => _payload;
        init => _payload = KeyField.TryRead(value.Span, out _) ? value : KeyField.Copy(_payload, value);
    }

    /// <summary>
    /// Named values, which searches can be filtered by and give back: the <see cref="Payload"/> in another form. Reading makes them anew
    /// each time; give one of the two.
    /// </summary>
    /// <exception cref="ArgumentException">A value is not allowed; names the field and the limit.</exception>
    public RecordFields Fields
    {
        get => RecordFields.Decode(_payload.Span);
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            _payload = KeyField.Copy(_payload, value.Encode());
        }
    }

    /// <summary>False when it was given neither an id nor a key.</summary>
    internal bool HasId => _id is not null;
}
