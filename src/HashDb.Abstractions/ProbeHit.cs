namespace HashDb;

/// <summary>One answer of a probe: an id and the smallest Hamming distance, over the tables, of its hashcode from the query's.</summary>
public readonly record struct ProbeHit(VectorId Id, int Distance);
