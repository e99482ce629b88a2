namespace HashDb.Storage.Substrings;

/// <summary>How many substrings the codes of a segment are cut into, and how wide these are.</summary>
/// <param name="Tables">Substrings, spread evenly over the code; 0 when there are so few rows that a scan is as fast.</param>
/// <param name="Width">Bits of each.</param>
internal readonly record struct SegmentShape(int Tables, int Width)
{
    /// <summary>512 rows: a scan of them takes about as long as a few look-ups.</summary>
    private const int MinRows = 512;

    /// <summary>16 tables: 64 bytes a row for codes that are longer than 64 bits.</summary>
    private const int MaxTables = 16;

    // A bucket has about 2^4 codes: a line or two of memory, which is what a look-up costs anyway.
    private const int BucketBits = 4;
    private const int MinWidth = 6;

    /// <summary>The best shape for so many rows in so much memory.</summary>
    /// <param name="bitCount">Bits of a code.</param>
    /// <param name="rows">Rows of the segment.</param>
    /// <param name="memoryBytes">Memory for the tables of one hash table; there are fewer when they do not fit.</param>
    public static SegmentShape For(int bitCount, int rows, long memoryBytes)
    {
        if (rows < MinRows)
            return default;
        int width = Math.Clamp((int)uint.Log2((uint)rows) - BucketBits, MinWidth, SubstringMasks.MaxWidth - 2);
        int tables = Math.Clamp((bitCount + (width / 2)) / width, 2, MaxTables);
        width = Math.Min(bitCount / tables, width + 2);
        if (bitCount <= width + BucketBits || bitCount <= uint.Log2((uint)rows))
            (tables, width) = (1, Math.Min(bitCount, SubstringMasks.MaxWidth));
        long bytes = SubstringTable.BytesOf(rows, width, CodeColumn.WordsOf(bitCount));
        return new SegmentShape((int)Math.Min(tables, Math.Max(memoryBytes, 0) / bytes), width);
    }

    /// <summary>First bit of a substring.</summary>
    public static int Offset(int bitCount, int tables, int table) => table * bitCount / tables;
}
