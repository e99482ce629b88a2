namespace HashDb.Storage.Query;

/// <summary>
/// How many rows the k nearest that match are among the nearest of. If one row in n matches, they are about the k n nearest; where a filter
/// matches less near the query than farther away, they are as many as were looked at when k had been found.
/// </summary>
internal struct MatchRarity(RowFilter? filter, int wanted)
{
    private readonly long _tested = filter?.Tested ?? 0;
    private readonly long _matched = filter?.Matched ?? 0;
    private long _rowsToWanted;

    /// <summary>Looks at what the filter was asked so far; null without a filter.</summary>
    public double? Look()
    {
        if (filter is null)
            return null;
        double tested = filter.Tested - _tested;
        double matched = filter.Matched - _matched;
        if (_rowsToWanted == 0 && matched >= wanted)
            _rowsToWanted = (long)tested;
        return Math.Max(_rowsToWanted, wanted * ((tested + 1) / (matched + 1)));
    }
}
