// Encoding is one matrix product. How much faster is the kernel than what a library offers, on one thread?
using System.Numerics.Tensors;
using BenchmarkDotNet.Attributes;
using HashDb.Models.Encoding;
using HashDb.Models.Numerics;
using MathNet.Numerics;
using MathNet.Numerics.LinearAlgebra.Single;

namespace HashDb.Benchmarks;

/// <summary>Projection of a batch onto hyperplanes, one thread.</summary>
public class ProjectionBenchmarks : IDisposable
{
    private readonly int _mathNetThreads = Control.MaxDegreeOfParallelism;
    private float[] _rows = [];
    private float[] _weights = [];
    private float[] _outputs = [];
    private PackedProjection _projection = null!;
    private DenseMatrix _columns = null!;
    private DenseMatrix _planes = null!;

    /// <summary>Vectors of a batch.</summary>
    [Params(1, 1024)]
    public int Rows { get; set; } = 1024;

    /// <summary>Length of a vector.</summary>
    [Params(512)]
    public int Dimensions { get; set; } = 512;

    /// <summary>Hyperplanes.</summary>
    [Params(16, 64)]
    public int Bits { get; set; } = 64;

    /// <summary>Floating-point operations of one call.</summary>
    public double Operations => 2.0 * Rows * Dimensions * Bits;

    /// <summary>Draws vectors and hyperplanes.</summary>
    [GlobalSetup]
    public void Setup()
    {
        Control.MaxDegreeOfParallelism = 1;
        SeededRandom random = new(1);
        _rows = new float[Rows * Dimensions];
        _weights = new float[Bits * Dimensions];
        _outputs = new float[Rows * Bits];
        random.FillNormal(_rows);
        random.FillNormal(_weights);
        _projection = new PackedProjection(_weights, [], Bits, Dimensions);

        // MathNet is column-major: a row-major batch is the matrix whose columns are the vectors.
        _columns = new DenseMatrix(Dimensions, Rows, _rows);
        _planes = DenseMatrix.Create(Bits, Dimensions, (bit, d) => _weights[(bit * Dimensions) + d]);
    }

    /// <summary>Gives MathNet its threads back.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        Control.MaxDegreeOfParallelism = _mathNetThreads;
        GC.SuppressFinalize(this);
    }

    /// <summary>The kernel of this project.</summary>
    [Benchmark(Baseline = true)]
    public void Kernel() => _projection.Project(_rows, Rows, _outputs);

    /// <summary>One vectorised inner product an output.</summary>
    [Benchmark]
    public void Dots()
    {
        for (int i = 0; i < Rows; i++)
        {
            ReadOnlySpan<float> row = _rows.AsSpan(i * Dimensions, Dimensions);
            for (int j = 0; j < Bits; j++)
                _outputs[(i * Bits) + j] = TensorPrimitives.Dot(row, _weights.AsSpan(j * Dimensions, Dimensions));
        }
    }

    /// <summary>The matrix product of MathNet's managed provider.</summary>
    [Benchmark]
    public object MathNet() => _planes.Multiply(_columns);

    /// <summary>The kernel at a forced width, for the ratio print.</summary>
    internal Action AtWidth(SimdWidth width)
    {
        PackedProjection projection = new(_weights, [], Bits, Dimensions, width);
        return () => projection.Project(_rows, Rows, _outputs);
    }
}
