using HashDb.Models.Encoding;

namespace HashDb.Models.Kinds.Gph;

/// <summary>
/// Gaussian-process hashing (Ozdemir and Davis): bit k is set when the posterior mean of the k-th process at the vector is
/// above zero. Immutable, thread-safe.
/// </summary>
public sealed class GphModel : KernelModel
{
    /// <summary>The kind of these models.</summary>
    public const string KindName = "gph";

    internal GphModel(int dimensions, int bitCount, KernelParameters parameters, Preprocessing preprocessing, ModelProvenance provenance)
        : base(KindName, dimensions, bitCount, parameters, preprocessing, provenance, SignRule.Positive)
    {
    }
}
