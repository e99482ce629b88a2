using HashDb.Models.Encoding;

namespace HashDb.Models.Kinds.Itq;

/// <summary>
/// Iterative quantisation (Gong and Lazebnik 2011) over canonical directions, supervised: hyperplanes. Immutable, thread-safe.
/// </summary>
public sealed class CcaItqModel : HyperplaneModel
{
    /// <summary>The kind of these models.</summary>
    public const string KindName = "cca-itq";

    internal CcaItqModel(
        int dimensions, int bitCount, float[] weights, float[] bias, Preprocessing preprocessing, ModelProvenance provenance)
        : base(KindName, dimensions, bitCount, 1, weights, bias, preprocessing, provenance)
    {
    }
}
