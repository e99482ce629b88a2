// The sparse Gaussian process in whitened form (Ozdemir and Davis; FITC). With u = L v, K_mm = L L', the training features are
// Phi = K_nm L^-T, and every EP site is a rank-one Gaussian in v. Computed once, shared by all bits, read only.
using HashDb.Models.Encoding;
using HashDb.Models.Numerics;

namespace HashDb.Models.Kinds.Gph;

/// <summary>Whitened kernel features of a training set.</summary>
internal sealed class GphFeatures
{
    /// <summary>Jitter on the diagonal of K_mm, relative to the signal variance: first try and last.</summary>
    private const double FirstJitter = 1e-6, LastJitter = 1e-2;

    /// <summary>Rows a task computes at a time: the kernel values of a chunk stay in the second-level cache's reach.</summary>
    private const int ChunkRows = 960;

    private GphFeatures(int count, int width, float[] phi, double[] residual, double[] inverseFactor, double jitter)
    {
        Count = count;
        Width = width;
        Phi = phi;
        Residual = residual;
        InverseFactor = inverseFactor;
        Jitter = jitter;
    }

    /// <summary>Training rows, N.</summary>
    public int Count { get; }

    /// <summary>Inducing points, M.</summary>
    public int Width { get; }

    /// <summary>Row-major, <c>Count * Width</c>.</summary>
    public float[] Phi { get; }

    /// <summary>The variance per row that the inducing points do not explain (FITC), or zeros (DTC).</summary>
    public double[] Residual { get; }

    /// <summary>The inverse of L, lower, row-major, <c>Width * Width</c>.</summary>
    public double[] InverseFactor { get; }

    /// <summary>The relative jitter that made K_mm positive definite.</summary>
    public double Jitter { get; }

    /// <summary>Computes the features.</summary>
    /// <param name="vectors">Preprocessed rows, row-major, <c>count * dimensions</c>.</param>
    /// <param name="count">Rows.</param>
    /// <param name="points">Inducing points, row-major, <c>width * dimensions</c>.</param>
    /// <param name="width">Inducing points.</param>
    /// <param name="dimensions">Length of a row.</param>
    /// <param name="kernel">The covariance.</param>
    /// <param name="fitc">True to keep the unexplained variance, false for DTC.</param>
    /// <param name="algebra">Who multiplies.</param>
    /// <param name="parallel">Threads and cancellation.</param>
    public static GphFeatures Compute(
        float[] vectors, int count, float[] points, int width, int dimensions, RbfKernel kernel, bool fitc, IDenseAlgebra algebra,
        ParallelOptions parallel)
    {
        double[] inverseFactor = new double[width * width];
        double jitter = FactorKernel(points, width, dimensions, kernel, inverseFactor);
        float[] lower = Array.ConvertAll(inverseFactor, static value => (float)value);

        float[] phi = GC.AllocateUninitializedArray<float>(checked(count * width));
        double[] residual = new double[count];
        int chunks = (count + ChunkRows - 1) / ChunkRows;
        Parallel.For(0, chunks, parallel, chunk =>
        {
            int first = chunk * ChunkRows;
            int rows = Math.Min(ChunkRows, count - first);
            float[] values = new float[rows * width];
            kernel.Fill(vectors.AsSpan(first * dimensions, rows * dimensions), points, rows, width, dimensions, algebra, values);
            Span<float> part = phi.AsSpan(first * width, rows * width);
            algebra.MultiplyLower(values, lower, rows, width, part);
            if (fitc)
            {
                for (int i = 0; i < rows; i++)
                {
                    ReadOnlySpan<float> row = part.Slice(i * width, width);
                    residual[first + i] = Math.Max(kernel.SignalVariance - FixedOrder.Dot(row, row), 0);
                }
            }
        });

        return new GphFeatures(count, width, phi, residual, inverseFactor, jitter);
    }

    private static double FactorKernel(float[] points, int width, int dimensions, RbfKernel kernel, double[] inverseFactor)
    {
        double[] factor = new double[width * width];
        for (double jitter = FirstJitter; jitter <= LastJitter * 1.5; jitter *= 10)
        {
            kernel.FillSquare(points, width, dimensions, factor);
            for (int i = 0; i < width; i++)
                factor[(i * width) + i] = kernel.SignalVariance * (1 + jitter);
            if (Cholesky.TryFactor(factor, width))
            {
                Cholesky.InvertLower(factor, width, inverseFactor);
                return jitter;
            }
        }

        throw new ArgumentException(
            $"The kernel matrix of the {width} inducing points is not positive definite even with a jitter of {LastJitter}: "
            + $"too many of them coincide for length scale {kernel.LengthScale}.");
    }
}
