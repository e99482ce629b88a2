// Where the inducing points of the sparse Gaussian process lie. Class k-means is the strongest choice for single-label data.
using HashDb.Models.Numerics;
using HashDb.Models.Training;

namespace HashDb.Models.Kinds.Gph;

/// <summary>Chooses inducing points among, or between, the training rows.</summary>
internal static class InducingPoints
{
    private const int Iterations = 20;

    /// <summary>Chooses the points.</summary>
    /// <param name="vectors">Preprocessed rows, row-major, <c>count * dimensions</c>.</param>
    /// <param name="count">Rows.</param>
    /// <param name="dimensions">Length of a row.</param>
    /// <param name="labels">Classes; needed for <see cref="InducingPointChoice.ClassKMeans"/> only.</param>
    /// <param name="width">Number of points, at most <paramref name="count"/>.</param>
    /// <param name="choice">The method; not <see cref="InducingPointChoice.Auto"/>.</param>
    /// <param name="unitLength">True to scale centres to unit length, as the rows are.</param>
    /// <param name="random">Random rows and starts.</param>
    /// <param name="algebra">Who multiplies.</param>
    /// <param name="parallel">Threads and cancellation.</param>
    /// <returns>Row-major, <c>width * dimensions</c>.</returns>
    public static float[] Choose(
        float[] vectors,
        int count,
        int dimensions,
        TrainingLabels? labels,
        int width,
        InducingPointChoice choice,
        bool unitLength,
        SeededRandom random,
        IDenseAlgebra algebra,
        ParallelOptions parallel)
    {
        float[] points = new float[width * dimensions];
        switch (choice)
        {
            case InducingPointChoice.Random:
                int[] order = Enumerable.Range(0, count).ToArray();
                random.Shuffle<int>(order);
                Array.Sort(order, 0, width);
                CopyRows(vectors, dimensions, order.AsSpan(0, width), points);
                return points;
            case InducingPointChoice.KMeans:
                KMeans.Cluster(vectors, count, dimensions, width, Iterations, random, algebra, parallel, points);
                break;
            case InducingPointChoice.ClassKMeans:
                ClusterClasses(vectors, dimensions, labels!, width, random, algebra, parallel, points);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(choice), choice, "There is no such choice of inducing points.");
        }

        if (unitLength)
            ScaleToUnit(points, dimensions);
        return points;
    }

    private static void ClusterClasses(
        float[] vectors,
        int dimensions,
        TrainingLabels labels,
        int width,
        SeededRandom random,
        IDenseAlgebra algebra,
        ParallelOptions parallel,
        float[] points)
    {
        int[][] members = new int[labels.LabelCount][];
        for (int c = 0; c < members.Length; c++)
            members[c] = [];
        foreach (IGrouping<int, int> group in Enumerable.Range(0, labels.Count).GroupBy(n => labels.Classes[n]))
            members[group.Key] = group.ToArray();

        int[] shares = Divide(width, Array.ConvertAll(members, static rows => rows.Length));
        int done = 0;
        for (int c = 0; c < members.Length; c++)
        {
            if (shares[c] == 0)
                continue;
            float[] rows = new float[members[c].Length * dimensions];
            CopyRows(vectors, dimensions, members[c], rows);
            KMeans.Cluster(
                rows, members[c].Length, dimensions, shares[c], Iterations, random, algebra, parallel, points.AsSpan(
                    done * dimensions, shares[c] * dimensions));
            done += shares[c];
        }
    }

    /// <summary>Divides points evenly among classes, no class getting more than it has rows; what is left over goes round again.</summary>
    internal static int[] Divide(int width, int[] sizes)
    {
        int[] shares = new int[sizes.Length];
        int left = width;
        while (left > 0)
        {
            int before = left;
            for (int c = 0; c < sizes.Length && left > 0; c++)
            {
                if (shares[c] < sizes[c])
                {
                    shares[c]++;
                    left--;
                }
            }

            if (left == before)
                throw new ArgumentOutOfRangeException(
                    nameof(width), width, $"There are only {sizes.Sum()} rows for {width} inducing points.");
        }

        return shares;
    }

    private static void CopyRows(float[] vectors, int dimensions, ReadOnlySpan<int> rows, Span<float> target)
    {
        for (int i = 0; i < rows.Length; i++)
            vectors.AsSpan(rows[i] * dimensions, dimensions).CopyTo(target[(i * dimensions)..]);
    }

    private static void ScaleToUnit(float[] points, int dimensions)
    {
        for (int start = 0; start < points.Length; start += dimensions)
        {
            Span<float> point = points.AsSpan(start, dimensions);
            float norm = FixedOrder.Dot(point, point);
            if (norm > 0)
                System.Numerics.Tensors.TensorPrimitives.Multiply(point, 1 / MathF.Sqrt(norm), point);
        }
    }
}
