namespace HashDb;

/// <summary>How far the building of a generation is.</summary>
/// <param name="Phase">What is being done.</param>
/// <param name="RowsDone">Rows of the phase that are done.</param>
/// <param name="RowsTotal">Rows of the phase, as far as they are known: rows go on being written.</param>
public sealed record GenerationProgress(GenerationPhase Phase, long RowsDone, long RowsTotal);
