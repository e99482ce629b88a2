namespace HashDb.Storage.FieldIndexes;

/// <summary>The indexed fields over a stretch of rows.</summary>
/// <param name="FirstRow">A multiple of <see cref="SmallRows"/>.</param>
/// <param name="RowCount">At most <see cref="Rows"/>; the stretch does not cross a multiple of that.</param>
/// <param name="Fields">One for each indexed field.</param>
internal sealed record IndexPart(uint FirstRow, int RowCount, IReadOnlyList<FieldPart> Fields)
{
    /// <summary>Rows of a part that is complete.</summary>
    public const int Rows = 1 << 16;

    /// <summary>Rows of the parts that are made while rows come, and put together to one that is complete.</summary>
    public const int SmallRows = 1 << 12;

    public uint End => FirstRow + (uint)RowCount;

    public long Bytes => Fields.Sum(part => part.Bytes);
}
