// Batch passive-aggressive learning (Crammer, Dekel, Keshet, Shalev-Shwartz and Singer 2006, PA-I) with intercept: passes over
// the rows in random order until the summed loss of a pass stops falling.
using HashDb.Models.Numerics;

namespace HashDb.Models.Kinds.Grh;

/// <summary>Passive-aggressive classifier per bit.</summary>
internal sealed class PassiveAggressiveLearner : IBitLearner
{
    /// <summary>A pass counts as no better when it lowers the loss per row by less than this.</summary>
    private const double SmallestGain = 1e-4;

    /// <summary>Stops after so many passes without gain.</summary>
    private const int Patience = 10;

    private readonly float[] _rows;
    private readonly int _count;
    private readonly int _width;
    private readonly double _cost;
    private readonly int _maxEpochs;
    private readonly double[] _norms;

    /// <param name="rows">Row-major, <c>count * width</c>.</param>
    /// <param name="count">Rows.</param>
    /// <param name="width">Features.</param>
    /// <param name="cost">C: the largest step.</param>
    /// <param name="maxEpochs">At most so many passes.</param>
    public PassiveAggressiveLearner(float[] rows, int count, int width, double cost, int maxEpochs)
    {
        _rows = rows;
        _count = count;
        _width = width;
        _cost = cost;
        _maxEpochs = maxEpochs;
        _norms = new double[count];
        for (int n = 0; n < count; n++)
            _norms[n] = StripedMath.SumOfSquares(rows.AsSpan(n * width, width));
    }

    public float Fit(int bit, ReadOnlySpan<float> targets, ulong seed, Span<float> weights)
    {
        weights.Clear();
        double bias = 0, best = double.PositiveInfinity;
        int[] order = new int[_count];
        for (int n = 0; n < _count; n++)
            order[n] = n;
        SeededRandom random = new(seed);
        int idle = 0;
        for (int epoch = 0; epoch < _maxEpochs && idle < Patience; epoch++)
        {
            random.Shuffle<int>(order);
            double total = 0;
            foreach (int n in order)
            {
                ReadOnlySpan<float> row = _rows.AsSpan(n * _width, _width);
                double loss = Math.Max(0, 1 - (targets[n] * (FixedOrder.Dot(row, weights) + bias)));
                total += loss;
                if (loss == 0 || _norms[n] == 0)
                    continue;
                double step = Math.Min(_cost, loss / _norms[n]) * targets[n];
                FixedOrder.AddScaled((float)step, row, weights);
                bias += step;
            }

            idle = total > best - (SmallestGain * _count) ? idle + 1 : 0;
            best = Math.Min(best, total);
        }

        return (float)bias;
    }
}
