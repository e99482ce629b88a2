namespace HashDb.Storage;

/// <summary>What a repair did.</summary>
/// <param name="Healed">Places that could be restored in full.</param>
/// <param name="Quarantined">Rows, log entries or files that could not: what they held is lost and named here.</param>
public sealed record RepairReport(IReadOnlyList<Damage> Healed, IReadOnlyList<Damage> Quarantined);
