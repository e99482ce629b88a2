namespace HashDb;

/// <summary>How far an import has come.</summary>
/// <param name="AcknowledgedRecords">Records acknowledged since its start: that many from the beginning of the stream are stored.</param>
/// <param name="AcknowledgedBatches">Batches acknowledged since its start.</param>
/// <param name="Elapsed">Time since its start.</param>
public readonly record struct ImportProgress(long AcknowledgedRecords, long AcknowledgedBatches, TimeSpan Elapsed);
