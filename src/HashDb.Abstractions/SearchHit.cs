namespace HashDb;

/// <summary>One answer of a search: an id and its exact distance from the query under the collection's metric.</summary>
public readonly record struct SearchHit(VectorId Id, float Distance);
