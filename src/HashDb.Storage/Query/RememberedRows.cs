// Two bits for a row: whether a filter was asked about it, and whether it matched. Chunks are made when a row of theirs is first asked
// about. Threading: any thread. The bit for a match is set before that for having asked, and read after it.
using System.Numerics;

namespace HashDb.Storage.Query;

internal sealed class RememberedRows
{
    private const int ChunkBits = 16;
    private const int WordsPerChunk = 1 << (ChunkBits - 6);

    private readonly Lock _gate = new();

    // Of each chunk the words for having asked, and behind them those for matches.
    private ulong[]?[] _chunks = [];

    public long Bytes => Volatile.Read(ref _chunks).Count(chunk => chunk is not null) * 2L * WordsPerChunk * sizeof(ulong);

    public static long BytesFor(uint rowCount) => (rowCount / 4) + (2L * WordsPerChunk * sizeof(ulong));

    /// <summary>What the filter said of a row; null when it was not asked.</summary>
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

    /// <summary>The first row from one on that matches or was not asked about; the end when there is none before it.</summary>
    public uint Next(uint row, uint end)
    {
        while (row < end)
        {
            if (ChunkOf(row) is not { } chunk)
                return row;
            int word = (int)(row >> 6) & (WordsPerChunk - 1);
            ulong asked = Volatile.Read(ref chunk[word]);
            ulong wanted = (~asked | Volatile.Read(ref chunk[WordsPerChunk + word])) >> (int)(row & 63);
            if (wanted != 0)
                return Math.Min(end, row + (uint)BitOperations.TrailingZeroCount(wanted));
            row = (row | 63) + 1;
        }
        return end;
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
