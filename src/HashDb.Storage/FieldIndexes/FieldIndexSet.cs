namespace HashDb.Storage.FieldIndexes;

/// <summary>The indexes of a collection at one moment. Immutable; all fields are indexed over the same rows.</summary>
internal sealed class FieldIndexSet
{
    public static readonly FieldIndexSet Empty = new(0, [], []) { IsFull = false };

    private FieldIndexSet(long epoch, string[] fields, IndexPart[] parts) => (Epoch, Fields, Parts) = (epoch, fields, parts);

    /// <summary>Changes with the fields: what an older set has told must be asked again.</summary>
    public long Epoch { get; }

    /// <summary>The fields, in the order of the parts'.</summary>
    public IReadOnlyList<string> Fields { get; }

    /// <summary>Parts in the order of their rows, each beginning where the one before ends.</summary>
    public IReadOnlyList<IndexPart> Parts { get; }

    /// <summary>True when no further part fits the memory: rows beyond are read until fields are dropped.</summary>
    public required bool IsFull { get; init; }

    /// <summary>Rows that are indexed: all below this.</summary>
    public uint RowCount => Parts.Count == 0 ? 0 : Parts[^1].End;

    public int NumberOf(string field)
    {
        for (int i = 0; i < Fields.Count; i++)
        {
            if (Fields[i] == field)
                return i;
        }
        return -1;
    }

    /// <summary>The same fields over other parts.</summary>
    public FieldIndexSet With(IndexPart[] parts, bool isFull = false) => new(Epoch, [.. Fields], parts) { IsFull = isFull };

    /// <summary>Other fields.</summary>
    public FieldIndexSet With(string[] fields, IndexPart[] parts, bool isFull = false) =>
        new(Epoch + 1, fields, parts) { IsFull = isFull };
}
