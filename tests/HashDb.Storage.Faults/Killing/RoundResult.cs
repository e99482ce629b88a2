namespace HashDb.Storage.Faults.Killing;

/// <summary>One round of the kill test.</summary>
/// <param name="Round">Its number.</param>
/// <param name="Phase">What the worker was doing when it died.</param>
/// <param name="Acknowledged">Operations acknowledged in the round.</param>
/// <param name="Survivors">Operations that were not acknowledged and are there nevertheless, in full.</param>
/// <param name="Records">Records in the database after it.</param>
internal sealed record RoundResult(int Round, string Phase, long Acknowledged, int Survivors, long Records);
