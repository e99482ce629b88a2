namespace HashDb.Models.Evaluation;

/// <summary>Settings of <see cref="RadiusEvaluation"/>; the defaults are the GRH tutorial's.</summary>
public sealed record RadiusEvaluationOptions
{
    /// <summary>Radii from 0 to this are measured.</summary>
    public int MaxRadius { get; init; } = 10;

    /// <summary>Nearest candidates that are looked at; precision is hits divided by this, also when fewer were found.</summary>
    public int NeighborCount { get; init; } = 10;

    /// <summary>Queries that are also run one at a time on one thread to measure the time of a query; 0 for none.</summary>
    public int TimedQueryCount { get; init; }

    /// <summary>Checks every setting.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its limit; names it.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(MaxRadius);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxRadius, Hashcode.MaxBitCount);
        ArgumentOutOfRangeException.ThrowIfLessThan(NeighborCount, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(TimedQueryCount);
    }
}
