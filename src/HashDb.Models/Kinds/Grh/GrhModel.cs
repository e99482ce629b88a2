using HashDb.Models.Encoding;

namespace HashDb.Models.Kinds.Grh;

/// <summary>Graph regularised hashing (Moran and Lavrenko 2015) with hyperplanes. Immutable, thread-safe.</summary>
public sealed class GrhModel : HyperplaneModel
{
    /// <summary>The kind of these models, and of <see cref="GrhKernelModel"/>.</summary>
    public const string KindName = "grh";

    internal GrhModel(
        int dimensions,
        int bitCount,
        int tableCount,
        ReadOnlySpan<float> weights,
        ReadOnlySpan<float> bias,
        Preprocessing preprocessing,
        ModelProvenance provenance)
        : base(KindName, dimensions, bitCount, tableCount, weights, bias, preprocessing, provenance)
    {
    }
}
