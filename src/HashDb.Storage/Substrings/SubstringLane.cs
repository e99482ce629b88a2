namespace HashDb.Storage.Substrings;

/// <summary>One thing that a query is asked of: a substring table, all codes of a segment, or rows that are in no segment.</summary>
internal readonly struct SubstringLane
{
    private SubstringLane(CodeSegment? segment, SubstringTable? table, int hashTable, uint firstRow, uint endRow, int radius, int firstLane)
    {
        (Segment, Table, HashTable) = (segment, table, hashTable);
        (FirstRow, EndRow, Radius, FirstLane) = (firstRow, endRow, radius, firstLane);
        Masks = table is null ? default : SubstringMasks.Of(table.Width).Within(radius);
    }

    /// <summary>Null for rows that are in no segment.</summary>
    public CodeSegment? Segment { get; }

    /// <summary>Null when codes are compared one after another.</summary>
    public SubstringTable? Table { get; }

    public int HashTable { get; }

    public uint FirstRow { get; }

    public uint EndRow { get; }

    /// <summary>Bits that the substring may differ by.</summary>
    public int Radius { get; }

    /// <summary>The lane of the first substring of the same segment that is looked at.</summary>
    public int FirstLane { get; }

    /// <summary>What is flipped in the substring of a query.</summary>
    public ReadOnlyMemory<uint> Masks { get; }

    public static SubstringLane OfTable(CodeSegment segment, SubstringTable table, int radius, int firstLane) =>
        new(segment, table, segment.HashTable, segment.FirstRow, segment.EndRow, radius, firstLane);

    public static SubstringLane OfScan(CodeSegment segment) =>
        new(segment, null, segment.HashTable, segment.FirstRow, segment.EndRow, 0, 0);

    public static SubstringLane OfRows(int hashTable, uint firstRow, uint endRow) => new(null, null, hashTable, firstRow, endRow, 0, 0);
}
