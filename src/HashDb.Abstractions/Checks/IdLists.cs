// How many records one call may read; the same rule for every implementation of the contract.
namespace HashDb.Checks;

/// <summary>How many records one call may read.</summary>
public static class IdLists
{
    /// <summary>Checks the ids of a get.</summary>
    /// <exception cref="ArgumentException">There are too many.</exception>
    public static void Check(IReadOnlyList<VectorId> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        if (ids.Count > StorageLimits.MaxBatchRecords)
            throw new ArgumentException($"{ids.Count} ids were asked for; the limit is {StorageLimits.MaxBatchRecords}.", nameof(ids));
    }
}
