// Cholesky factors and triangular inverses in double precision, blocked over the tile kernel. Lower triangles, row-major; what
// is above the diagonal is neither read nor, unless said, written. Runs on the calling thread.
namespace HashDb.Models.Numerics;

/// <summary>Factor, inverse and solves of symmetric positive definite matrices.</summary>
internal static unsafe class Cholesky
{
    /// <summary>48: eight tiles of rows; the unblocked work on the diagonal stays below a tenth of the whole from 500 columns on.</summary>
    private const int Block = 48;

    /// <summary>Replaces the lower triangle of a matrix by its Cholesky factor and clears what is above it.</summary>
    /// <param name="matrix">Row-major, <c>size * size</c>.</param>
    /// <param name="size">Rows and columns.</param>
    /// <returns>False when the matrix is not positive definite; its content is then lost.</returns>
    public static bool TryFactor(Span<double> matrix, int size)
    {
        CheckSquare(matrix.Length, size);
        fixed (double* origin = matrix)
        {
            for (int j0 = 0; j0 < size; j0 += Block)
            {
                int block = Math.Min(Block, size - j0);
                double* diagonal = origin + ((long)j0 * size) + j0;
                if (j0 > 0)
                {
                    // Everything below and including this block column loses what the finished columns explain.
                    var done = new MatrixView<double>(origin + ((long)j0 * size), size, 1);
                    DenseProducts.Add(done, done.Transposed, size - j0, block, j0, -1, diagonal, size);
                }

                if (!TryFactorDiagonal(diagonal, block, size))
                    return false;
                SolveBelow(diagonal, block, size - j0 - block, size);
            }

            for (int i = 0; i < size; i++)
                new Span<double>(origin + ((long)i * size) + i + 1, size - i - 1).Clear();
        }

        return true;
    }

    /// <summary>Inverts a lower triangle. The result's upper triangle is zero.</summary>
    /// <param name="lower">Row-major, <c>size * size</c>, with a non-zero diagonal and zeros above it.</param>
    /// <param name="size">Rows and columns.</param>
    /// <param name="inverse">Receives the inverse, row-major, <c>size * size</c>; must not overlap.</param>
    public static void InvertLower(ReadOnlySpan<double> lower, int size, Span<double> inverse)
    {
        CheckSquare(lower.Length, size);
        CheckSquare(inverse.Length, size);
        inverse.Clear();
        using var product = new AlignedBuffer<double>((long)Block * size);
        fixed (double* l = lower, x = inverse)
        {
            for (int i0 = 0; i0 < size; i0 += Block)
            {
                int block = Math.Min(Block, size - i0);
                double* diagonal = x + ((long)i0 * size) + i0;
                InvertDiagonal(l + ((long)i0 * size) + i0, diagonal, block, size);
                if (i0 == 0)
                    continue;

                // X[i, 0..i) = -inverse(L[i, i]) (L[i, 0..i) X[0..i, 0..i))
                product.Clear();
                DenseProducts.Add(
                    new MatrixView<double>(
                        l + ((long)i0 * size), size, 1), new MatrixView<double>(x, size, 1), block, i0, i0, 1, product.Pointer, i0);
                DenseProducts.Add(
                    new MatrixView<double>(diagonal, size, 1), new MatrixView<double>(product.Pointer, i0, 1), block, i0, block, -1,
                    x + ((long)i0 * size), size);
            }
        }
    }

    /// <summary>Solves <c>L L' x = b</c> by means of the inverse of L.</summary>
    /// <param name="inverse">What <see cref="InvertLower"/> gave, row-major, <c>size * size</c>.</param>
    /// <param name="right">Length <c>size</c>.</param>
    /// <param name="solution">Receives x, length <c>size</c>; must not overlap.</param>
    public static void Solve(ReadOnlySpan<double> inverse, ReadOnlySpan<double> right, Span<double> solution)
    {
        int size = right.Length;
        CheckSquare(inverse.Length, size);
        double[] forward = new double[size];
        for (int i = 0; i < size; i++)
            forward[i] = Dot(inverse.Slice(i * size, i + 1), right[..(i + 1)]);
        MultiplyTransposed(inverse, forward, solution);
    }

    /// <summary>Computes <c>M' v</c> for a lower triangle M.</summary>
    public static void MultiplyTransposed(ReadOnlySpan<double> lower, ReadOnlySpan<double> vector, Span<double> product)
    {
        int size = vector.Length;
        product[..size].Clear();
        for (int i = 0; i < size; i++)
        {
            double factor = vector[i];
            ReadOnlySpan<double> row = lower.Slice(i * size, i + 1);
            for (int j = 0; j < row.Length; j++)
                product[j] = Math.FusedMultiplyAdd(factor, row[j], product[j]);
        }
    }

    private static bool TryFactorDiagonal(double* a, int block, int stride)
    {
        for (int j = 0; j < block; j++)
        {
            double* row = a + ((long)j * stride);
            double pivot = row[j] - Dot(new ReadOnlySpan<double>(row, j), new ReadOnlySpan<double>(row, j));
            if (!(pivot > 0) || !double.IsFinite(pivot))
                return false;
            row[j] = Math.Sqrt(pivot);
            for (int i = j + 1; i < block; i++)
            {
                double* below = a + ((long)i * stride);
                below[j] = (below[j] - Dot(new ReadOnlySpan<double>(below, j), new ReadOnlySpan<double>(row, j))) / row[j];
            }
        }

        return true;
    }

    private static void SolveBelow(double* diagonal, int block, int rows, int stride)
    {
        for (int i = 0; i < rows; i++)
        {
            double* below = diagonal + ((long)(block + i) * stride);
            for (int j = 0; j < block; j++)
            {
                double* row = diagonal + ((long)j * stride);
                below[j] = (below[j] - Dot(new ReadOnlySpan<double>(below, j), new ReadOnlySpan<double>(row, j))) / row[j];
            }
        }
    }

    private static void InvertDiagonal(double* lower, double* inverse, int block, int stride)
    {
        for (int j = 0; j < block; j++)
        {
            inverse[((long)j * stride) + j] = 1 / lower[((long)j * stride) + j];
            for (int i = j + 1; i < block; i++)
            {
                double sum = 0;
                for (int k = j; k < i; k++)
                    sum = Math.FusedMultiplyAdd(lower[((long)i * stride) + k], inverse[((long)k * stride) + j], sum);
                inverse[((long)i * stride) + j] = -sum / lower[((long)i * stride) + i];
            }
        }
    }

    /// <summary>A dot product of four chains: deterministic, and four times as fast as one.</summary>
    private static double Dot(ReadOnlySpan<double> left, ReadOnlySpan<double> right)
    {
        double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
        int i = 0;
        for (; i + 4 <= left.Length; i += 4)
        {
            s0 = Math.FusedMultiplyAdd(left[i], right[i], s0);
            s1 = Math.FusedMultiplyAdd(left[i + 1], right[i + 1], s1);
            s2 = Math.FusedMultiplyAdd(left[i + 2], right[i + 2], s2);
            s3 = Math.FusedMultiplyAdd(left[i + 3], right[i + 3], s3);
        }

        for (; i < left.Length; i++)
            s0 = Math.FusedMultiplyAdd(left[i], right[i], s0);
        return s0 + s1 + (s2 + s3);
    }

    private static void CheckSquare(int length, int size)
    {
        if (size < 1 || length != (long)size * size)
            throw new ArgumentException($"A matrix of {size} x {size} has {(long)size * size} elements, not {length}.");
    }
}
