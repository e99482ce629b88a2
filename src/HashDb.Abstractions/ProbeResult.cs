namespace HashDb;

/// <summary>All items within a Hamming radius.</summary>
public sealed class ProbeResult
{
    /// <summary>By Hamming distance, then by id.</summary>
    public required IReadOnlyList<ProbeHit> Hits { get; init; }

    /// <summary>What finding them took.</summary>
    public required SearchStatistics Statistics { get; init; }
}
