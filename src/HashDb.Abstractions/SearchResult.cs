namespace HashDb;

/// <summary>The nearest candidates of one query, nearest first; equal distances are ordered by id.</summary>
public sealed record SearchResult(IReadOnlyList<SearchHit> Hits, SearchStatistics Statistics);
