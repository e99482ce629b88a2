namespace HashDb;

/// <summary>The nearest candidates of one query.</summary>
public sealed class SearchResult
{
    /// <summary>Nearest first; equal distances are ordered by id.</summary>
    public required IReadOnlyList<SearchHit> Hits { get; init; }

    /// <summary>What finding them took.</summary>
    public required SearchStatistics Statistics { get; init; }
}
