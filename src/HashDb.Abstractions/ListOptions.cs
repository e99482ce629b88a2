using HashDb.Checks;
using HashDb.Fields;

namespace HashDb;

/// <summary>Which records a listing gives, and in which order.</summary>
public sealed record ListOptions
{
    /// <summary>100 records of a page.</summary>
    public const int DefaultLimit = 100;

    /// <summary>Gives only records that match; null for all.</summary>
    public Filter? Filter { get; init; }

    /// <summary>
    /// Gives records with larger ids only: the last id of the page before. So a walk over all pages shows each record that did not change
    /// meanwhile exactly once, and holds nothing in between. Not together with <see cref="OrderBy"/>.
    /// </summary>
    public VectorId? After { get; init; }

    /// <summary>Records of a page, 1 to <see cref="StorageLimits.MaxIncludedRecords"/>.</summary>
    public int Limit { get; init; } = DefaultLimit;

    /// <summary>Leaves out the first so many; with <see cref="Limit"/> at most <see cref="StorageLimits.MaxTop"/>.</summary>
    public int Skip { get; init; }

    /// <summary>
    /// A field to order by, equal values by id; null for the order of ids. Values of different kinds are ordered by kind, and records
    /// without the field come last.
    /// </summary>
    public string? OrderBy { get; init; }

    /// <summary>The largest first; records without the field come last all the same.</summary>
    public bool IsDescending { get; init; }

    /// <summary>The parts of the records that the answer has beside the id.</summary>
    public RecordParts Include { get; init; } = RecordParts.Fields | RecordParts.Labels;

    /// <summary>The fields that are included; null for all.</summary>
    public IReadOnlyList<string>? IncludeFields { get; init; }

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">A value is outside its range; names it and the limit.</exception>
    public void Validate()
    {
        if (Limit is < 1 or > StorageLimits.MaxIncludedRecords)
            throw new ArgumentOutOfRangeException(
                nameof(Limit), Limit, $"Limit is {Limit}; it must be 1 to {StorageLimits.MaxIncludedRecords}. Ask page by page.");
        if (Skip < 0 || Skip > StorageLimits.MaxTop - Limit)
            throw new ArgumentOutOfRangeException(
                nameof(Skip), Skip, $"Skip is {Skip}; it must be 0 to {StorageLimits.MaxTop - Limit}. Walk on with After instead.");
        if (OrderBy is not null)
            FieldNames.Check(OrderBy, nameof(OrderBy));
        if (After is not null && (OrderBy is not null || IsDescending))
            throw new ArgumentException("After goes with the ascending order of ids only; use Skip with another order.", nameof(After));
        RecordPartsChecks.Check(Include, IncludeFields);
    }
}
