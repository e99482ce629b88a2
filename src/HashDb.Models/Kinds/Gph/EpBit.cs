// Expectation propagation for one bit (a sparse Gaussian-process classifier in whitened coordinates). All sites are updated in
// parallel from the same posterior. The probit is log-concave, so neither damping nor a branch for negative variances is needed.
// Not thread-safe: one task owns a bit. The features are shared and read only.
using HashDb.Models.Numerics;

namespace HashDb.Models.Kinds.Gph;

/// <summary>The sites of one bit and the sweeps over them.</summary>
internal sealed class EpBit
{
    private const double SmallestShare = 1e-6;
    private const double SmallestPrecision = 1e-10, LargestPrecision = 1e4;

    /// <summary>Rows whose contributions to h are summed in single precision before they are added in double.</summary>
    private const int MeanBlock = 256;

    private readonly GphFeatures _features;
    private readonly IDenseAlgebra _algebra;
    private readonly double[] _precision;
    private readonly double[] _shift;
    private bool _started;

    public EpBit(GphFeatures features, IDenseAlgebra algebra)
    {
        _features = features;
        _algebra = algebra;
        _precision = new double[features.Count];
        _shift = new double[features.Count];
    }

    /// <summary>Site precisions tau, one per training row.</summary>
    public ReadOnlySpan<double> Precision => _precision;

    /// <summary>Site shifts eta, one per training row.</summary>
    public ReadOnlySpan<double> Shift => _shift;

    /// <summary>A row's label has flipped: its site keeps its precision and turns its shift around.</summary>
    public void Flip(int row) => _shift[row] = -_shift[row];

    /// <summary>Updates every site once.</summary>
    /// <param name="labels">One per row, +1 or -1.</param>
    /// <param name="scratch">Working memory of the calling task.</param>
    /// <param name="logOdds">
    /// Receives, unless empty, the log-odds of a positive label per row under the cavity, that is without its own site.
    /// </param>
    /// <returns>The change: sum of |tau' - tau| over sum of |tau'|.</returns>
    public double Sweep(ReadOnlySpan<sbyte> labels, EpScratch scratch, Span<float> logOdds)
    {
        int count = _features.Count;
        double[] variance = scratch.Variance, mean = scratch.Mean;
        ComputeMarginals(scratch);
        double change = 0, total = 0;
        for (int n = 0; n < count; n++)
        {
            double tau = _precision[n], s = variance[n];
            double share = Math.Max(1 - (tau * s), SmallestShare);
            double cavityVariance = s / share;
            double cavityMean = (mean[n] - (_shift[n] * s)) / share;
            double spread = 1 + _features.Residual[n] + cavityVariance;
            double root = Math.Sqrt(spread);
            double label = labels[n];
            double z = label * cavityMean / root;
            double logCumulative = StandardNormal.LogCumulative(z);
            double hazard = StandardNormal.Hazard(z, logCumulative);
            double slope = label * hazard / root;
            double curvature = hazard * (z + hazard) / spread;
            double denominator = Math.Max(1 - (curvature * cavityVariance), SmallestShare);
            double updated = Math.Clamp(curvature / denominator, SmallestPrecision, LargestPrecision);
            change += Math.Abs(updated - tau);
            total += updated;
            _precision[n] = updated;
            _shift[n] = (slope + (curvature * cavityMean)) / denominator;
            if (!logOdds.IsEmpty)
            {
                double other = StandardNormal.LogCumulative(-z);
                logOdds[n] = (float)(label * (logCumulative - other));
            }
        }

        _started = true;
        return change / total;
    }

    /// <summary>The posterior mean of v under the current sites; needs at least one sweep.</summary>
    public void PosteriorMean(EpScratch scratch, Span<double> mean)
    {
        SolvePosterior(scratch);
        scratch.Solution.AsSpan(0, _features.Width).CopyTo(mean);
    }

    private void ComputeMarginals(EpScratch scratch)
    {
        int count = _features.Count, width = _features.Width;
        float[] phi = _features.Phi;
        if (!_started)
        {
            // No sites yet: the posterior is the prior, v ~ N(0, I).
            for (int n = 0; n < count; n++)
            {
                ReadOnlySpan<float> row = phi.AsSpan(n * width, width);
                scratch.Variance[n] = FixedOrder.Dot(row, row);
                scratch.Mean[n] = 0;
            }

            return;
        }

        SolvePosterior(scratch);
        for (int i = 0; i < scratch.Lower.Length; i++)
            scratch.Lower[i] = (float)scratch.Inverse[i];
        _algebra.LowerSquaredNorms(phi, scratch.Lower, count, width, scratch.Variance);
        for (int i = 0; i < width; i++)
            scratch.SingleSolution[i] = (float)scratch.Solution[i];
        for (int n = 0; n < count; n++)
            scratch.Mean[n] = FixedOrder.Dot(phi.AsSpan(n * width, width), scratch.SingleSolution);
    }

    /// <summary>Lambda = I + Phi' diag(tau) Phi, h = Phi' eta; leaves the inverse of chol(Lambda) and Lambda^-1 h in the scratch.</summary>
    private void SolvePosterior(EpScratch scratch)
    {
        int count = _features.Count, width = _features.Width;
        double[] lambda = scratch.Lambda;
        Array.Clear(lambda);
        for (int i = 0; i < width; i++)
            lambda[(i * width) + i] = 1;
        for (int n = 0; n < count; n++)
            scratch.Weights[n] = (float)_precision[n];
        _algebra.AddWeightedGram(_features.Phi, scratch.Weights, count, width, lambda);

        Array.Clear(scratch.Right);
        for (int first = 0; first < count; first += MeanBlock)
        {
            Array.Clear(scratch.Partial);
            for (int n = first; n < Math.Min(count, first + MeanBlock); n++)
                FixedOrder.AddScaled((float)_shift[n], _features.Phi.AsSpan(n * width, width), scratch.Partial);
            for (int i = 0; i < width; i++)
                scratch.Right[i] += scratch.Partial[i];
        }

        // The smallest eigenvalue of Lambda is 1, so it fails only when the sums have overflowed.
        if (!Cholesky.TryFactor(lambda, width))
            throw new InvalidOperationException("The posterior precision of a bit is not positive definite; the features are not finite.");
        Cholesky.InvertLower(lambda, width, scratch.Inverse);
        Cholesky.Solve(scratch.Inverse, scratch.Right, scratch.Solution);
    }
}
