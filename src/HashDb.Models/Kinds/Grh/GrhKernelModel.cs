using HashDb.Models.Encoding;

namespace HashDb.Models.Kinds.Grh;

/// <summary>Graph regularised hashing whose functions are linear in radial basis functions. Immutable, thread-safe.</summary>
public sealed class GrhKernelModel : KernelModel
{
    internal GrhKernelModel(
        int dimensions, int bitCount, KernelParameters parameters, Preprocessing preprocessing, ModelProvenance provenance)
        : base(GrhModel.KindName, dimensions, bitCount, parameters, preprocessing, provenance, SignRule.NonNegative)
    {
    }
}
