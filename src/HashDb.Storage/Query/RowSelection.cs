using System.Runtime.CompilerServices;
using HashDb.Filters;
using HashDb.Storage.FieldIndexes;
using HashDb.Storage.Records;
using HashDb.Storage.Snapshot;

namespace HashDb.Storage.Query;

/// <summary>The rows that a query may give: published when it began, live, and such that they match its filter.</summary>
internal readonly struct RowSelection : IDisposable
{
    private readonly RecordStore _records;

    public RowSelection(CollectionState state, FilterMatcher? filter)
    {
        _records = state.Records;
        VisibleRows = state.RowCount;
        Filter = filter is null ? null : FilterOf(state.Records, filter, VisibleRows);
    }

    private RowSelection(RecordStore records, uint visibleRows) => (_records, VisibleRows) = (records, visibleRows);

    /// <summary>Rows that were published when the query began, dead ones included.</summary>
    public uint VisibleRows { get; }

    /// <summary>The filter; null when there is none.</summary>
    public RowFilter? Filter { get; }

    /// <summary>The same without the filter, for rows that have passed it.</summary>
    public RowSelection Unfiltered => new(_records, VisibleRows);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Contains(uint row) =>
        row < VisibleRows && !_records.Dead.IsDead(row, VisibleRows) && (Filter is null || Filter.Matches(row));

    /// <summary>The first row from one on that may be among them; the end of the rows when there is none.</summary>
    public uint Next(uint row) => Filter is null ? Math.Min(row, VisibleRows) : Filter.Next(row, VisibleRows);

    public void Dispose() => Filter?.Dispose();

    private static RowFilter FilterOf(RecordStore records, FilterMatcher matcher, uint visibleRows)
    {
        RememberedRows? remembered = records.Filters.Of(matcher.Filter, visibleRows);
        FieldIndexSet indexes = records.Indexes.Current;
        IndexedRows? indexed = null;
        if (indexes.Fields.Count > 0)
        {
            remembered ??= new RememberedRows();
            indexed = remembered.Take(indexes, matcher.Filter, matcher.Fields);
        }
        return new RowFilter(matcher, records, remembered) { Indexed = indexed };
    }
}
