// Ridge regression of the target signs: all bits share one factorisation of the covariance, so a fit is two products.
using HashDb.Models.Numerics;

namespace HashDb.Models.Kinds.Grh;

/// <summary>Regularised least squares per bit, over vectors or over kernel values.</summary>
internal sealed class RidgeLearner : IBitLearner
{
    private readonly float[] _rows;
    private readonly int _count;
    private readonly int _width;
    private readonly double[] _mean;
    private readonly double[] _inverse;

    /// <param name="rows">Training rows.</param>
    /// <param name="values">The same rows, row-major.</param>
    /// <param name="regularization">Added to the diagonal of <c>X'X</c>.</param>
    public RidgeLearner(RowStatistics rows, float[] values, double regularization)
    {
        _rows = values;
        _count = rows.Count;
        _width = rows.Width;
        _mean = rows.Mean();
        double[] gram = rows.Gram();
        for (int i = 0; i < _width; i++)
        {
            for (int j = 0; j <= i; j++)
                gram[(i * _width) + j] -= _count * _mean[i] * _mean[j];
            gram[(i * _width) + i] += regularization;
        }

        if (!Cholesky.TryFactor(gram, _width))
            throw new ArgumentException(
                $"The covariance of {_width} features is not positive definite; raise the regularisation above {regularization}.");
        _inverse = new double[gram.Length];
        Cholesky.InvertLower(gram, _width, _inverse);
    }

    public float Fit(int bit, ReadOnlySpan<float> targets, ulong seed, Span<float> weights)
    {
        // Centred targets against centred rows; the intercept puts the means back.
        double targetMean = 0;
        foreach (float target in targets)
            targetMean += target;
        targetMean /= _count;

        double[] right = new double[_width];
        const int Block = 256;
        float[] partial = new float[_width];
        for (int first = 0; first < _count; first += Block)
        {
            Array.Clear(partial);
            for (int n = first; n < Math.Min(_count, first + Block); n++)
                FixedOrder.AddScaled((float)(targets[n] - targetMean), _rows.AsSpan(n * _width, _width), partial);
            for (int j = 0; j < _width; j++)
                right[j] += partial[j];
        }

        double[] solution = new double[_width];
        Cholesky.Solve(_inverse, right, solution);
        double bias = targetMean;
        for (int j = 0; j < _width; j++)
        {
            weights[j] = (float)solution[j];
            bias -= solution[j] * _mean[j];
        }

        return (float)bias;
    }
}
