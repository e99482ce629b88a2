namespace HashDb.Storage;

/// <summary>One damaged place.</summary>
/// <param name="File">Path of the file.</param>
/// <param name="Offset">Byte offset in it, or -1 when the whole file is meant.</param>
/// <param name="Row">The row it belongs to, or null.</param>
/// <param name="Id">The id stored in that row, when it can still be read.</param>
/// <param name="Detail">What was expected and what was found.</param>
public sealed record Damage(string File, long Offset, long? Row, VectorId? Id, string Detail);
