using HashDb.Models;

namespace HashDb.Storage.Checkpoints;

/// <summary>The generation before the live one, when it is kept to go back to.</summary>
/// <param name="Generation">Number of its folder.</param>
/// <param name="Model">Fingerprint of its model file.</param>
/// <param name="BitCount">Bits of a hashcode.</param>
/// <param name="TableCount">Hash tables.</param>
/// <param name="Records">Number of the records folder whose rows its hashcodes are of.</param>
/// <param name="RowCount">Rows that have hashcodes; 0 when a compaction has renumbered the rows since.</param>
internal sealed record KeptGeneration(uint Generation, ModelFingerprint Model, int BitCount, int TableCount, uint Records, long RowCount);
