using HashDb.Models.Numerics;
using HashDb.Models.Training;

namespace HashDb.Models.Kinds.Itq;

/// <summary>Settings of iterative quantisation over principal directions (Gong and Lazebnik 2011).</summary>
public sealed record ItqOptions
{
    /// <summary>10,000 rounds; fifty are usual.</summary>
    public const int MaxIterations = 10_000;

    /// <summary>Bits of one hashcode; at most the number of dimensions.</summary>
    public int BitCount { get; init; } = 16;

    /// <summary>Seed of the starting rotation.</summary>
    public ulong Seed { get; init; }

    /// <summary>What is done to raw vectors first.</summary>
    public PreprocessingOrder Preprocessing { get; init; } = PreprocessingOrder.CenterThenUnit;

    /// <summary>Rounds of rotation.</summary>
    public int Iterations { get; init; } = 50;

    /// <summary>Who multiplies matrices. Model files agree to rounding only between implementations.</summary>
    public IDenseAlgebra Algebra { get; init; } = ManagedAlgebra.Instance;

    /// <summary>At most so many threads; -1 for all. Does not change the result.</summary>
    public int MaxDegreeOfParallelism { get; init; } = -1;

    /// <summary>Checks every setting that can be checked without the data.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range; names it.</exception>
    public void Validate()
    {
        Require.InRange(BitCount, Hashcode.MinBitCount, Hashcode.MaxBitCount, nameof(BitCount));
        Require.InRange(Iterations, 1, MaxIterations, nameof(Iterations));
        Require.Defined(Preprocessing, nameof(Preprocessing));
        Require.Parallelism(MaxDegreeOfParallelism, nameof(MaxDegreeOfParallelism));
        ArgumentNullException.ThrowIfNull(Algebra);
    }
}
