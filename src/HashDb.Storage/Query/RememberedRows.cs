// Two bits for a row: whether it is known what a filter says of it, and whether it matches. Known because the filter was asked, or because
// field indexes tell. Chunks are made when something of theirs is first known. Threading: any thread. The bit for a match is set before
// that for being known, and read after it.
using System.Numerics;
using HashDb.Storage.FieldIndexes;

namespace HashDb.Storage.Query;

internal sealed class RememberedRows
{
    private const int ChunkBits = 16;
    private const int WordsPerChunk = 1 << (ChunkBits - 6);

    private readonly Lock _gate = new();
    private readonly Lock _filling = new();

    // Of each chunk the words for being known, and behind them those for matches.
    private ulong[]?[] _chunks = [];
    private IndexedRows _indexed = IndexedRows.Nothing;

    public long Bytes => Volatile.Read(ref _chunks).Count(chunk => chunk is not null) * 2L * WordsPerChunk * sizeof(ulong);

    public static long BytesFor(uint rowCount) => (rowCount / 4) + (2L * WordsPerChunk * sizeof(ulong));

    /// <summary>Takes over what field indexes tell and has not been taken over before.</summary>
    /// <returns>What they tell in all.</returns>
    public IndexedRows Take(FieldIndexSet set, Filter filter, IReadOnlyList<string> fields)
    {
        IndexedRows indexed = Volatile.Read(ref _indexed);
        if (indexed.Covers(set))
            return indexed;
        // Others with the same filter would do the same work.
        lock (_filling)
        {
            indexed = _indexed;
            if (indexed.Covers(set))
                return indexed;
            if (indexed.Epoch != set.Epoch)
                indexed = IndexedRows.Nothing with { Epoch = set.Epoch, Fields = [.. fields.Where(field => set.NumberOf(field) >= 0)] };
            uint from = indexed.RowCount;
            indexed = indexed with { RowCount = set.RowCount };
            if (indexed.Fields.Count > 0)
            {
                var matches = new PartMatches(filter, set);
                foreach (IndexPart part in set.Parts.Where(part => part.End > from))
                    Take(part, matches.Of(part, out ReadOnlySpan<ulong> others), others);
            }
            Volatile.Write(ref _indexed, indexed);
            return indexed;
        }
    }

    /// <summary>What the filter says of a row; null when it is not known.</summary>
    public bool? Get(uint row)
    {
        if (ChunkOf(row) is not { } chunk)
            return null;
        int word = (int)(row >> 6) & (WordsPerChunk - 1);
        ulong bit = 1UL << (int)(row & 63);
        if ((Volatile.Read(ref chunk[word]) & bit) == 0)
            return null;
        return (Volatile.Read(ref chunk[WordsPerChunk + word]) & bit) != 0;
    }

    public void Set(uint row, bool isMatch)
    {
        ulong[] chunk = ChunkOf(row) ?? Make(row);
        int word = (int)(row >> 6) & (WordsPerChunk - 1);
        ulong bit = 1UL << (int)(row & 63);
        if (isMatch)
            Interlocked.Or(ref chunk[WordsPerChunk + word], bit);
        Interlocked.Or(ref chunk[word], bit);
    }

    /// <summary>The first row from one on that matches or of which it is not known; the end when there is none before it.</summary>
    public uint Next(uint row, uint end)
    {
        while (row < end)
        {
            if (ChunkOf(row) is not { } chunk)
                return row;
            int word = (int)(row >> 6) & (WordsPerChunk - 1);
            ulong wanted = Wanted(chunk, word) >> (int)(row & 63);
            if (wanted != 0)
                return Math.Min(end, row + (uint)BitOperations.TrailingZeroCount(wanted));
            for (word++; word < WordsPerChunk && Wanted(chunk, word) == 0;)
                word++;
            row = (row & ~((1u << ChunkBits) - 1)) + ((uint)word * 64);
        }
        return end;
    }

    private static ulong Wanted(ulong[] chunk, int word)
    {
        ulong known = Volatile.Read(ref chunk[word]);
        return ~known | Volatile.Read(ref chunk[WordsPerChunk + word]);
    }

    private void Take(IndexPart part, ReadOnlySpan<ulong> matches, ReadOnlySpan<ulong> others)
    {
        ulong[] chunk = ChunkOf(part.FirstRow) ?? Make(part.FirstRow);
        int first = (int)(part.FirstRow >> 6) & (WordsPerChunk - 1);
        for (int i = 0; i < matches.Length; i++)
        {
            Interlocked.Or(ref chunk[WordsPerChunk + first + i], matches[i]);
            Interlocked.Or(ref chunk[first + i], matches[i] | others[i]);
        }
    }

    private ulong[]? ChunkOf(uint row)
    {
        ulong[]?[] chunks = Volatile.Read(ref _chunks);
        uint number = row >> ChunkBits;
        return number < (uint)chunks.Length ? Volatile.Read(ref chunks[number]) : null;
    }

    private ulong[] Make(uint row)
    {
        int number = (int)(row >> ChunkBits);
        lock (_gate)
        {
            if (number >= _chunks.Length)
            {
                ulong[]?[] larger = new ulong[]?[number + 1];
                _chunks.CopyTo(larger, 0);
                Volatile.Write(ref _chunks, larger);
            }
            if (_chunks[number] is not { } chunk)
                Volatile.Write(ref _chunks[number], chunk = new ulong[2 * WordsPerChunk]);
            return chunk;
        }
    }
}
