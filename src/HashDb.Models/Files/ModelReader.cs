// What a format sees of a model file that is being read: sizes already checked against the limits, parameters and arrays by
// name. Arrays stay in the file's bytes until they are asked for, and are copied only after their shape has been compared
// with the expected one. Used by one thread.
using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace HashDb.Models.Files;

/// <summary>Gives the parts of a model that is being loaded. Every fault is a <see cref="CorruptDataException"/>.</summary>
public sealed class ModelReader
{
    private readonly ImmutableSortedDictionary<string, ModelValue> _parameters;
    private readonly Dictionary<string, StoredArray> _arrays;
    private readonly HashSet<string> _unread;
    private readonly long _parametersOffset;

    internal ModelReader(
        string file,
        ImmutableSortedDictionary<string, ModelValue> parameters,
        long parametersOffset,
        Dictionary<string, StoredArray> arrays)
    {
        File = file;
        _parameters = parameters;
        _parametersOffset = parametersOffset;
        _arrays = arrays;
        _unread = [.. parameters.Keys.Select(ParameterLabel), .. arrays.Keys.Select(ArrayLabel)];
    }

    /// <summary>Path of the file, for errors.</summary>
    public string File { get; }

    /// <summary>The kind of model.</summary>
    public required string Kind { get; init; }

    /// <summary>Length of a vector.</summary>
    public required int Dimensions { get; init; }

    /// <summary>Bits of one hashcode.</summary>
    public required int BitCount { get; init; }

    /// <summary>Number of tables.</summary>
    public required int TableCount { get; init; }

    /// <summary>What is done to a raw vector first.</summary>
    public required Preprocessing Preprocessing { get; init; }

    /// <summary>How the model came about.</summary>
    public required ModelProvenance Provenance { get; init; }

    /// <summary>True when the file has a parameter of this name.</summary>
    public bool HasParameter(string name) => _parameters.ContainsKey(name);

    /// <summary>True when the file has an array of this name.</summary>
    public bool HasArray(string name) => _arrays.ContainsKey(name);

    /// <summary>A parameter that is a text.</summary>
    public string GetText(string name) => Get(name, ModelValueKind.Text).AsText();

    /// <summary>A parameter that is a truth value.</summary>
    public bool GetBoolean(string name) => Get(name, ModelValueKind.Boolean).AsBoolean();

    /// <summary>A parameter that is a real number, within bounds that include both ends.</summary>
    public double GetReal(string name, double min, double max)
    {
        double value = Get(name, ModelValueKind.Real).AsReal();
        return value >= min && value <= max ? value : throw OutOfBounds(name, value, min, max);
    }

    /// <summary>A parameter that is an integer, within bounds that include both ends.</summary>
    public long GetInteger(string name, long min, long max)
    {
        long value = Get(name, ModelValueKind.Integer).AsInteger();
        return value >= min && value <= max ? value : throw OutOfBounds(name, value, min, max);
    }

    /// <summary>The shape of an array, outermost length first.</summary>
    public ReadOnlySpan<int> GetShape(string name) => Find(name).Shape;

    /// <summary>An array of exactly the given shape.</summary>
    /// <typeparam name="T">float, double, int, long or byte, as it was written.</typeparam>
    /// <returns>Row-major; the caller owns it.</returns>
    public T[] GetArray<T>(string name, params ReadOnlySpan<int> shape)
        where T : unmanaged
    {
        StoredArray array = Find(name);
        string type = ModelArrayType.NameOf<T>();
        if (array.Type != type)
            throw new CorruptDataException(File, array.Offset, $"array '{name}' is of type {array.Type}, not {type}");
        if (!shape.SequenceEqual(array.Shape))
        {
            throw new CorruptDataException(
                File, array.Offset,
                $"array '{name}' has the shape [{string.Join(", ", array.Shape)}], not [{string.Join(", ", shape.ToArray())}]");
        }

        int size = ModelArrayType.SizeOf(type);
        T[] values = new T[array.Bytes.Length / size];
        ModelArrayType.CopyLittleEndian(array.Bytes.Span, MemoryMarshal.AsBytes(values.AsSpan()), size);
        long bad = ModelArrayType.IndexOfNotFinite<T>(values);
        if (bad >= 0)
            throw new CorruptDataException(File, array.Offset + (bad * size), $"value {bad} of array '{name}' is not a finite number");
        _unread.Remove(ArrayLabel(name));
        return values;
    }

    /// <summary>Refuses a file that holds more than its format has read.</summary>
    internal void CheckAllRead()
    {
        if (_unread.Count > 0)
            throw new CorruptDataException(
                File, _parametersOffset, $"models of kind '{Kind}' have no {_unread.Order(StringComparer.Ordinal).First()}");
    }

    private ModelValue Get(string name, ModelValueKind kind)
    {
        if (!_parameters.TryGetValue(name, out ModelValue value))
            throw new CorruptDataException(File, _parametersOffset, $"parameter '{name}' is missing");
        if (value.Kind != kind)
            throw new CorruptDataException(File, _parametersOffset, $"parameter '{name}' is {value.Kind}, not {kind}");
        _unread.Remove(ParameterLabel(name));
        return value;
    }

    private StoredArray Find(string name) => _arrays.TryGetValue(name, out StoredArray? array)
        ? array
        : throw new CorruptDataException(File, _parametersOffset, $"array '{name}' is missing");

    private CorruptDataException OutOfBounds<T>(string name, T value, T min, T max) =>
        new(File, _parametersOffset, FormattableString.Invariant($"parameter '{name}' is {value}, not {min} to {max}"));

    private static string ParameterLabel(string name) => $"parameter '{name}'";

    private static string ArrayLabel(string name) => $"array '{name}'";

    /// <summary>An array in the bytes of the file; its size has been checked against its shape.</summary>
    internal sealed record StoredArray(string Type, int[] Shape, ReadOnlyMemory<byte> Bytes, long Offset);
}
