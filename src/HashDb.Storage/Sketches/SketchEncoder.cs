// Makes sketches: of a stored vector the signs of its rotated difference from the centre of its cell, and three factors which turn the
// sum s_q = sum_b sign_b z_b over a query's rotated coordinates z into an estimate of the distance (RaBitQ: Gao and Long, SIGMOD 2024):
//
//   r = x - c,  p = R r,  n = |r|^2,  f = n / sum_b |p_b|     <q - c, r> is about f (s_q - s_c), without bias
//   Euclidean, cosine    |q - x|^2 is about |q - c|^2 + n - 2 f (s_q - s_c)
//   inner product        -<q, x>   is about -<q, c> - <q, o>' - <c, r> - <o, x> - f (s_q - s_c)
//
// with all vectors relative to the mean o, so that what they share does not eat up the precision (<q, o>' is of the query as it is).
// s_c, the same sum over the centre's coordinates, depends on the row alone, so one table of a query serves all cells. The error is
// close to Gaussian with the standard deviation |q - c| times sqrt((f^2 B - n) / (D - 1)), for B signs of D coordinates.
//
//   offset = n + 2 f s_c                     slope = 2 f     spread = 2 sqrt(...)
//   offset = f s_c - <c, r> - <o, x>         slope = f       spread = sqrt(...)      (inner product)
//
// Cosine distances are those of unit vectors: |q - x|^2 = 2 (1 - cos).
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using HashDb.Models;
using HashDb.Models.Kinds.Cells;

namespace HashDb.Storage.Sketches;

internal sealed class SketchEncoder
{
    private const ulong Seed = 0x5E7C_4A5D_B000;

    private readonly SketchRotation _rotation;
    private readonly float[] _centresRotated;
    private readonly float[] _squaredNorms;
    private readonly float[] _ofMean;

    /// <param name="metric">The metric to estimate.</param>
    /// <param name="cells">Preprocessing and centres.</param>
    public SketchEncoder(DistanceMetric metric, CellsModel cells)
    {
        Metric = metric;
        Cells = cells;
        Shape = new SketchShape(cells.Dimensions);
        _rotation = new SketchRotation(Shape.Length, Seed);
        _centresRotated = new float[cells.CellCount * Shape.Length];
        _squaredNorms = new float[cells.CellCount];
        _ofMean = new float[cells.CellCount];
        ReadOnlySpan<float> mean = cells.Preprocessing.Mean.Span;
        for (int cell = 0; cell < cells.CellCount; cell++)
        {
            Rotate(CentreOf(cell), _centresRotated.AsSpan(cell * Shape.Length, Shape.Length));
            _squaredNorms[cell] = (float)StripedMath.SumOfSquares(CentreOf(cell));
            _ofMean[cell] = mean.IsEmpty ? 0 : (float)StripedMath.Dot(CentreOf(cell), mean);
        }
    }

    public SketchShape Shape { get; }

    public DistanceMetric Metric { get; }

    public CellsModel Cells { get; }

    public int CellCount => Cells.CellCount;

    /// <summary>Anonymous memory that it holds.</summary>
    public long MemoryBytes => (long)(_squaredNorms.Length + _ofMean.Length + _centresRotated.Length) * sizeof(float);

    /// <summary>|c|^2 of every centre.</summary>
    public ReadOnlySpan<float> SquaredNorms => _squaredNorms;

    /// <summary>Every centre's inner product with the mean.</summary>
    public ReadOnlySpan<float> CentresOfMean => _ofMean;

    /// <summary>Rotates a preprocessed vector.</summary>
    /// <param name="prepared">Of the dimensions.</param>
    /// <param name="rotated">Receives <see cref="SketchShape.Length"/> values.</param>
    public void Rotate(ReadOnlySpan<float> prepared, Span<float> rotated)
    {
        prepared.CopyTo(rotated);
        rotated[prepared.Length..].Clear();
        _rotation.Apply(rotated);
    }

    /// <summary>The bits and factors of a stored vector.</summary>
    /// <param name="vector">As stored.</param>
    /// <param name="cell">Its cell.</param>
    /// <param name="bits">Receives <see cref="SketchShape.Lines"/> bytes.</param>
    /// <param name="scratch">Of the dimensions and <see cref="SketchShape.Length"/> more.</param>
    public SketchFactors Encode(ReadOnlySpan<float> vector, int cell, Span<byte> bits, Span<float> scratch)
    {
        Span<float> prepared = scratch[..Shape.Dimensions];
        Span<float> rotated = scratch.Slice(Shape.Dimensions, Shape.Length);
        if (Cells.Preprocessing.TryApply(vector, prepared) != RowFault.None)
            return SketchFactors.AlwaysRead;
        Rotate(prepared, rotated);
        Sums sums = Pack(rotated, _centresRotated.AsSpan(cell * Shape.Length, Shape.Length), bits);
        double f = sums.Absolute > 0 ? sums.Squares / sums.Absolute : 0;
        double spread = Math.Sqrt(Math.Max(0, ((f * f * Shape.Bits) - sums.Squares) / (Shape.Length - 1)));
        if (Metric != DistanceMetric.Dot)
            return new SketchFactors((float)(sums.Squares + (2 * f * sums.Centre)), (float)(2 * f), (float)(2 * spread));
        double along = StripedMath.Dot(prepared, CentreOf(cell)) - _squaredNorms[cell];
        ReadOnlySpan<float> mean = Cells.Preprocessing.Mean.Span;
        double ofMean = mean.IsEmpty ? 0 : StripedMath.Dot(prepared, mean);
        return new SketchFactors((float)((f * sums.Centre) - along - ofMean), (float)f, (float)spread);
    }

    private ReadOnlySpan<float> CentreOf(int cell) => Cells.Centres.Span.Slice(cell * Shape.Dimensions, Shape.Dimensions);

    /// <summary>Signs of the differences, and the sums over them in float64: 16 stripes folded in a fixed tree.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private Sums Pack(ReadOnlySpan<float> rotated, ReadOnlySpan<float> centre, Span<byte> bits)
    {
        ref float x = ref MemoryMarshal.GetReference(rotated);
        ref float c = ref MemoryMarshal.GetReference(centre);
        Vector512<double> squares = default, absolute = default, along = default;
        for (int i = 0; i < Shape.Length; i += 16)
        {
            Vector512<float> rc = Vector512.LoadUnsafe(ref c, (nuint)i);
            Vector512<float> p = Vector512.LoadUnsafe(ref x, (nuint)i) - rc;
            squares += Widen(p * p);
            if (i >= Shape.Bits)
                continue;
            ulong negative = Vector512.ExtractMostSignificantBits(p);
            Vector512<float> signs = p & Vector512.Create(-0f);
            absolute += Widen(Vector512.Abs(p));
            along += Widen(rc ^ signs);
            bits[i / 8] = (byte)~negative;
            bits[(i / 8) + 1] = (byte)(~negative >> 8);
        }
        return new Sums(Fold(squares), Fold(absolute), Fold(along));
    }

    private static Vector512<double> Widen(Vector512<float> lanes) => Vector512.WidenLower(lanes) + Vector512.WidenUpper(lanes);

    private static double Fold(Vector512<double> s) => ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));

    private readonly record struct Sums(double Squares, double Absolute, double Centre);
}
