// Sums over the rows of a training set: means, covariances, cross products, projections. Rows are cut into fixed chunks; a chunk is
// one task, and chunk sums are added in chunk order, so results do not depend on the number of threads.
namespace HashDb.Models.Numerics;

/// <summary>A training set, row-major, and the sums that the linear learners need.</summary>
internal sealed class RowStatistics
{
    /// <summary>Rows of a chunk.</summary>
    private const int ChunkRows = 4_096;

    private readonly float[] _rows;
    private readonly IDenseAlgebra _algebra;
    private readonly ParallelOptions _parallel;

    public RowStatistics(float[] rows, int count, int width, IDenseAlgebra algebra, ParallelOptions parallel)
    {
        ProductShape.Check(rows.Length, count, width, nameof(rows));
        _rows = rows;
        Count = count;
        Width = width;
        _algebra = algebra;
        _parallel = parallel;
    }

    public int Count { get; }

    public int Width { get; }

    private int Chunks => (Count + ChunkRows - 1) / ChunkRows;

    /// <summary>The mean row, in double precision.</summary>
    public double[] Mean()
    {
        double[] mean = new double[Width];
        for (int n = 0; n < Count; n++)
            StripedMath.Accumulate(_rows.AsSpan(n * Width, Width), mean);
        for (int j = 0; j < Width; j++)
            mean[j] /= Count;
        return mean;
    }

    /// <summary><c>X'X</c>, the lower triangle; <c>width * width</c>.</summary>
    public double[] Gram()
    {
        double[] gram = new double[checked(Width * Width)];
        float[] ones = new float[Math.Min(ChunkRows, Count)];
        Array.Fill(ones, 1);
        Reduce(gram, (first, count, partial) => _algebra.AddWeightedGram(Rows(first, count), ones.AsSpan(0, count), count, Width, partial));
        return gram;
    }

    /// <summary><c>X'Y</c>; <c>width * columns</c>.</summary>
    /// <param name="other">Row-major, <c>Count * columns</c>.</param>
    /// <param name="columns">Columns of the other.</param>
    public double[] Cross(float[] other, int columns)
    {
        ProductShape.Check(other.Length, Count, columns, nameof(other));
        double[] product = new double[checked(Width * columns)];
        Reduce(product, (first, count, partial) =>
            _algebra.AddCrossProduct(Rows(first, count), other.AsSpan(first * columns, count * columns), count, Width, columns, partial));
        return product;
    }

    /// <summary><c>X W'</c> plus an intercept per column; <c>Count * outputs</c>.</summary>
    /// <param name="weights">Row-major, <c>outputs * width</c>.</param>
    /// <param name="bias">One per output.</param>
    /// <param name="outputs">Rows of the weights.</param>
    public float[] Project(float[] weights, ReadOnlySpan<float> bias, int outputs)
    {
        float[] values = new float[checked(Count * outputs)];
        float[] intercepts = bias.ToArray();
        Parallel.For(0, Chunks, _parallel, chunk =>
        {
            (int first, int count) = Range(chunk);
            Span<float> part = values.AsSpan(first * outputs, count * outputs);
            _algebra.MultiplyTransposed(Rows(first, count), weights, count, outputs, Width, part);
            for (int i = 0; i < count; i++)
            {
                for (int k = 0; k < outputs; k++)
                    part[(i * outputs) + k] += intercepts[k];
            }
        });
        return values;
    }

    private void Reduce(double[] total, Action<int, int, double[]> add)
    {
        // One batch of partial sums at a time: as many as there are threads at most, added in order.
        int batch = _parallel.MaxDegreeOfParallelism > 0 ? _parallel.MaxDegreeOfParallelism : Environment.ProcessorCount;
        for (int start = 0; start < Chunks; start += batch)
        {
            int count = Math.Min(batch, Chunks - start);
            double[][] partials = new double[count][];
            Parallel.For(0, count, _parallel, i =>
            {
                partials[i] = new double[total.Length];
                (int first, int rows) = Range(start + i);
                add(first, rows, partials[i]);
            });
            foreach (double[] partial in partials)
            {
                for (int i = 0; i < total.Length; i++)
                    total[i] += partial[i];
            }
        }
    }

    private (int First, int Count) Range(int chunk) => (chunk * ChunkRows, Math.Min(ChunkRows, Count - (chunk * ChunkRows)));

    private ReadOnlySpan<float> Rows(int first, int count) => _rows.AsSpan(first * Width, count * Width);
}
