// The one place that knows which vector width a machine has. Everything above it speaks of matrices only.
using System.Runtime.Intrinsics;

namespace HashDb.Models.Numerics;

/// <summary>Our own dense products at the widest vectors the machine has. Stateless; each call runs on the calling thread.</summary>
internal static unsafe class DenseProducts
{
    /// <summary>Rows summed in single precision before the sum moves on to double: four blocks of the depth.</summary>
    private const int GramBlocksPerFlush = 4;

    /// <summary>The vector width in bits that <see cref="BestWidth"/> found; tests pass narrower ones.</summary>
    public static int BestWidth { get; } =
        Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;

    /// <summary>Adds <c>factor * left * right</c> to a row-major target.</summary>
    public static void Add(
        MatrixView<float> left, MatrixView<float> right, int rows, int columns, int depth, float factor, float* target,
        long targetStride, int width = 0)
    {
        switch (width == 0 ? BestWidth : width)
        {
            case 512:
                BlockedProduct<Lanes512, Vector512<float>, float>.Add(
                left, right, rows, columns, depth, factor, target, targetStride); break;
            case 256:
                BlockedProduct<Lanes256, Vector256<float>, float>.Add(
                left, right, rows, columns, depth, factor, target, targetStride); break;
            default:
                BlockedProduct<Lanes128, Vector128<float>, float>.Add(
                left, right, rows, columns, depth, factor, target, targetStride); break;
        }
    }

    /// <summary>Adds <c>factor * left * right</c> to a row-major target.</summary>
    public static void Add(
        MatrixView<double> left, MatrixView<double> right, int rows, int columns, int depth, double factor, double* target,
        long targetStride, int width = 0)
    {
        switch (width == 0 ? BestWidth : width)
        {
            case 512:
                BlockedProduct<DoubleLanes512, Vector512<double>, double>.Add(
                left, right, rows, columns, depth, factor, target, targetStride); break;
            case 256:
                BlockedProduct<DoubleLanes256, Vector256<double>, double>.Add(
                left, right, rows, columns, depth, factor, target, targetStride); break;
            default:
                BlockedProduct<DoubleLanes128, Vector128<double>, double>.Add(
                left, right, rows, columns, depth, factor, target, targetStride); break;
        }
    }

    /// <summary>Hands the tiles of <c>vectors * lower'</c> to a sink.</summary>
    public static void MultiplyLower<TSink>(float* vectors, float* lower, int count, int columns, ref TSink sink, int width = 0)
        where TSink : struct, ITileSink<float>
    {
        switch (width == 0 ? BestWidth : width)
        {
            case 512: BlockedProduct<Lanes512, Vector512<float>, float>.MultiplyLower(vectors, lower, count, columns, ref sink); break;
            case 256: BlockedProduct<Lanes256, Vector256<float>, float>.MultiplyLower(vectors, lower, count, columns, ref sink); break;
            default: BlockedProduct<Lanes128, Vector128<float>, float>.MultiplyLower(vectors, lower, count, columns, ref sink); break;
        }
    }

    /// <summary>Adds the lower triangle of <c>sum_n weight_n v_n v_n'</c> to a row-major square of doubles.</summary>
    public static void AddWeightedGram(float* vectors, float* weights, int count, int columns, double* gram, int width = 0)
    {
        switch (width == 0 ? BestWidth : width)
        {
            case 512: AddWeightedGram<Lanes512, Vector512<float>>(vectors, weights, count, columns, gram); break;
            case 256: AddWeightedGram<Lanes256, Vector256<float>>(vectors, weights, count, columns, gram); break;
            default: AddWeightedGram<Lanes128, Vector128<float>>(vectors, weights, count, columns, gram); break;
        }
    }

    private static void AddWeightedGram<TOps, TVector>(float* vectors, float* weights, int count, int columns, double* gram)
        where TOps : struct, ILanes<TVector, float>
        where TVector : unmanaged
    {
        int blockRows = BlockedProduct<TOps, TVector, float>.GramBlockRows;
        int stride = BlockedProduct<TOps, TVector, float>.GramColumns(columns);
        using var sums = new AlignedBuffer<float>((long)BlockedProduct<TOps, TVector, float>.GramRows(columns) * stride);
        using var panels = new AlignedBuffer<float>(BlockedProduct<TOps, TVector, float>.GramScratchLength(columns));
        using var scaled = new AlignedBuffer<float>((long)blockRows * columns);
        sums.Clear();
        int pending = 0;
        for (int first = 0; first < count; first += blockRows)
        {
            int rows = Math.Min(blockRows, count - first);
            float* block = vectors + ((long)first * columns);
            for (int i = 0; i < rows; i++)
            {
                System.Numerics.Tensors.TensorPrimitives.Multiply(
                    new ReadOnlySpan<float>(block + ((long)i * columns), columns),
                    weights[first + i],
                    new Span<float>(scaled.Pointer + ((long)i * columns), columns));
            }

            BlockedProduct<TOps, TVector, float>.AddLowerGramBlock(
                block, scaled.Pointer, rows, columns, panels.Pointer, sums.Pointer, stride);
            if (++pending == GramBlocksPerFlush || first + rows >= count)
            {
                Flush(sums.Pointer, stride, columns, gram);
                sums.Clear();
                pending = 0;
            }
        }
    }

    private static void Flush(float* sums, int stride, int columns, double* gram)
    {
        for (int i = 0; i < columns; i++)
        {
            float* from = sums + ((long)i * stride);
            double* to = gram + ((long)i * columns);
            int j = 0;
            for (; j + 8 <= i + 1; j += 8)
            {
                (Vector256<double> low, Vector256<double> high) = Vector256.Widen(Vector256.Load(from + j));
                (Vector256.Load(to + j) + low).Store(to + j);
                (Vector256.Load(to + j + 4) + high).Store(to + j + 4);
            }

            for (; j <= i; j++)
                to[j] += from[j];
        }
    }
}
