using HashDb.Models.Numerics;
using HashDb.Models.Training;

namespace HashDb.Models.Kinds.Gph;

/// <summary>Settings of Gaussian-process hashing (Ozdemir and Davis).</summary>
/// <remarks>
/// The defaults are the strongest combination measured: class k-means points, a short length scale, DTC and one code per class.
/// <see cref="Published"/> has the settings of the paper.
/// </remarks>
public sealed record GphOptions
{
    /// <summary>64: the latent codes are sampled as machine words.</summary>
    public const int MaxBitCount = 64;

    /// <summary>8,192: the square matrices of a bit then take 1.25 GiB per thread.</summary>
    public const int MaxInducingPointCount = 8_192;

    /// <summary>1,000 sweeps; six are enough.</summary>
    public const int MaxMaxSweeps = 1_000;

    /// <summary>65,535: the sampler counts them in 16 bits, and 5,000 are enough.</summary>
    public const int MaxRepresentatives = 65_535;

    /// <summary>The paper's settings: random points, FITC, full inference, length scale 1.</summary>
    public static GphOptions Published { get; } = new()
    {
        InducingPoints = InducingPointChoice.Random,
        Inference = GphInference.Full,
        Approximation = SparseApproximation.Fitc,
        LengthScale = 1,
    };

    /// <summary>Bits of one hashcode, 8 to <see cref="MaxBitCount"/>.</summary>
    public int BitCount { get; init; } = 16;

    /// <summary>Seed of everything random.</summary>
    public ulong Seed { get; init; }

    /// <summary>What is done to raw vectors first.</summary>
    public PreprocessingOrder Preprocessing { get; init; } = PreprocessingOrder.CenterThenUnit;

    /// <summary>Number of inducing points, M; at most the number of training rows.</summary>
    public int InducingPointCount { get; init; } = 300;

    /// <summary>Where the inducing points lie.</summary>
    public InducingPointChoice InducingPoints { get; init; }

    /// <summary>How the codes of the training rows are found.</summary>
    public GphInference Inference { get; init; }

    /// <summary>What becomes of the variance that the inducing points do not explain.</summary>
    public SparseApproximation Approximation { get; init; }

    /// <summary>Length scale of the kernel, in units of the preprocessed vectors.</summary>
    public double LengthScale { get; init; } = 0.7;

    /// <summary>Signal variance of the kernel.</summary>
    public double SignalVariance { get; init; } = 10;

    /// <summary>
    /// True to choose length scale and signal variance by validation on the training rows; the two settings are then ignored.
    /// </summary>
    public bool ChooseKernel { get; init; }

    /// <summary>Scale of the pairwise similarity, a; 0 takes <c>3.2 / BitCount</c>. Full inference only.</summary>
    public double PairScale { get; init; }

    /// <summary>Random rows that each row's code is compared with. Full inference only.</summary>
    public int Representatives { get; init; } = 5_000;

    /// <summary>At most so many sweeps; they stop earlier when they have converged, and with class codes after three.</summary>
    public int MaxSweeps { get; init; } = 6;

    /// <summary>Who multiplies matrices. Model files agree to rounding only between implementations.</summary>
    public IDenseAlgebra Algebra { get; init; } = ManagedAlgebra.Instance;

    /// <summary>At most so many threads; -1 for all. Does not change the result.</summary>
    public int MaxDegreeOfParallelism { get; init; } = -1;

    /// <summary>Checks every setting that can be checked without the data.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range; names it.</exception>
    public void Validate()
    {
        Require.InRange(BitCount, Hashcode.MinBitCount, MaxBitCount, nameof(BitCount));
        Require.InRange(InducingPointCount, 1, MaxInducingPointCount, nameof(InducingPointCount));
        Require.Positive(LengthScale, nameof(LengthScale));
        Require.Positive(SignalVariance, nameof(SignalVariance));
        Require.InRange(PairScale, 0, 100, nameof(PairScale));
        Require.InRange(Representatives, 1, MaxRepresentatives, nameof(Representatives));
        Require.InRange(MaxSweeps, 1, MaxMaxSweeps, nameof(MaxSweeps));
        Require.Defined(InducingPoints, nameof(InducingPoints));
        Require.Defined(Inference, nameof(Inference));
        Require.Defined(Approximation, nameof(Approximation));
        Require.Defined(Preprocessing, nameof(Preprocessing));
        Require.Parallelism(MaxDegreeOfParallelism, nameof(MaxDegreeOfParallelism));
        ArgumentNullException.ThrowIfNull(Algebra);
    }

    /// <summary>Replaces what is left on automatic by what fits the labels.</summary>
    internal GphOptions Resolve(bool singleLabel) => this with
    {
        InducingPoints = InducingPoints != InducingPointChoice.Auto ? InducingPoints
            : singleLabel ? InducingPointChoice.ClassKMeans : InducingPointChoice.KMeans,
        Inference = Inference != GphInference.Auto ? Inference : singleLabel ? GphInference.ClassCodes : GphInference.Full,
        PairScale = PairScale > 0 ? PairScale : 3.2 / BitCount,
    };
}
