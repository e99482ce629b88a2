namespace HashDb.Models.Evaluation;

/// <summary>Settings of <see cref="RankingEvaluation"/>.</summary>
public sealed record RankingEvaluationOptions
{
    /// <summary>The radius within which precision is measured, in bits.</summary>
    public int PrecisionRadius { get; init; } = 2;

    /// <summary>Checks every setting.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The radius is negative or longer than any hashcode.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(PrecisionRadius);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(PrecisionRadius, Hashcode.MaxBitCount);
    }
}
