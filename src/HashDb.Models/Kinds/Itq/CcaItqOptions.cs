using HashDb.Models.Numerics;
using HashDb.Models.Training;

namespace HashDb.Models.Kinds.Itq;

/// <summary>Settings of iterative quantisation over canonical directions (Gong and Lazebnik 2011, supervised).</summary>
public sealed record CcaItqOptions
{
    /// <summary>
    /// Measured on 5,000 images, 16 bits: mAP .252 at 1e-4, .274 at .05, .281 at .1; with 40,000 rows it does not matter.
    /// </summary>
    internal const double DefaultRegularization = 0.05;

    /// <summary>Bits of one hashcode; there may be more bits than labels.</summary>
    public int BitCount { get; init; } = 16;

    /// <summary>Seed of the starting rotation.</summary>
    public ulong Seed { get; init; }

    /// <summary>What is done to raw vectors first.</summary>
    public PreprocessingOrder Preprocessing { get; init; } = PreprocessingOrder.CenterThenUnit;

    /// <summary>Rounds of rotation.</summary>
    public int Iterations { get; init; } = 50;

    /// <summary>Added to the covariances, relative to their mean diagonal.</summary>
    public double Regularization { get; init; } = DefaultRegularization;

    /// <summary>Who multiplies matrices. Model files agree to rounding only between implementations.</summary>
    public IDenseAlgebra Algebra { get; init; } = ManagedAlgebra.Instance;

    /// <summary>At most so many threads; -1 for all. Does not change the result.</summary>
    public int MaxDegreeOfParallelism { get; init; } = -1;

    /// <summary>Checks every setting that can be checked without the data.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range; names it.</exception>
    public void Validate()
    {
        Require.InRange(BitCount, Hashcode.MinBitCount, Hashcode.MaxBitCount, nameof(BitCount));
        Require.InRange(Iterations, 1, ItqOptions.MaxIterations, nameof(Iterations));
        Require.Positive(Regularization, nameof(Regularization));
        Require.Defined(Preprocessing, nameof(Preprocessing));
        Require.Parallelism(MaxDegreeOfParallelism, nameof(MaxDegreeOfParallelism));
        ArgumentNullException.ThrowIfNull(Algebra);
    }
}
