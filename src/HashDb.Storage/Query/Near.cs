namespace HashDb.Storage.Query;

/// <summary>A row at its exact distance from the query.</summary>
internal readonly record struct Near(VectorId Id, float Distance, uint Row);
