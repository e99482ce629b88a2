using HashDb.Storage.FieldIndexes;

namespace HashDb.Storage.Query;

/// <summary>What field indexes have told about a filter. Rows that have died since count.</summary>
internal sealed record IndexedRows
{
    public static readonly IndexedRows Nothing = new();

    /// <summary>Which indexes.</summary>
    public long Epoch { get; init; } = -1;

    /// <summary>The fields of the filter that have an index.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>Rows that the indexes cover: all below this.</summary>
    public uint RowCount { get; init; }

    /// <summary>Rows of these of which they tell what the filter says.</summary>
    public long Known { get; init; }

    /// <summary>Rows of these that match.</summary>
    public long Matching { get; init; }

    public bool Covers(FieldIndexSet set) => Epoch == set.Epoch && RowCount >= set.RowCount;

    /// <summary>Rows that match or may match.</summary>
    public long AtMost(uint visibleRows) => Math.Max(0, Matching + visibleRows - Known);

    /// <summary>The share of rows that match; null when the indexes tell of too few to say.</summary>
    public double? Share(uint visibleRows) => Known * 4 >= visibleRows * 3L ? Matching / (double)Known : null;
}
