using HashDb.Storage.FieldIndexes;

namespace HashDb.Storage.Query;

/// <summary>What field indexes have told about a filter.</summary>
internal sealed record IndexedRows
{
    public static readonly IndexedRows Nothing = new();

    /// <summary>Which indexes.</summary>
    public long Epoch { get; init; } = -1;

    /// <summary>The fields of the filter that have an index.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>Rows that the indexes cover: all below this.</summary>
    public uint RowCount { get; init; }

    public bool Covers(FieldIndexSet set) => Epoch == set.Epoch && RowCount >= set.RowCount;
}
