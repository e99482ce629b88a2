// Centring and scaling of raw vectors, fitted once and stored in the model file.
// Invariant: the same bits on every machine. Norms and means are sums of float64 in an order that does not depend on the
// width of the registers (see StripedMath); everything else is one correctly rounded operation an element.
// Immutable and safe to use from many threads.
using System.Numerics.Tensors;
using System.Runtime.InteropServices;

namespace HashDb.Models;

/// <summary>What is done to a raw vector before the hash functions see it: centring, scaling to unit length, in either order.</summary>
public sealed class Preprocessing
{
    private readonly float[] _mean;

    private Preprocessing(PreprocessingOrder order, float[] mean)
    {
        Order = order;
        _mean = mean;
    }

    /// <summary>Raw vectors are hashed as they are.</summary>
    public static Preprocessing None { get; } = new(PreprocessingOrder.None, []);

    /// <summary>Vectors are scaled to unit length, which needs no training data.</summary>
    public static Preprocessing Unit { get; } = new(PreprocessingOrder.Unit, []);

    /// <summary>Which steps are taken, in which order.</summary>
    public PreprocessingOrder Order { get; }

    /// <summary>The mean that is subtracted; empty when the order has no centring.</summary>
    public ReadOnlyMemory<float> Mean => _mean;

    /// <summary>True when the order subtracts a mean, which must be fitted.</summary>
    public static bool NeedsMean(PreprocessingOrder order) => Checked(order)
        is PreprocessingOrder.Center or PreprocessingOrder.CenterThenUnit or PreprocessingOrder.UnitThenCenter;

    /// <summary>True when the order scales to unit length, so that a vector without direction is refused.</summary>
    public static bool Scales(PreprocessingOrder order) => Checked(order)
        is PreprocessingOrder.Unit or PreprocessingOrder.CenterThenUnit or PreprocessingOrder.UnitThenCenter;

    /// <summary>Preprocessing with a mean that is already known.</summary>
    /// <param name="order">The steps.</param>
    /// <param name="mean">float32, one value a dimension; empty for an order without centring.</param>
    /// <exception cref="ArgumentException">The mean is missing, superfluous, too long or not finite.</exception>
    public static Preprocessing Create(PreprocessingOrder order, ReadOnlySpan<float> mean)
    {
        if (NeedsMean(order) == mean.IsEmpty)
        {
            throw new ArgumentException(
                mean.IsEmpty
                    ? $"{order} needs a mean."
                    : $"{order} subtracts no mean, but one of {mean.Length} values was given.", nameof(mean));
        }

        if (!mean.IsEmpty)
        {
            MatrixShape.CheckDimensions(mean.Length);
            if (!double.IsFinite(StripedMath.SumOfSquares(mean)))
                throw new ArgumentException("The mean is not finite.", nameof(mean));
        }

        return order switch
        {
            PreprocessingOrder.None => None,
            PreprocessingOrder.Unit => Unit,
            _ => new Preprocessing(order, mean.ToArray()),
        };
    }

    /// <summary>Fits the mean, if the order has one, to training rows.</summary>
    /// <param name="order">The steps.</param>
    /// <param name="vectors">Row-major, <c>count * dimensions</c>, float32, raw.</param>
    /// <param name="count">Number of rows; at least 1 when a mean is to be fitted.</param>
    /// <param name="dimensions">Length of a row.</param>
    /// <exception cref="ArgumentException">A size does not fit, or a row is not finite or has no direction; names the row.</exception>
    public static Preprocessing Fit(PreprocessingOrder order, ReadOnlySpan<float> vectors, int count, int dimensions)
    {
        MatrixShape.Check(vectors.Length, count, dimensions, nameof(vectors));
        if (!NeedsMean(order))
            return Create(order, []);
        if (count == 0)
            throw new ArgumentException($"{order} needs at least one training row to fit its mean.", nameof(count));

        double[] sums = new double[dimensions];
        float[] unit = order == PreprocessingOrder.UnitThenCenter ? new float[dimensions] : [];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<float> row = vectors.Slice(i * dimensions, dimensions);
            RowFault fault = unit.Length == 0
                ? double.IsFinite(StripedMath.SumOfSquares(row)) ? RowFault.None : RowFault.NotFinite
                : Unit.TryApply(row, unit);
            if (fault != RowFault.None)
                throw BadRow(fault, i, nameof(vectors));
            StripedMath.Accumulate(unit.Length == 0 ? row : unit, sums);
        }

        float[] mean = new float[dimensions];
        for (int j = 0; j < dimensions; j++)
            mean[j] = (float)(sums[j] / count);
        return new Preprocessing(order, mean);
    }

    /// <summary>Preprocesses one raw vector.</summary>
    /// <param name="vector">float32, one value a dimension.</param>
    /// <param name="destination">Receives as many values; may be the same memory.</param>
    /// <exception cref="ArgumentException">A size does not fit, or the vector is not finite or has no direction.</exception>
    public void Apply(ReadOnlySpan<float> vector, Span<float> destination) => Apply(vector, 1, vector.Length, destination);

    /// <summary>Preprocesses raw vectors.</summary>
    /// <param name="vectors">Row-major, <c>count * dimensions</c>, float32.</param>
    /// <param name="count">Number of rows.</param>
    /// <param name="dimensions">Length of a row.</param>
    /// <param name="destination">Receives <c>count * dimensions</c> values; may be the same memory.</param>
    /// <exception cref="ArgumentException">A size does not fit, or a row is not finite or has no direction; names the row.</exception>
    public void Apply(ReadOnlySpan<float> vectors, int count, int dimensions, Span<float> destination)
    {
        MatrixShape.Check(vectors.Length, count, dimensions, nameof(vectors));
        CheckFits(dimensions);
        if (destination.Length != vectors.Length)
            throw new ArgumentException(
                $"The destination holds {destination.Length} floats, {vectors.Length} are written.", nameof(destination));
        for (int i = 0; i < count; i++)
        {
            RowFault fault = TryApply(vectors.Slice(i * dimensions, dimensions), destination.Slice(i * dimensions, dimensions));
            if (fault != RowFault.None)
                throw BadRow(fault, i, nameof(vectors));
        }
    }

    /// <summary>True when the other does the same to every vector: the same order and, bit for bit, the same mean.</summary>
    public bool IsSameAs(Preprocessing other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return ReferenceEquals(this, other)
            || (Order == other.Order && MemoryMarshal.AsBytes<float>(_mean).SequenceEqual(MemoryMarshal.AsBytes<float>(other._mean)));
    }

    /// <summary>Checks that the mean, if there is one, has this many dimensions.</summary>
    public void CheckFits(int dimensions)
    {
        if (_mean.Length != 0 && _mean.Length != dimensions)
            throw new ArgumentException($"The mean has {_mean.Length} dimensions, the vectors have {dimensions}.", nameof(dimensions));
    }

    /// <summary>Preprocesses one row of the right length and says what is wrong with it instead of throwing.</summary>
    public RowFault TryApply(ReadOnlySpan<float> row, Span<float> destination)
    {
        switch (Order)
        {
            case PreprocessingOrder.Center:
                TensorPrimitives.Subtract(row, _mean, destination);
                return CheckFinite(destination);
            case PreprocessingOrder.Unit:
                return Scale(row, destination);
            case PreprocessingOrder.CenterThenUnit:
                TensorPrimitives.Subtract(row, _mean, destination);
                return Scale(destination, destination);
            case PreprocessingOrder.UnitThenCenter:
                RowFault fault = Scale(row, destination);
                if (fault == RowFault.None)
                    TensorPrimitives.Subtract(destination, _mean, destination);
                return fault;
            default:
                row.CopyTo(destination);
                return CheckFinite(destination);
        }
    }

    /// <summary>The exception for a row that cannot be encoded.</summary>
    public static ArgumentException BadRow(RowFault fault, long row, string parameter) => new(
        fault == RowFault.NotFinite
            ? $"Row {row} is not finite: it holds NaN or an infinity, or overflows float32 when the mean is subtracted."
            : $"Row {row} has no direction: it is a zero vector (after centring, if the model centres first) and cannot be scaled "
                + "to unit length.",
        parameter);

    private static RowFault Scale(ReadOnlySpan<float> source, Span<float> destination)
    {
        double squares = StripedMath.SumOfSquares(source);
        if (squares == 0)
            return RowFault.NoDirection;
        if (!double.IsFinite(squares))
            return RowFault.NotFinite;
        StripedMath.Scale(source, 1 / Math.Sqrt(squares), destination);
        return RowFault.None;
    }

    // A sum of at most 65,536 squares of finite float32 values is a finite float64.
    private static RowFault CheckFinite(ReadOnlySpan<float> row) =>
        double.IsFinite(StripedMath.SumOfSquares(row)) ? RowFault.None : RowFault.NotFinite;

    private static PreprocessingOrder Checked(PreprocessingOrder order) =>
        order is >= PreprocessingOrder.None and <= PreprocessingOrder.UnitThenCenter
        ? order
        : throw new ArgumentOutOfRangeException(nameof(order), order, "There is no such preprocessing order.");
}
