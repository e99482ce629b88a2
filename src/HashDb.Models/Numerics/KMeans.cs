// Lloyd's k-means with k-means++ starts, on the dense products. Deterministic for a seed: rows are assigned in parallel in fixed
// chunks, each row's choice depends on nothing else, and the sums of a centre are added in row order.
namespace HashDb.Models.Numerics;

/// <summary>Cluster centres of row-major vectors.</summary>
internal static class KMeans
{
    /// <summary>Rows assigned by one task.</summary>
    private const int ChunkRows = 512;

    /// <summary>Stops when fewer than this share of the rows changed their cluster.</summary>
    private const double StopShare = 0.001;

    /// <summary>Computes the centres.</summary>
    /// <param name="vectors">Row-major, <c>count * dimensions</c>.</param>
    /// <param name="count">Rows, at least <paramref name="clusters"/>.</param>
    /// <param name="dimensions">Length of a row.</param>
    /// <param name="clusters">Number of centres.</param>
    /// <param name="iterations">At most so many rounds.</param>
    /// <param name="random">Start points.</param>
    /// <param name="algebra">Who multiplies.</param>
    /// <param name="parallel">Threads and cancellation.</param>
    /// <param name="centres">Receives <c>clusters * dimensions</c>, row-major.</param>
    public static void Cluster(
        ReadOnlyMemory<float> vectors,
        int count,
        int dimensions,
        int clusters,
        int iterations,
        SeededRandom random,
        IDenseAlgebra algebra,
        ParallelOptions parallel,
        Span<float> centres)
    {
        if (clusters < 1 || clusters > count)
            throw new ArgumentOutOfRangeException(
                nameof(clusters), clusters, $"There are {count} rows, so 1 to {count} clusters can be made.");
        float[] current = new float[clusters * dimensions];
        PlaceStarts(vectors.Span, count, dimensions, clusters, random, current);
        int[] assigned = new int[count];
        Array.Fill(assigned, -1);
        float[] distances = new float[count];
        for (int round = 0; round < iterations; round++)
        {
            int changed = Assign(vectors, count, dimensions, clusters, current, assigned, distances, algebra, parallel);
            Update(vectors.Span, count, dimensions, clusters, assigned, distances, current);
            if (changed <= count * StopShare)
                break;
        }

        current.CopyTo(centres);
    }

    /// <summary>k-means++: each next start is a row drawn in proportion to its squared distance to the starts so far.</summary>
    private static void PlaceStarts(
        ReadOnlySpan<float> vectors, int count, int dimensions, int clusters, SeededRandom random, Span<float> centres)
    {
        double[] nearest = new double[count];
        Array.Fill(nearest, double.PositiveInfinity);
        float[] norms = new float[count];
        for (int n = 0; n < count; n++)
        {
            ReadOnlySpan<float> row = vectors.Slice(n * dimensions, dimensions);
            norms[n] = FixedOrder.Dot(row, row);
        }

        int pick = random.NextInt32(count);
        for (int c = 0; ; c++)
        {
            ReadOnlySpan<float> centre = vectors.Slice(pick * dimensions, dimensions);
            centre.CopyTo(centres.Slice(c * dimensions, dimensions));
            if (c + 1 == clusters)
                return;
            double total = 0;
            for (int n = 0; n < count; n++)
            {
                if (nearest[n] > 0)
                {
                    double distance = norms[n] + norms[pick] - (2.0 * FixedOrder.Dot(vectors.Slice(n * dimensions, dimensions), centre));
                    nearest[n] = Math.Min(nearest[n], Math.Max(0, distance));
                }

                total += nearest[n];
            }

            nearest[pick] = 0;
            pick = Draw(nearest, total, count, random);
        }
    }

    private static int Draw(double[] nearest, double total, int count, SeededRandom random)
    {
        double target = random.NextDouble() * total;
        int last = 0;
        for (int n = 0; n < count; n++)
        {
            if (nearest[n] <= 0)
                continue;
            last = n;
            target -= nearest[n];
            if (target < 0)
                break;
        }

        return total > 0 ? last : random.NextInt32(count);
    }

    private static int Assign(
        ReadOnlyMemory<float> vectors,
        int count,
        int dimensions,
        int clusters,
        float[] centres,
        int[] assigned,
        float[] distances,
        IDenseAlgebra algebra,
        ParallelOptions parallel)
    {
        float[] norms = new float[clusters];
        for (int c = 0; c < clusters; c++)
        {
            ReadOnlySpan<float> centre = centres.AsSpan(c * dimensions, dimensions);
            norms[c] = 0.5f * FixedOrder.Dot(centre, centre);
        }

        int changed = 0;
        Parallel.For(0, (count + ChunkRows - 1) / ChunkRows, parallel, chunk =>
        {
            int first = chunk * ChunkRows;
            int rows = Math.Min(ChunkRows, count - first);
            float[] products = new float[rows * clusters];
            ReadOnlySpan<float> part = vectors.Span.Slice(first * dimensions, rows * dimensions);
            algebra.MultiplyTransposed(part, centres, rows, clusters, dimensions, products);
            int moved = 0;
            for (int i = 0; i < rows; i++)
            {
                // The nearest centre has the largest x.z - |z|^2 / 2; the first of equals wins.
                System.Numerics.Tensors.TensorPrimitives.Subtract(
                    products.AsSpan(i * clusters, clusters), norms, products.AsSpan(i * clusters, clusters));
                int best = System.Numerics.Tensors.TensorPrimitives.IndexOfMax<float>(products.AsSpan(i * clusters, clusters));
                distances[first + i] = -products[(i * clusters) + best];
                if (assigned[first + i] != best)
                {
                    assigned[first + i] = best;
                    moved++;
                }
            }

            Interlocked.Add(ref changed, moved);
        });
        return changed;
    }

    private static void Update(
        ReadOnlySpan<float> vectors, int count, int dimensions, int clusters, int[] assigned, float[] distances, Span<float> centres)
    {
        double[] sums = new double[clusters * dimensions];
        int[] sizes = new int[clusters];
        for (int n = 0; n < count; n++)
        {
            int c = assigned[n];
            sizes[c]++;
            Span<double> sum = sums.AsSpan(c * dimensions, dimensions);
            ReadOnlySpan<float> row = vectors.Slice(n * dimensions, dimensions);
            for (int j = 0; j < row.Length; j++)
                sum[j] += row[j];
        }

        for (int c = 0; c < clusters; c++)
        {
            Span<float> centre = centres.Slice(c * dimensions, dimensions);
            if (sizes[c] > 0)
            {
                for (int j = 0; j < centre.Length; j++)
                    centre[j] = (float)(sums[(c * dimensions) + j] / sizes[c]);
                continue;
            }

            // An empty cluster moves to the row that its centre serves worst (up to the row's own length, which is the same
            // for unit vectors); that row then counts as served.
            int worst = 0;
            for (int n = 1; n < count; n++)
            {
                if (distances[n] > distances[worst])
                    worst = n;
            }

            vectors.Slice(worst * dimensions, dimensions).CopyTo(centre);
            distances[worst] = float.NegativeInfinity;
        }
    }
}
