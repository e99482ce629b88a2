namespace HashDb.Models.Numerics;

/// <summary>Our own blocked SIMD products: nothing to install, and the same bits on every machine.</summary>
public sealed unsafe class ManagedAlgebra : IDenseAlgebra
{
    /// <summary>Rows whose cross product is summed in single precision before it is added in double.</summary>
    private const int CrossBlock = 1_024;

    private ManagedAlgebra()
    {
    }

    /// <summary>The only instance; it has no state.</summary>
    public static ManagedAlgebra Instance { get; } = new();

    /// <inheritdoc/>
    public string Name => "managed";

    /// <inheritdoc/>
    public void MultiplyTransposed(
        ReadOnlySpan<float> left, ReadOnlySpan<float> right, int rows, int columns, int depth, Span<float> product)
    {
        ProductShape.Check(left.Length, rows, depth, nameof(left));
        ProductShape.Check(right.Length, columns, depth, nameof(right));
        ProductShape.Check(product.Length, rows, columns, nameof(product));
        product.Clear();
        fixed (float* a = left, b = right, c = product)
        {
            DenseProducts.Add(
                new MatrixView<float>(a, depth, 1), new MatrixView<float>(b, 1, depth), rows, columns, depth, 1, c, columns);
        }
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
            for (int first = 0; first < count; first += CrossBlock)
            {
                int depth = Math.Min(CrossBlock, count - first);
                Array.Clear(sums);
                DenseProducts.Add(
                    new MatrixView<float>(a + ((long)first * rows), 1, rows),
                    new MatrixView<float>(b + ((long)first * columns), columns, 1),
                    rows, columns, depth, 1, c, columns);
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
        fixed (float* a = vectors, w = weights)
        fixed (double* g = gram)
            DenseProducts.AddWeightedGram(a, w, count, width, g);
    }

    /// <inheritdoc/>
    public void MultiplyLower(ReadOnlySpan<float> vectors, ReadOnlySpan<float> lower, int count, int width, Span<float> product)
    {
        ProductShape.Check(vectors.Length, count, width, nameof(vectors));
        ProductShape.Check(lower.Length, width, width, nameof(lower));
        ProductShape.Check(product.Length, count, width, nameof(product));
        fixed (float* a = vectors, l = lower, p = product)
        {
            var sink = new StoringSink(p, width);
            DenseProducts.MultiplyLower(a, l, count, width, ref sink);
        }
    }

    /// <inheritdoc/>
    public void LowerSquaredNorms(ReadOnlySpan<float> vectors, ReadOnlySpan<float> lower, int count, int width, Span<double> norms)
    {
        ProductShape.Check(vectors.Length, count, width, nameof(vectors));
        ProductShape.Check(lower.Length, width, width, nameof(lower));
        ProductShape.Check(norms.Length, count, 1, nameof(norms));
        using var chains = new AlignedBuffer<double>((long)count * SquaredNormSink.Chains);
        chains.Clear();
        fixed (float* a = vectors, l = lower)
        {
            var sink = new SquaredNormSink(chains.Pointer);
            DenseProducts.MultiplyLower(a, l, count, width, ref sink);
        }

        for (int n = 0; n < count; n++)
            norms[n] = SquaredNormSink.Sum(chains.Pointer + ((long)n * SquaredNormSink.Chains));
    }
}
