namespace HashDb;

/// <summary>All items within a Hamming radius, by distance, then by id.</summary>
public sealed record ProbeResult(IReadOnlyList<ProbeHit> Hits, SearchStatistics Statistics);
