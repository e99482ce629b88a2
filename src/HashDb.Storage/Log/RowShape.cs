namespace HashDb.Storage.Log;

/// <summary>Widths that a collection fixes.</summary>
/// <param name="CodeBytes">Bytes of a row's hashcodes, all tables together.</param>
/// <param name="VectorBytes">Bytes of a vector.</param>
internal readonly record struct RowShape(int CodeBytes, int VectorBytes);
