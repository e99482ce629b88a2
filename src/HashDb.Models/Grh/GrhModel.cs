namespace HashDb.Models.Grh;

/// <summary>Graph regularised hashing (Moran and Lavrenko 2015) with hyperplanes. Immutable, thread-safe.</summary>
public sealed class GrhModel : HyperplaneModel
{
    /// <summary>The kind of these models, and of <see cref="GrhKernelModel"/>.</summary>
    public const string KindName = "grh";

    internal GrhModel(int dimensions, int bitCount, float[] weights, float[] bias, Preprocessing preprocessing, ModelProvenance provenance)
        : base(KindName, dimensions, bitCount, 1, weights, bias, preprocessing, provenance)
    {
    }
}
