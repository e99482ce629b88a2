namespace HashDb;

/// <summary>What a compaction gave back.</summary>
/// <param name="RowsBefore">Rows before, dead ones included.</param>
/// <param name="RowsAfter">Rows after: the live ones.</param>
/// <param name="BytesBefore">Bytes on disk before.</param>
/// <param name="BytesAfter">Bytes on disk after.</param>
public sealed record CompactionReport(long RowsBefore, long RowsAfter, long BytesBefore, long BytesAfter);
