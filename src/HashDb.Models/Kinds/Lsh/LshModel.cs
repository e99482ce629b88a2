using HashDb.Models.Encoding;

namespace HashDb.Models.Kinds.Lsh;

/// <summary>Locality-sensitive hashing with random hyperplanes of unit length (Charikar 2002). Immutable, thread-safe.</summary>
/// <remarks>Because the hyperplanes have unit length, a margin is the distance of the preprocessed vector from the hyperplane.</remarks>
public sealed class LshModel : HyperplaneModel
{
    /// <summary>The kind of these models.</summary>
    public const string KindName = "lsh";

    internal LshModel(
        int dimensions, int bitCount, int tableCount, ReadOnlySpan<float> weights, Preprocessing preprocessing, ModelProvenance provenance)
        : base(KindName, dimensions, bitCount, tableCount, weights, [], preprocessing, provenance)
    {
    }
}
