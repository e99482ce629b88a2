// Models whose functions are weighted sums of kernel values at a few points: f_k(x) = b_k + sum_m w_km exp(-|x - z_m|^2 / (2 l^2)).
// Invariant: inner products and weighted sums are ascending chains of fused multiply-adds (PackedProjection), distances and
// exponentials are element-wise with every rounding spelled out (RbfKernel), so a row's bits are the same on every machine, at
// every register width and in every batch. Immutable, safe for many threads.
using System.Buffers;
using HashDb.Models.Files;

namespace HashDb.Models.Encoding;

/// <summary>Base of the models that hash with radial basis functions.</summary>
public abstract class KernelModel : MarginModel
{
    /// <summary>65,536 points: beyond that a row costs more than a scan of the codes.</summary>
    public const int MaxPointCount = 65_536;

    private const string PointsName = "points";
    private const string WeightsName = "weights";
    private const string BiasName = "bias";
    private const string LengthScaleName = "lengthScale";

    private readonly float[] _points;
    private readonly float[] _weights;
    private readonly float[] _bias;
    private readonly float[] _norms;
    private readonly float _scale;
    private readonly PackedProjection _toPoints;
    private readonly PackedProjection _toBits;

    /// <summary>Takes copies of points and weights.</summary>
    /// <param name="kind">The kind under which the model is registered.</param>
    /// <param name="dimensions">Length of a vector.</param>
    /// <param name="bitCount">Bits of a hashcode.</param>
    /// <param name="parameters">Points, weights, intercepts and length scale.</param>
    /// <param name="preprocessing">What is done to a raw vector first.</param>
    /// <param name="provenance">How the model came about.</param>
    /// <param name="signRule">Which side of zero sets a bit.</param>
    /// <exception cref="ArgumentException">A size does not fit its limit or another size, or a value is not finite.</exception>
    protected KernelModel(
        string kind,
        int dimensions,
        int bitCount,
        KernelParameters parameters,
        Preprocessing preprocessing,
        ModelProvenance provenance,
        SignRule signRule)
        : base(kind, dimensions, bitCount, 1, preprocessing, provenance, signRule)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        LengthScale = parameters.LengthScale;
        if (!(LengthScale > 0) || !double.IsFinite(LengthScale))
            throw new ArgumentOutOfRangeException(nameof(parameters), LengthScale, "The length scale must be a finite number above 0.");
        _scale = new RbfKernel(LengthScale, 1).ExponentScale;
        if (!float.IsFinite(_scale) || _scale == 0)
            throw new ArgumentOutOfRangeException(
                nameof(parameters), LengthScale, "The length scale is out of the range of single precision.");
        PointCount = parameters.Points.Length / dimensions;
        if (PointCount is < 1 or > MaxPointCount)
            throw new ArgumentOutOfRangeException(nameof(parameters), PointCount, $"A kernel model has 1 to {MaxPointCount} points.");
        _points = parameters.Points.ToArray();
        _weights = parameters.Weights.ToArray();
        _bias = parameters.Bias.ToArray();
        _toPoints = new PackedProjection(_points, [], PointCount, dimensions);
        _toBits = new PackedProjection(_weights, _bias, bitCount, PointCount);
        _norms = RbfKernel.SquaredNorms(_points, PointCount, dimensions);
    }

    /// <summary>Number of points.</summary>
    public int PointCount { get; }

    /// <summary>Length scale of the kernel, in units of the preprocessed vectors.</summary>
    public double LengthScale { get; }

    /// <summary>The points: row-major, <c>PointCount * Dimensions</c>, preprocessed.</summary>
    public ReadOnlyMemory<float> Points => _points;

    /// <summary>The weights of each bit: row-major, <c>BitCount * PointCount</c>.</summary>
    public ReadOnlyMemory<float> Weights => _weights;

    /// <summary>The intercepts, one a bit, or empty for none.</summary>
    public ReadOnlyMemory<float> Bias => _bias;

    /// <inheritdoc/>
    protected override long WorkPerRow => (long)PointCount * (Dimensions + BitCount);

    /// <summary>Adds the points, weights and intercepts to a model file.</summary>
    public void WriteKernel(ModelWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.AddParameter(LengthScaleName, LengthScale);
        writer.AddArray<float>(PointsName, _points, PointCount, Dimensions);
        writer.AddArray<float>(WeightsName, _weights, BitCount, PointCount);
        if (_bias.Length > 0)
            writer.AddArray<float>(BiasName, _bias, BitCount);
    }

    /// <summary>Reads what <see cref="WriteKernel"/> wrote.</summary>
    /// <exception cref="CorruptDataException">A part is missing or has another shape.</exception>
    public static KernelParameters ReadKernel(ModelReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        ReadOnlySpan<int> shape = reader.GetShape(PointsName);
        int points = shape.Length == 2 ? shape[0] : 0;
        return new KernelParameters
        {
            LengthScale = reader.GetReal(LengthScaleName, 0, double.MaxValue),
            Points = reader.GetArray<float>(PointsName, points, reader.Dimensions),
            Weights = reader.GetArray<float>(WeightsName, reader.BitCount, points),
            Bias = reader.HasArray(BiasName) ? reader.GetArray<float>(BiasName, reader.BitCount) : [],
        };
    }

    /// <inheritdoc/>
    protected override void ComputeMargins(ReadOnlySpan<float> rows, int count, Span<float> margins)
    {
        float[] rented = ArrayPool<float>.Shared.Rent(count * PointCount);
        try
        {
            Span<float> values = rented.AsSpan(0, count * PointCount);
            _toPoints.Project(rows, count, values);
            for (int i = 0; i < count; i++)
            {
                float norm = (float)StripedMath.SumOfSquares(rows.Slice(i * Dimensions, Dimensions));
                RbfKernel.FromInnerProducts(values.Slice(i * PointCount, PointCount), norm, _norms, _scale);
            }

            _toBits.Project(values, count, margins);
        }
        finally
        {
            ArrayPool<float>.Shared.Return(rented);
        }
    }
}
