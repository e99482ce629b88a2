// Builds posting tables from stored hashcodes: sorts (code, row) pairs and writes each list whole, once, without reading. Goes
// over the codes in passes of about two million pairs, chosen by a hash of the code, so that its memory is bounded however many
// rows there are (but for one list that is larger than that by itself). A build that is to be slowed down makes more and
// smaller passes, because a sort cannot be interrupted within a digit.
using HashDb.Models;
using HashDb.Storage.Records;

namespace HashDb.Storage.Index;

internal sealed class PostingLoader(PostingShape shape, CodeStore codes, DeadRows dead, long rows, IBuildPace? pace)
{
    private const int PairsPerPass = 1 << 21;
    private const int MinPairsPerPass = 1 << 16;
    private const int MorePasses = 16;
    private const int RowsPerStep = 4_096;
    private const int ListsPerStep = 256;

    private ulong[] _keys = [];
    private uint[] _values = [];
    private ulong[] _keyScratch = [];
    private uint[] _valueScratch = [];

    public void Load(int table, IPostingStore store, HashcodeDirectory directory, CancellationToken cancellationToken)
    {
        long pairs = pace is null ? PairsPerPass : Math.Clamp(rows / MorePasses, MinPairsPerPass, PairsPerPass);
        uint passes = (uint)((rows + pairs - 1) / pairs);
        for (uint pass = 0; pass < passes; pass++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int count = Gather(table, pass, passes, cancellationToken);
            Reserve(ref _keyScratch, count, keep: 0);
            Reserve(ref _valueScratch, count, keep: 0);
            // Gathered by ascending row and sorted stably, so that each list is in row order.
            RadixSort.Sort(
                ref _keys,
                ref _values,
                ref _keyScratch,
                ref _valueScratch,
                count,
                shape.KeyBits(table),
                () => pace?.Step(0, cancellationToken));
            int lists = 0;
            int reported = 0;
            for (int from = 0; from < count;)
            {
                int to = from + 1;
                while (to < count && _keys[to] == _keys[from])
                    to++;
                store.Load((uint)table, _keys[from], _values.AsSpan(from, to - from));
                directory.Add(_keys[from]);
                from = to;
                if (pace is null || (++lists % ListsPerStep != 0 && from < count))
                    continue;
                pace.Step(from - reported, cancellationToken);
                reported = from;
            }
        }
    }

    private int Gather(int table, uint pass, uint passes, CancellationToken cancellationToken)
    {
        int count = 0;
        for (uint row = 0; row < rows; row++)
        {
            if (row % RowsPerStep == 0)
                pace?.Step(0, cancellationToken);
            if (dead.IsDead(row))
                continue;
            ulong key = shape.Key(codes.Row(row), table);
            if (passes > 1 && PassOf(key, passes) != pass)
                continue;
            if (count == _keys.Length)
            {
                int capacity = (int)Math.Max(1_024, Math.Min(rows, (long)count * 2));
                Reserve(ref _keys, capacity, count);
                Reserve(ref _values, capacity, count);
            }
            _keys[count] = key;
            _values[count++] = row;
        }
        return count;
    }

    private static uint PassOf(ulong key, uint passes) => (uint)Math.BigMul(key * SplitMix64.Golden, passes, out _);

    private static void Reserve<T>(ref T[] array, int length, int keep)
    {
        if (array.Length >= length)
            return;
        var larger = new T[length];
        Array.Copy(array, larger, keep);
        array = larger;
    }
}
