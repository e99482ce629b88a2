using HashDb.Models;

namespace HashDb;

/// <summary>The generation that <see cref="HashDbMaintenance.RollbackAsync"/> goes back to.</summary>
/// <param name="Generation">Its number. A rollback makes a new generation under its model.</param>
/// <param name="ModelFingerprint">Fingerprint of its model.</param>
/// <param name="BitCount">Bits of a hashcode.</param>
/// <param name="TableCount">Hash tables.</param>
public sealed record PreviousGeneration(long Generation, ModelFingerprint ModelFingerprint, int BitCount, int TableCount);
