// The heavy products by OpenBLAS (Debian: libopenblas0-pthread), for those who ask for it by name. It is told to use one thread per
// call, because training is parallel outside and a sum must not depend on the number of threads.
using System.Runtime.InteropServices;

namespace HashDb.Models.Numerics;

/// <summary>Products by the OpenBLAS library of the machine.</summary>
public sealed unsafe class OpenBlasAlgebra : IDenseAlgebra
{
    private const int RowMajor = 101, NoTranspose = 111, Transpose = 112;

    /// <summary>Rows whose sums are made in single precision before they are added in double.</summary>
    private const int SumBlock = 1_024;

    private static readonly string[] LibraryNames = ["libopenblas.so.0", "libopenblas.so", "libopenblas", "openblas"];
    private static readonly Lazy<OpenBlasAlgebra?> Loaded = new(TryLoad);

    private readonly delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void> _gemm;

    private OpenBlasAlgebra(nint library, nint gemm)
    {
        _gemm = (delegate* unmanaged<int, int, int, int, int, int, float, float*, int, float*, int, float, float*, int, void>)gemm;
        if (NativeLibrary.TryGetExport(library, "openblas_set_num_threads", out nint setThreads))
            ((delegate* unmanaged<int, void>)setThreads)(1);
    }

    /// <summary>True when the machine has the library.</summary>
    public static bool IsAvailable => Loaded.Value is not null;

    /// <inheritdoc/>
    public string Name => "openblas";

    /// <summary>Gives the only instance.</summary>
    /// <exception cref="HashDbException"><see cref="HashDbErrorCode.MissingLibrary"/>: the machine does not have it.</exception>
    public static OpenBlasAlgebra Load() => Loaded.Value ?? throw new HashDbException(
        HashDbErrorCode.MissingLibrary,
        $"OpenBLAS was asked for, but none of {string.Join(", ", LibraryNames)} can be loaded (Debian: libopenblas0-pthread).");

    /// <inheritdoc/>
    public void MultiplyTransposed(
        ReadOnlySpan<float> left, ReadOnlySpan<float> right, int rows, int columns, int depth, Span<float> product)
    {
        ProductShape.Check(left.Length, rows, depth, nameof(left));
        ProductShape.Check(right.Length, columns, depth, nameof(right));
        ProductShape.Check(product.Length, rows, columns, nameof(product));
        fixed (float* a = left, b = right, c = product)
            _gemm(RowMajor, NoTranspose, Transpose, rows, columns, depth, 1, a, depth, b, depth, 0, c, columns);
    }

    /// <inheritdoc/>
    public void AddCrossProduct(
        ReadOnlySpan<float> left, ReadOnlySpan<float> right, int count, int rows, int columns, Span<double> product)
    {
        ProductShape.Check(left.Length, count, rows, nameof(left));
        ProductShape.Check(right.Length, count, columns, nameof(right));
        ProductShape.Check(product.Length, rows, columns, nameof(product));
        float[] sums = new float[checked(rows * columns)];
        fixed (float* a = left, b = right, c = sums)
        {
            for (int first = 0; first < count; first += SumBlock)
            {
                int depth = Math.Min(SumBlock, count - first);
                _gemm(
                    RowMajor, Transpose, NoTranspose, rows, columns, depth, 1, a + ((long)first * rows), rows,
                    b + ((long)first * columns), columns, 0, c, columns);
                for (int i = 0; i < sums.Length; i++)
                    product[i] += sums[i];
            }
        }
    }

    /// <inheritdoc/>
    public void AddWeightedGram(ReadOnlySpan<float> vectors, ReadOnlySpan<float> weights, int count, int width, Span<double> gram)
    {
        ProductShape.Check(vectors.Length, count, width, nameof(vectors));
        ProductShape.Check(weights.Length, count, 1, nameof(weights));
        ProductShape.Check(gram.Length, width, width, nameof(gram));
        float[] sums = new float[checked(width * width)];
        float[] scaled = new float[Math.Min(SumBlock, count) * width];
        fixed (float* a = vectors, s = scaled, c = sums)
        {
            for (int first = 0; first < count; first += SumBlock)
            {
                int depth = Math.Min(SumBlock, count - first);
                for (int i = 0; i < depth; i++)
                {
                    System.Numerics.Tensors.TensorPrimitives.Multiply(
                        vectors.Slice((first + i) * width, width), weights[first + i], scaled.AsSpan(i * width, width));
                }

                _gemm(RowMajor, Transpose, NoTranspose, width, width, depth, 1, a + ((long)first * width), width, s, width, 0, c, width);
                for (int i = 0; i < width; i++)
                {
                    for (int j = 0; j <= i; j++)
                        gram[(i * width) + j] += sums[(i * width) + j];
                }
            }
        }
    }

    /// <inheritdoc/>
    public void MultiplyLower(ReadOnlySpan<float> vectors, ReadOnlySpan<float> lower, int count, int width, Span<float> product) =>
        MultiplyTransposed(vectors, lower, count, width, width, product);

    /// <inheritdoc/>
    public void LowerSquaredNorms(ReadOnlySpan<float> vectors, ReadOnlySpan<float> lower, int count, int width, Span<double> norms)
    {
        ProductShape.Check(vectors.Length, count, width, nameof(vectors));
        ProductShape.Check(norms.Length, count, 1, nameof(norms));
        float[] product = new float[checked(Math.Min(SumBlock, count) * width)];
        for (int first = 0; first < count; first += SumBlock)
        {
            int rows = Math.Min(SumBlock, count - first);
            Span<float> part = product.AsSpan(0, rows * width);
            MultiplyLower(vectors.Slice(first * width, rows * width), lower, rows, width, part);
            for (int i = 0; i < rows; i++)
                norms[first + i] = StripedMath.SumOfSquares(part.Slice(i * width, width));
        }
    }

    private static OpenBlasAlgebra? TryLoad()
    {
        foreach (string name in LibraryNames)
        {
            if (!NativeLibrary.TryLoad(name, out nint library))
                continue;
            if (NativeLibrary.TryGetExport(library, "cblas_sgemm", out nint gemm))
                return new OpenBlasAlgebra(library, gemm);
            NativeLibrary.Free(library);
        }

        return null;
    }
}
