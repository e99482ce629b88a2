// Linear support vector machine: min |w|^2 / 2 + C sum max(0, 1 - y w.x)^2, the intercept being the weight of a constant feature,
// by dual coordinate descent (Hsieh, Chang, Lin, Keerthi and Sundararajan 2008, algorithm 1 with the L2 loss).
// The dual variables of a bit are kept: from round to round few targets change, and any non-negative values are a valid start.
using HashDb.Models.Numerics;

namespace HashDb.Models.Kinds.Grh;

/// <summary>L2-regularised squared-hinge classifier per bit.</summary>
internal sealed class SvmLearner : IBitLearner
{
    private readonly float[] _rows;
    private readonly int _count;
    private readonly int _width;
    private readonly double _slack;
    private readonly double _tolerance;
    private readonly int _maxEpochs;
    private readonly double[] _norms;
    private readonly double[]?[] _dual;

    /// <param name="rows">Row-major, <c>count * width</c>.</param>
    /// <param name="count">Rows.</param>
    /// <param name="width">Features.</param>
    /// <param name="bits">Number of bits.</param>
    /// <param name="cost">C.</param>
    /// <param name="tolerance">Stops when the projected gradients lie in an interval of this length.</param>
    /// <param name="maxEpochs">At most so many passes.</param>
    public SvmLearner(float[] rows, int count, int width, int bits, double cost, double tolerance, int maxEpochs)
    {
        _rows = rows;
        _count = count;
        _width = width;
        _slack = 0.5 / cost;
        _tolerance = tolerance;
        _maxEpochs = maxEpochs;
        _dual = new double[bits][];
        _norms = new double[count];
        for (int n = 0; n < count; n++)
            _norms[n] = StripedMath.SumOfSquares(rows.AsSpan(n * width, width)) + 1;
    }

    public float Fit(int bit, ReadOnlySpan<float> targets, ulong seed, Span<float> weights)
    {
        double[] dual = _dual[bit] ??= new double[_count];
        weights.Clear();
        double bias = 0;
        for (int n = 0; n < _count; n++)
        {
            if (dual[n] > 0)
            {
                FixedOrder.AddScaled((float)(dual[n] * targets[n]), Row(n), weights);
                bias += dual[n] * targets[n];
            }
        }

        int[] order = new int[_count];
        for (int n = 0; n < _count; n++)
            order[n] = n;
        SeededRandom random = new(seed);
        for (int epoch = 0; epoch < _maxEpochs; epoch++)
        {
            random.Shuffle<int>(order);
            double highest = double.NegativeInfinity, lowest = double.PositiveInfinity;
            foreach (int n in order)
            {
                double target = targets[n], alpha = dual[n];
                double gradient = (target * (FixedOrder.Dot(Row(n), weights) + bias)) - 1 + (alpha * _slack);
                double projected = alpha == 0 ? Math.Min(gradient, 0) : gradient;
                highest = Math.Max(highest, projected);
                lowest = Math.Min(lowest, projected);
                if (projected == 0)
                    continue;
                double updated = Math.Max(alpha - (gradient / (_norms[n] + _slack)), 0);
                dual[n] = updated;
                double step = (updated - alpha) * target;
                FixedOrder.AddScaled((float)step, Row(n), weights);
                bias += step;
            }

            if (highest - lowest <= _tolerance)
                break;
        }

        return (float)bias;
    }

    private ReadOnlySpan<float> Row(int n) => _rows.AsSpan(n * _width, _width);
}
