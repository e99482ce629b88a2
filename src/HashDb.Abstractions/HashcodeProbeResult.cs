namespace HashDb;

/// <summary>All items within a Hamming radius of each of many hashcodes, in one flat buffer.</summary>
public sealed class HashcodeProbeResult
{
    /// <summary>
    /// Where the hits of each hashcode begin, and after the last where they end: those of hashcode i are <c>Offsets[i]</c> to
    /// <c>Offsets[i + 1] - 1</c> of <see cref="Ids"/> and <see cref="Distances"/>.
    /// </summary>
    public required ReadOnlyMemory<int> Offsets { get; init; }

    /// <summary>Ids of the hits; those of one hashcode by distance, then by id.</summary>
    public required ReadOnlyMemory<VectorId> Ids { get; init; }

    /// <summary>The smallest Hamming distance of each hit, over the tables, in bits.</summary>
    public required ReadOnlyMemory<int> Distances { get; init; }

    /// <summary>What finding them took, all hashcodes together.</summary>
    public required SearchStatistics Statistics { get; init; }
}
