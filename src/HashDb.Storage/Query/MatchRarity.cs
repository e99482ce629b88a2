namespace HashDb.Storage.Query;

/// <summary>
/// How many rows the k nearest that match are among the nearest of. If one row in n matches, they are about the k n nearest. Where a filter
/// matches less near the query than farther away, they lie in a shell about as far as those that were looked at when k had been found, and
/// much of the shell is looked at to find them.
/// </summary>
internal struct MatchRarity(RowFilter? filter, int wanted)
{
    /// <summary>Matches are rarer near the query when they came so much later than they would have otherwise.</summary>
    private const double Late = 2;

    /// <summary>8 times the rows: the shell has many rows at about one distance.</summary>
    private const double Shell = 8;

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
        double usual = wanted * ((tested + 1) / (matched + 1));
        return _rowsToWanted > Late * usual ? Shell * _rowsToWanted : Math.Max(_rowsToWanted, usual);
    }
}
