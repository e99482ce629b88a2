using HashDb.Models.Numerics;

namespace HashDb.Models.Kinds.Grh;

/// <summary>
/// Each row's k nearest rows by Euclidean distance are its neighbours, found by comparing all pairs once. For data without labels.
/// </summary>
internal sealed class NeighbourAffinity : IAffinity
{
    /// <summary>Rows compared with all others by one task.</summary>
    private const int ChunkRows = 64;

    private readonly int[] _neighbours;
    private readonly int _perRow;
    private readonly int _count;

    /// <param name="rows">Preprocessed, row-major, <c>count * dimensions</c>.</param>
    /// <param name="count">Rows.</param>
    /// <param name="dimensions">Length of a row.</param>
    /// <param name="neighbours">Neighbours of a row, at least 1, below <paramref name="count"/>.</param>
    /// <param name="algebra">Who multiplies.</param>
    /// <param name="parallel">Threads and cancellation.</param>
    public NeighbourAffinity(float[] rows, int count, int dimensions, int neighbours, IDenseAlgebra algebra, ParallelOptions parallel)
    {
        _count = count;
        _perRow = neighbours;
        _neighbours = new int[checked(count * neighbours)];
        float[] norms = new float[count];
        for (int n = 0; n < count; n++)
            norms[n] = 0.5f * FixedOrder.Dot(rows.AsSpan(n * dimensions, dimensions), rows.AsSpan(n * dimensions, dimensions));

        Parallel.For(0, (count + ChunkRows - 1) / ChunkRows, parallel, chunk =>
        {
            int first = chunk * ChunkRows;
            int size = Math.Min(ChunkRows, count - first);
            float[] products = new float[size * count];
            algebra.MultiplyTransposed(rows.AsSpan(first * dimensions, size * dimensions), rows, size, count, dimensions, products);
            for (int i = 0; i < size; i++)
            {
                Span<float> closeness = products.AsSpan(i * count, count);
                System.Numerics.Tensors.TensorPrimitives.Subtract(closeness, norms, closeness);
                Select(closeness, first + i, _neighbours.AsSpan((first + i) * neighbours, neighbours));
            }
        });
    }

    public void Average(float[] codes, int bits, float[] averages, ParallelOptions parallel)
    {
        for (int n = 0; n < _count; n++)
        {
            Span<float> sum = averages.AsSpan(n * bits, bits);
            codes.AsSpan(n * bits, bits).CopyTo(sum);
            foreach (int j in _neighbours.AsSpan(n * _perRow, _perRow))
                FixedOrder.AddScaled(1, codes.AsSpan(j * bits, bits), sum);
            foreach (ref float value in sum)
                value /= _perRow + 1;
        }
    }

    /// <summary>Keeps the rows of largest closeness, the first of equals, without the row itself.</summary>
    private static void Select(ReadOnlySpan<float> closeness, int self, Span<int> best)
    {
        var queue = new PriorityQueue<int, (float, int)>(best.Length + 1);
        for (int j = 0; j < closeness.Length; j++)
        {
            if (j == self)
                continue;
            if (queue.Count < best.Length)
                queue.Enqueue(j, (closeness[j], -j));
            else if (queue.TryPeek(out _, out (float Closeness, int) worst) && closeness[j] > worst.Closeness)
                queue.EnqueueDequeue(j, (closeness[j], -j));
        }

        for (int i = best.Length - 1; i >= 0; i--)
            best[i] = queue.Dequeue();
    }
}
