// Kernel values of rows against points. The element-wise part (distance from inner product, exponential) is one bit-exact
// routine, used by training and by encoding alike; only the inner products come from different places: encoding takes them from
// the projection kernel, whose bits are fixed, training from whatever multiplies fastest.
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using HashDb.Models.Numerics;

namespace HashDb.Models.Encoding;

/// <summary>The squared-exponential kernel <c>v exp(-|x - z|^2 / (2 ell^2))</c>.</summary>
/// <param name="LengthScale">ell, in units of the preprocessed vectors.</param>
/// <param name="SignalVariance">v, the kernel's value at distance 0.</param>
internal sealed record RbfKernel(double LengthScale, double SignalVariance)
{
    /// <summary>What a squared distance is multiplied with to give the exponent.</summary>
    public float ExponentScale => (float)(-0.5 / (LengthScale * LengthScale));

    /// <summary>Computes the kernel values of rows against points.</summary>
    /// <param name="rows">Row-major, <c>count * dimensions</c>.</param>
    /// <param name="points">Row-major, <c>width * dimensions</c>.</param>
    /// <param name="count">Rows.</param>
    /// <param name="width">Points.</param>
    /// <param name="dimensions">Length of both.</param>
    /// <param name="algebra">Who multiplies.</param>
    /// <param name="values">Receives <c>count * width</c>.</param>
    public void Fill(
        ReadOnlySpan<float> rows, ReadOnlySpan<float> points, int count, int width, int dimensions, IDenseAlgebra algebra,
        Span<float> values)
    {
        algebra.MultiplyTransposed(rows, points, count, width, dimensions, values);
        float[] pointNorms = SquaredNorms(points, width, dimensions);
        for (int i = 0; i < count; i++)
        {
            float norm = (float)StripedMath.SumOfSquares(rows.Slice(i * dimensions, dimensions));
            Span<float> line = values.Slice(i * width, width);
            FromInnerProducts(line, norm, pointNorms, ExponentScale);
            System.Numerics.Tensors.TensorPrimitives.Multiply(line, (float)SignalVariance, line);
        }
    }

    /// <summary>Replaces inner products by kernel values of variance 1, with the same bits on every machine.</summary>
    /// <param name="values">On entry <c>x . z_j</c>, on return <c>exp(scale * |x - z_j|^2)</c>.</param>
    /// <param name="norm"><c>|x|^2</c>.</param>
    /// <param name="pointNorms"><c>|z_j|^2</c>.</param>
    /// <param name="scale"><see cref="ExponentScale"/>.</param>
    public static void FromInnerProducts(Span<float> values, float norm, ReadOnlySpan<float> pointNorms, float scale)
    {
        ref float value = ref MemoryMarshal.GetReference(values);
        ref float pointNorm = ref MemoryMarshal.GetReference(pointNorms[..values.Length]);
        Vector512<float> norms = Vector512.Create(norm), scales = Vector512.Create(scale), minusTwo = Vector512.Create(-2f);
        int j = 0;
        for (; j + Vector512<float>.Count <= values.Length; j += Vector512<float>.Count)
        {
            Vector512<float> sum = norms + Vector512.LoadUnsafe(ref pointNorm, (nuint)j);
            Vector512<float> squared = Vector512.FusedMultiplyAdd(minusTwo, Vector512.LoadUnsafe(ref value, (nuint)j), sum);

            // Rounding can make the distance of near neighbours slightly negative.
            (Vector512.Max(squared, Vector512<float>.Zero) * scales).StoreUnsafe(ref value, (nuint)j);
        }

        for (; j < values.Length; j++)
            values[j] = MathF.Max(MathF.FusedMultiplyAdd(-2, values[j], norm + pointNorms[j]), 0) * scale;
        FixedExponential.Apply(values);
    }

    /// <summary>Computes the kernel values among points in double precision, the lower triangle only.</summary>
    public void FillSquare(ReadOnlySpan<float> points, int width, int dimensions, Span<double> values)
    {
        double scale = -0.5 / (LengthScale * LengthScale);
        float[] difference = new float[dimensions];
        for (int i = 0; i < width; i++)
        {
            ReadOnlySpan<float> left = points.Slice(i * dimensions, dimensions);
            for (int j = 0; j <= i; j++)
            {
                // Differences first: points that nearly coincide must not get a distance made of rounding errors.
                System.Numerics.Tensors.TensorPrimitives.Subtract(left, points.Slice(j * dimensions, dimensions), difference);
                values[(i * width) + j] = SignalVariance * Math.Exp(scale * StripedMath.SumOfSquares(difference));
            }
        }
    }

    /// <summary>Squared lengths of rows, with the same bits on every machine.</summary>
    public static float[] SquaredNorms(ReadOnlySpan<float> rows, int count, int dimensions)
    {
        float[] norms = new float[count];
        for (int i = 0; i < count; i++)
            norms[i] = (float)StripedMath.SumOfSquares(rows.Slice(i * dimensions, dimensions));
        return norms;
    }
}
