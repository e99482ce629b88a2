// Iterative quantisation (Gong and Lazebnik 2011): rotates low-dimensional projections so that their signs lose least.
// Alternates codes = sgn(V R) and R = argmin |codes - V R| (orthogonal Procrustes). Deterministic for a seed.
using HashDb.Models.Numerics;
using MathNet.Numerics.LinearAlgebra;

namespace HashDb.Models.Kinds.Itq;

/// <summary>Finds the rotation of iterative quantisation.</summary>
internal static class CodeRotation
{
    /// <summary>Finds the rotation.</summary>
    /// <param name="projections">V: row-major, <c>count * bits</c>, centred.</param>
    /// <param name="count">Rows.</param>
    /// <param name="bits">Columns.</param>
    /// <param name="iterations">Rounds.</param>
    /// <param name="random">The start.</param>
    /// <param name="algebra">Who multiplies.</param>
    /// <param name="parallel">Threads and cancellation.</param>
    /// <returns>R: row-major, <c>bits * bits</c>.</returns>
    public static double[] Find(
        float[] projections, int count, int bits, int iterations, SeededRandom random, IDenseAlgebra algebra, ParallelOptions parallel)
    {
        double[] rotation = RandomRotation(bits, random);
        var statistics = new RowStatistics(projections, count, bits, algebra, parallel);
        float[] none = new float[bits];
        for (int iteration = 0; iteration < iterations; iteration++)
        {
            parallel.CancellationToken.ThrowIfCancellationRequested();
            float[] codes = statistics.Project(Transpose(rotation, bits), none, bits);
            for (int i = 0; i < codes.Length; i++)
                codes[i] = codes[i] >= 0 ? 1 : -1;

            // V'B = U S W'; the closest rotation is U W'.
            Matrix<double> cross = Matrix<double>.Build.DenseOfRowMajor(bits, bits, statistics.Cross(codes, bits));
            MathNet.Numerics.LinearAlgebra.Factorization.Svd<double> svd = cross.Svd();
            rotation = (svd.U * svd.VT).ToRowMajorArray();
        }

        return rotation;
    }

    private static float[] Transpose(double[] matrix, int size)
    {
        float[] transposed = new float[matrix.Length];
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
                transposed[(j * size) + i] = (float)matrix[(i * size) + j];
        }

        return transposed;
    }

    /// <summary>A random orthogonal matrix: Gaussian columns, orthonormalised.</summary>
    private static double[] RandomRotation(int size, SeededRandom random)
    {
        double[] columns = new double[size * size];
        for (int i = 0; i < columns.Length; i++)
            columns[i] = random.NextNormal();
        Orthonormal.Rows(columns, size, size);
        return columns;
    }
}
