// Gathers the parts of a model that its format names and writes them in ordinal order of their names, so that the order of
// the calls does not show in the file. Used by one thread.
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using HashDb.Serialization;
using MessagePack;

namespace HashDb.Models.Files;

/// <summary>Takes the parameters and arrays of a model that is being saved.</summary>
public sealed class ModelWriter
{
    private readonly ImmutableSortedDictionary<string, ModelValue>.Builder _parameters = ModelValueMap.Empty.ToBuilder();
    private readonly SortedDictionary<string, StoredArray> _arrays = new(StringComparer.Ordinal);

    internal ModelWriter()
    {
    }

    private delegate void BytesWriter(Span<byte> destination);

    /// <summary>Bytes of all arrays.</summary>
    internal long ArrayBytes => _arrays.Values.Sum(array => (long)array.ByteCount);

    internal ImmutableSortedDictionary<string, ModelValue> Parameters => _parameters.ToImmutable();

    /// <summary>Adds a parameter.</summary>
    /// <exception cref="ArgumentException">The name is taken or empty, or a real number is not finite.</exception>
    public void AddParameter(string name, ModelValue value)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (value.Kind == ModelValueKind.Real && !double.IsFinite(value.AsReal()))
            throw new ArgumentException($"Parameter '{name}' is {value}, not a finite number.", nameof(value));
        _parameters.Add(name, value);
    }

    /// <summary>Adds an array; it is not copied and must not change until the model is written.</summary>
    /// <typeparam name="T">float, double, int, long or byte.</typeparam>
    /// <param name="name">Its name within the file.</param>
    /// <param name="values">Row-major; floats must be finite.</param>
    /// <param name="shape">Its lengths, outermost first; their product is the number of values.</param>
    /// <exception cref="ArgumentException">The name is taken or empty, the shape does not fit, or a value is not finite.</exception>
    public void AddArray<T>(string name, ReadOnlyMemory<T> values, params ReadOnlySpan<int> shape)
        where T : unmanaged
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        string type = ModelArrayType.NameOf<T>();
        long count = 1;
        foreach (int length in shape)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(length, nameof(shape));
            count = checked(count * length);
        }

        if (count != values.Length || shape.Length is < 1 or > ModelFileLayout.MaxArrayRank)
            throw new ArgumentException(
                $"Array '{name}' of {values.Length} values does not have the shape [{string.Join(", ", shape.ToArray())}].", nameof(shape));
        long bad = ModelArrayType.IndexOfNotFinite(values.Span);
        if (bad >= 0)
            throw new ArgumentException($"Value {bad} of array '{name}' is not a finite number.", nameof(values));

        int size = ModelArrayType.SizeOf(type);
        if (count * size > ModelLimits.MaxModelFileBytes)
            throw new ArgumentException(
                $"Array '{name}' of {count * size} bytes exceeds the {ModelLimits.MaxModelFileBytes} of a model file.", nameof(values));
        _arrays.Add(name, new StoredArray(
            type,
            shape.ToArray(),
            (int)count * size,
            destination => ModelArrayType.CopyLittleEndian(MemoryMarshal.AsBytes(values.Span), destination, size)));
    }

    internal void WriteArrays(ref MessagePackWriter writer)
    {
        writer.WriteMapHeader(_arrays.Count);
        foreach ((string name, StoredArray array) in _arrays)
        {
            writer.WriteText(name);
            writer.WriteArrayHeader(3);
            writer.Write(array.Type);
            writer.WriteArrayHeader(array.Shape.Length);
            foreach (int length in array.Shape)
                writer.Write(length);
            writer.WriteBinHeader(array.ByteCount);
            Span<byte> destination = writer.GetSpan(array.ByteCount)[..array.ByteCount];
            array.Copy(destination);
            writer.Advance(array.ByteCount);
        }
    }

    private sealed record StoredArray(string Type, int[] Shape, int ByteCount, BytesWriter Copy);
}
