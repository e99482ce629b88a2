using HashDb.Models.LinearAlgebra;

namespace HashDb.Models.Gph;

/// <summary>
/// The squared-exponential covariance <c>sf2 exp(-|x - z|^2 / (2 ell^2))</c> as training uses it. Encoding has its own,
/// bit-exact evaluation of the same function.
/// </summary>
internal sealed record RbfKernel(double LengthScale, double SignalVariance)
{
    /// <summary>Computes the kernel values of rows against points.</summary>
    /// <param name="rows">Row-major, <c>count * dimensions</c>.</param>
    /// <param name="points">Row-major, <c>width * dimensions</c>.</param>
    /// <param name="count">Rows.</param>
    /// <param name="width">Points.</param>
    /// <param name="dimensions">Length of both.</param>
    /// <param name="algebra">Who multiplies.</param>
    /// <param name="values">Receives <c>count * width</c>.</param>
    public void Fill(
        ReadOnlySpan<float> rows, ReadOnlySpan<float> points, int count, int width, int dimensions, IDenseAlgebra algebra, Span<float> values)
    {
        algebra.MultiplyTransposed(rows, points, count, width, dimensions, values);
        float[] pointNorms = SquaredNorms(points, width, dimensions);
        float scale = (float)(-0.5 / (LengthScale * LengthScale));
        float variance = (float)SignalVariance;
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<float> row = rows.Slice(i * dimensions, dimensions);
            float norm = FixedOrder.Dot(row, row);
            Span<float> line = values.Slice(i * width, width);
            for (int j = 0; j < width; j++)
                line[j] = scale * MathF.Max(0, MathF.FusedMultiplyAdd(-2, line[j], norm + pointNorms[j]));
            FixedExponential.Apply(line);
            for (int j = 0; j < width; j++)
                line[j] *= variance;
        }
    }

    /// <summary>Computes the kernel values among points in double precision, the lower triangle only.</summary>
    public void FillSquare(ReadOnlySpan<float> points, int width, int dimensions, Span<double> values)
    {
        double scale = -0.5 / (LengthScale * LengthScale);
        for (int i = 0; i < width; i++)
        {
            ReadOnlySpan<float> left = points.Slice(i * dimensions, dimensions);
            for (int j = 0; j <= i; j++)
            {
                ReadOnlySpan<float> right = points.Slice(j * dimensions, dimensions);
                values[(i * width) + j] = SignalVariance * Math.Exp(scale * SquaredDistance(left, right));
            }
        }
    }

    public static float[] SquaredNorms(ReadOnlySpan<float> rows, int count, int dimensions)
    {
        float[] norms = new float[count];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<float> row = rows.Slice(i * dimensions, dimensions);
            norms[i] = FixedOrder.Dot(row, row);
        }

        return norms;
    }

    private static double SquaredDistance(ReadOnlySpan<float> left, ReadOnlySpan<float> right)
    {
        // Differences first: points that nearly coincide must not get a distance made of rounding errors.
        Span<float> difference = left.Length <= 1_024 ? stackalloc float[left.Length] : new float[left.Length];
        System.Numerics.Tensors.TensorPrimitives.Subtract(left, right, difference);
        return FixedOrder.Dot(difference, difference);
    }
}
