// Which rows deletes and updates have left behind, and since when. A search sees the rows below the count that was published
// when it began; a row that an update replaced is dead only for searches that see the row that replaced it, so a search finds
// exactly one version of every item. Four bytes a row, taken only for stretches of 65,536 rows in which something has died.
//
// One writer, any number of readers.
namespace HashDb.Storage.Records;

internal sealed class DeadRows
{
    public const int ChunkBits = 16;
    public const int ChunkRows = 1 << ChunkBits;
    public const int ChunkBitmapBytes = ChunkRows / 8;

    private uint[]?[] _chunks = [];

    public long Count { get; private set; }

    /// <summary>Is the row dead for a search that sees <paramref name="visibleRows"/> rows?</summary>
    public bool IsDead(uint row, uint visibleRows)
    {
        uint[]?[] chunks = Volatile.Read(ref _chunks);
        uint chunk = row >> ChunkBits;
        if (chunk >= chunks.Length || Volatile.Read(ref chunks[chunk]) is not { } since)
            return false;
        uint deadSince = Volatile.Read(ref since[row & (ChunkRows - 1)]);
        return deadSince != 0 && visibleRows >= deadSince;
    }

    public bool IsDead(uint row) => IsDead(row, uint.MaxValue);

    /// <summary>Marks a row dead for every search that sees <paramref name="sinceVisible"/> rows or more.</summary>
    public void Mark(uint row, uint sinceVisible)
    {
        uint chunk = row >> ChunkBits;
        if (chunk >= _chunks.Length)
        {
            var grown = new uint[]?[Math.Max(chunk + 1, _chunks.Length * 2)];
            _chunks.CopyTo(grown, 0);
            Volatile.Write(ref _chunks, grown);
        }
        if (_chunks[chunk] is null)
            Volatile.Write(ref _chunks[chunk], new uint[ChunkRows]);
        ref uint since = ref _chunks[chunk]![row & (ChunkRows - 1)];
        if (since == 0)
            Count++;
        Volatile.Write(ref since, Math.Max(sinceVisible, 1));
    }

    /// <summary>A bitmap for each stretch that has dead rows, as the manifest stores them.</summary>
    public List<KeyValuePair<int, byte[]>> ToBitmaps()
    {
        var bitmaps = new List<KeyValuePair<int, byte[]>>();
        for (int chunk = 0; chunk < _chunks.Length; chunk++)
        {
            if (_chunks[chunk] is not { } since)
                continue;
            byte[] bitmap = new byte[ChunkBitmapBytes];
            for (int i = 0; i < since.Length; i++)
            {
                if (since[i] != 0)
                    bitmap[i >> 3] |= (byte)(1 << (i & 7));
            }
            bitmaps.Add(new KeyValuePair<int, byte[]>(chunk, bitmap));
        }
        return bitmaps;
    }

    public static DeadRows FromBitmaps(IEnumerable<KeyValuePair<int, byte[]>> bitmaps)
    {
        var dead = new DeadRows();
        foreach ((int chunk, byte[] bitmap) in bitmaps)
        {
            for (int i = 0; i < ChunkRows; i++)
            {
                if ((bitmap[i >> 3] & (1 << (i & 7))) != 0)
                    dead.Mark(((uint)chunk << ChunkBits) + (uint)i, 1);
            }
        }
        return dead;
    }
}
