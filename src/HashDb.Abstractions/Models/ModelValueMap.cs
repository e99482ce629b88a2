using System.Collections.Immutable;

namespace HashDb.Models;

/// <summary>Makes the name-to-value maps of model files: sorted by ordinal name, so that equal maps are equal bytes.</summary>
public static class ModelValueMap
{
    /// <summary>The map without entries; add to it with <c>SetItem</c>.</summary>
    public static ImmutableSortedDictionary<string, ModelValue> Empty { get; } =
        ImmutableSortedDictionary.Create<string, ModelValue>(StringComparer.Ordinal);

    /// <summary>A map of the given entries.</summary>
    /// <exception cref="ArgumentException">A name occurs twice.</exception>
    public static ImmutableSortedDictionary<string, ModelValue> Create(params ReadOnlySpan<(string Name, ModelValue Value)> entries)
    {
        ImmutableSortedDictionary<string, ModelValue>.Builder builder = Empty.ToBuilder();
        foreach ((string name, ModelValue value) in entries)
            builder.Add(name, value);
        return builder.ToImmutable();
    }
}
