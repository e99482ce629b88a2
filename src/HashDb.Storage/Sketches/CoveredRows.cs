namespace HashDb.Storage.Sketches;

/// <summary>Which rows of a generation are held by a block: a bit for each.</summary>
internal sealed class CoveredRows(long rowCount)
{
    private readonly ulong[] _words = new ulong[(rowCount + 63) / 64];

    public bool Contains(uint row) => (_words[row / 64] >> (int)(row % 64) & 1) != 0;

    /// <summary>Adds the rows of a block; false, and nothing is added, when one of them is there already.</summary>
    public bool TryAdd(ReadOnlySpan<uint> rows)
    {
        foreach (uint row in rows)
        {
            if (Contains(row))
                return false;
        }
        foreach (uint row in rows)
            _words[row / 64] |= 1UL << (int)(row % 64);
        return true;
    }
}
