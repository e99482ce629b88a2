using HashDb.Fields;

namespace HashDb.Checks;

/// <summary>What may be asked for of a record.</summary>
public static class RecordPartsChecks
{
    /// <summary>Checks the parts and the names of fields.</summary>
    /// <exception cref="ArgumentException">
    /// There is no such part, a name is not allowed, or there are too many; names the limit.
    /// </exception>
    public static void Check(RecordParts include, IReadOnlyList<string>? includeFields)
    {
        if ((include & ~RecordParts.All) != 0)
            throw new ArgumentOutOfRangeException(nameof(include), include, $"{include} are no parts of a record.");
        if (includeFields is null)
            return;
        if (includeFields.Count > StorageLimits.MaxFieldCount)
            throw new ArgumentException(
                $"{includeFields.Count} fields are asked for; a record has at most {StorageLimits.MaxFieldCount}.", nameof(includeFields));
        foreach (string name in includeFields)
            FieldNames.Check(name, nameof(includeFields));
    }
}
