namespace HashDb;

/// <summary>A field index.</summary>
/// <param name="Field">The field.</param>
/// <param name="Rows">
/// Rows that it covers, those of deleted records included; it grows in the background to all of them. Filters read the fields of the
/// others.
/// </param>
/// <param name="MemoryBytes">Bytes of memory that it takes.</param>
public readonly record struct IndexStatistics(string Field, long Rows, long MemoryBytes);
