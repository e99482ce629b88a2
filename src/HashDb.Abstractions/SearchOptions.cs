using HashDb.Checks;
using HashDb.Models;

namespace HashDb;

/// <summary>What may differ from query to query.</summary>
/// <remarks>
/// With a <see cref="TargetRecall"/>, which is the default in a collection that finds its hash function itself, the engine chooses how much
/// to look at. With a <see cref="Radius"/>, everything within that many bits in any table is a candidate. With a
/// <see cref="CandidateLimit"/>, or nothing, buckets are taken nearest first (by Hamming distance, then by how little the model was sure of
/// the bits that differ) until <see cref="CandidateLimit"/> live candidates are gathered; the bucket that reaches the limit is taken whole.
/// </remarks>
public sealed record SearchOptions
{
    /// <summary>1,000: enough that re-ranking, not probing, decides the answer, and well under a millisecond of work.</summary>
    public const int DefaultCandidateLimit = 1_000;

    /// <summary>.95: of ten nearest, one in two searches misses one.</summary>
    public const double DefaultTargetRecall = .95;

    /// <summary>Number of results wanted, 1 to <see cref="StorageLimits.MaxTop"/>.</summary>
    public int Top { get; init; } = 10;

    /// <summary>
    /// The share of the true nearest that is wanted, above 0 to 1; 1 compares all vectors. Null for <see cref="DefaultTargetRecall"/> where
    /// there are sketches to keep it with, and for the default candidate limit where there are none. A collection without sketches meets
    /// a target by comparing all. Not together with a radius or a candidate limit.
    /// </summary>
    public double? TargetRecall { get; init; }

    /// <summary>Hamming radius in bits, 0 to <see cref="Hashcode.MaxBitCount"/>; not together with a candidate limit.</summary>
    public int? Radius { get; init; }

    /// <summary>
    /// Live candidates to gather before stopping; <see cref="DefaultCandidateLimit"/> when neither this nor a radius is given.
    /// Never fewer than <see cref="Top"/> are gathered while there are any.
    /// </summary>
    public int? CandidateLimit { get; init; }

    /// <summary>
    /// Gives only records that match; null for all. Evaluated while candidates are gathered, so that a limit or a recall counts matching
    /// records: fewer than <see cref="Top"/> come only when no more were found within the radius, or when there are no more.
    /// </summary>
    public Filter? Filter { get; init; }

    /// <summary>Gives only records at most so far away, as the metric measures it; null for all.</summary>
    public float? MaxDistance { get; init; }

    /// <summary>
    /// Leaves out the nearest so many, for the next page; with <see cref="Top"/> at most <see cref="StorageLimits.MaxTop"/>.
    /// </summary>
    public int Skip { get; init; }

    /// <summary>The parts of the records that the answer has: none beside id and distance if not given.</summary>
    public RecordParts Include { get; init; }

    /// <summary>The fields that are included with <see cref="RecordParts.Fields"/>; null for all.</summary>
    public IReadOnlyList<string>? IncludeFields { get; init; }

    /// <summary>How buckets are found; the answer is the same with each.</summary>
    public ProbeStrategy Strategy { get; init; } = ProbeStrategy.Automatic;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    /// <exception cref="ArgumentException">Both a radius and a candidate limit are given.</exception>
    public void Validate()
    {
        if (Top is < 1 or > StorageLimits.MaxTop)
            throw new ArgumentOutOfRangeException(nameof(Top), Top, $"Top is {Top}; it must be 1 to {StorageLimits.MaxTop}.");
        if (Radius is < 0 or > Hashcode.MaxBitCount)
            throw new ArgumentOutOfRangeException(nameof(Radius), Radius, $"Radius is {Radius}; it must be 0 to {Hashcode.MaxBitCount}.");
        if (CandidateLimit is < 1 or > StorageLimits.MaxCandidateLimit)
            throw new ArgumentOutOfRangeException(
                nameof(CandidateLimit),
                CandidateLimit,
                $"CandidateLimit is {CandidateLimit}; it must be 1 to {StorageLimits.MaxCandidateLimit}.");
        if (TargetRecall is { } target && !(target > 0 && target <= 1))
            throw new ArgumentOutOfRangeException(
                nameof(TargetRecall), TargetRecall, $"TargetRecall is {target}; it must be above 0 and at most 1.");
        if (TargetRecall is not null && (Radius is not null || CandidateLimit is not null))
            throw new ArgumentException(
                $"TargetRecall ({TargetRecall}) excludes a Radius ({Radius}) or a CandidateLimit ({CandidateLimit}): give one of them.",
                nameof(TargetRecall));
        if (Radius is not null && CandidateLimit is not null)
            throw new ArgumentException(
                $"Radius ({Radius}) and CandidateLimit ({CandidateLimit}) exclude each other: give one.", nameof(CandidateLimit));
        if (Skip < 0 || Skip > StorageLimits.MaxTop - Top)
            throw new ArgumentOutOfRangeException(
                nameof(Skip), Skip, $"Skip is {Skip}; it must be 0 to {StorageLimits.MaxTop - Top}: with Top {StorageLimits.MaxTop}.");
        if (MaxDistance is { } distance && float.IsNaN(distance))
            throw new ArgumentOutOfRangeException(nameof(MaxDistance), MaxDistance, "MaxDistance is NaN; it must be a number.");
        if (Include != RecordParts.None && Top > StorageLimits.MaxIncludedRecords)
            throw new ArgumentOutOfRangeException(
                nameof(Top), Top, $"Top is {Top}; with parts of the records it must be 1 to {StorageLimits.MaxIncludedRecords}. Use Skip.");
        RecordPartsChecks.Check(Include, IncludeFields);
        ProbeStrategies.Check(Strategy, nameof(Strategy));
    }
}
