using System.Collections.Immutable;

namespace HashDb.Models.Kinds.Lsh;

/// <summary>Settings of locality-sensitive hashing with random hyperplanes.</summary>
public sealed record LshOptions
{
    /// <summary>Bits of one hashcode.</summary>
    public int BitCount { get; init; } = 16;

    /// <summary>Independent hash tables.</summary>
    public int TableCount { get; init; } = 1;

    /// <summary>Seed of the hyperplanes.</summary>
    public ulong Seed { get; init; }

    /// <summary>
    /// What is done to raw vectors first. The default is the order of the GRH tutorial, whose figures it reproduces; orders
    /// without centring need no training data.
    /// </summary>
    public PreprocessingOrder Preprocessing { get; init; } = PreprocessingOrder.UnitThenCenter;

    /// <summary>
    /// True to make the hyperplanes of each table orthogonal in blocks of up to <c>Dimensions</c>, which lowers the variance
    /// of the Hamming distance (Ji et al., "Super-Bit Locality-Sensitive Hashing", 2012).
    /// </summary>
    public bool Orthogonalize { get; init; }

    /// <summary>Checks every setting.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its limit; names it.</exception>
    public void Validate()
    {
        ModelLimits.CheckShape(1, BitCount, TableCount);
        _ = Models.Preprocessing.NeedsMean(Preprocessing);
    }

    internal ImmutableSortedDictionary<string, ModelValue> ToMap() => ModelValueMap.Create(
        ("bitCount", BitCount),
        ("tableCount", TableCount),
        ("preprocessing", Preprocessing.ToString()),
        ("orthogonalize", Orthogonalize));
}
