using HashDb.Models.Kinds.Gph;
using HashDb.Models.Numerics;
using HashDb.Models.Training;

namespace HashDb.Models.Kinds.Grh;

/// <summary>Settings of graph regularised hashing (Moran and Lavrenko 2015).</summary>
public sealed record GrhOptions
{
    /// <summary>100 rounds; the codes settle in two to four.</summary>
    public const int MaxIterations = 100;

    /// <summary>10,000 neighbours: their lists are kept in memory.</summary>
    public const int MaxNeighbours = 10_000;

    /// <summary>A million passes; a few dozen are usual.</summary>
    public const int MaxMaxEpochs = 1_000_000;

    /// <summary>
    /// The tutorial's settings. With <c>Alpha = 0.25</c>, as here, no target ever differs from the code; with <c>Alpha = 0.6</c>
    /// the rounded
    /// product replaces each code by its class's majority.
    /// </summary>
    public static GrhOptions Tutorial { get; } = new()
    {
        Alpha = 0.25,
        RoundProduct = true,
        Preprocessing = PreprocessingOrder.UnitThenCenter,
    };

    /// <summary>Bits of one hashcode.</summary>
    public int BitCount { get; init; } = 16;

    /// <summary>Seed of everything random.</summary>
    public ulong Seed { get; init; }

    /// <summary>What is done to raw vectors first.</summary>
    public PreprocessingOrder Preprocessing { get; init; } = PreprocessingOrder.CenterThenUnit;

    /// <summary>
    /// Weight of the neighbours' average, 0 to 1. Averages lie in [-1, 1], so up to 0.5 no bit can ever flip, and training only
    /// refits the start's own codes.
    /// </summary>
    public double Alpha { get; init; } = 0.8;

    /// <summary>
    /// Rounds of smoothing and learning. Each round merges codes further: from CCA-ITQ hyperplanes on 5,000 images two rounds gave
    /// mAP .274,
    /// four .259.
    /// </summary>
    public int Iterations { get; init; } = 2;

    /// <summary>True to round the neighbours' average to +-1 before it is weighted, as the tutorial's code does.</summary>
    public bool RoundProduct { get; init; }

    /// <summary>Which rows are neighbours.</summary>
    public GrhAffinity Affinity { get; init; }

    /// <summary>Neighbours of a row, for <see cref="GrhAffinity.Neighbours"/>.</summary>
    public int Neighbours { get; init; } = 50;

    /// <summary>Where the codes start.</summary>
    public GrhStart Start { get; init; }

    /// <summary>What learns a bit.</summary>
    public GrhLearner Learner { get; init; }

    /// <summary>C of the support vector machine and of the passive-aggressive learner.</summary>
    public double Cost { get; init; } = 1;

    /// <summary>
    /// Added to the diagonal of the covariance by the ridge and kernel learners. Measured with the kernel learner on 5,000 images:
    /// mAP .325 at 1,
    /// .346 at 0.1, .349 at 0.03.
    /// </summary>
    public double Regularization { get; init; } = 0.1;

    /// <summary>At most so many passes of the support vector machine or the passive-aggressive learner over the rows.</summary>
    public int MaxEpochs { get; init; } = 1_000;

    /// <summary>The support vector machine stops when its projected gradients lie in an interval of this length.</summary>
    public double Tolerance { get; init; } = 0.01;

    /// <summary>Radial basis functions of the kernel learner; at most the number of training rows.</summary>
    public int AnchorCount { get; init; } = 1_000;

    /// <summary>Where they lie.</summary>
    public InducingPointChoice Anchors { get; init; } = InducingPointChoice.Random;

    /// <summary>Their length scale.</summary>
    public double LengthScale { get; init; } = 0.8;

    /// <summary>Who multiplies matrices. Model files agree to rounding only between implementations.</summary>
    public IDenseAlgebra Algebra { get; init; } = ManagedAlgebra.Instance;

    /// <summary>At most so many threads; -1 for all. Does not change the result.</summary>
    public int MaxDegreeOfParallelism { get; init; } = -1;

    /// <summary>Checks every setting that can be checked without the data.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range; names it.</exception>
    public void Validate()
    {
        Require.InRange(BitCount, Hashcode.MinBitCount, Hashcode.MaxBitCount, nameof(BitCount));
        Require.InRange(Alpha, 0.0, 1.0, nameof(Alpha));
        Require.InRange(Iterations, 1, MaxIterations, nameof(Iterations));
        Require.InRange(Neighbours, 1, MaxNeighbours, nameof(Neighbours));
        Require.Positive(Cost, nameof(Cost));
        Require.Positive(Regularization, nameof(Regularization));
        Require.InRange(MaxEpochs, 1, MaxMaxEpochs, nameof(MaxEpochs));
        Require.Positive(Tolerance, nameof(Tolerance));
        Require.InRange(AnchorCount, 1, GphOptions.MaxInducingPointCount, nameof(AnchorCount));
        Require.Positive(LengthScale, nameof(LengthScale));
        Require.Defined(Preprocessing, nameof(Preprocessing));
        Require.Defined(Affinity, nameof(Affinity));
        Require.Defined(Start, nameof(Start));
        Require.Defined(Learner, nameof(Learner));
        Require.Defined(Anchors, nameof(Anchors));
        Require.Parallelism(MaxDegreeOfParallelism, nameof(MaxDegreeOfParallelism));
        ArgumentNullException.ThrowIfNull(Algebra);
    }
}
