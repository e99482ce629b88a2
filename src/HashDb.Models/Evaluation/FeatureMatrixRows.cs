using HashDb.Models.Data;

namespace HashDb.Models.Evaluation;

/// <summary>Copies rows out of a matrix.</summary>
internal static class FeatureMatrixRows
{
    /// <summary>Copies rows, in the order given, to the start of a row-major buffer.</summary>
    public static void Gather(this FeatureMatrix vectors, ReadOnlySpan<int> rows, Span<float> destination)
    {
        for (int i = 0; i < rows.Length; i++)
            vectors[rows[i]].CopyTo(destination.Slice(i * vectors.Dimensions, vectors.Dimensions));
    }
}
