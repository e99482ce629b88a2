// How many live items each bucket holds. Sorts all stored hashcodes, 4 bytes of memory for each row, so it is for people who study a model,
// not for the path of a query.
using HashDb.Models;
using HashDb.Storage.Index;
using HashDb.Storage.Snapshot;

namespace HashDb.Storage.Query;

internal static class BucketCounter
{
    /// <summary>The buckets of most live items, of equal ones those of the first table and smallest hashcode.</summary>
    public static IReadOnlyList<BucketStatistics> Largest(CollectionState state, int count)
    {
        PostingShape shape = state.Shape;
        uint[] rows = LiveRows(state);
        var largest = new PriorityQueue<BucketStatistics, (long Count, long Order)>(SmallestFirst.Instance);
        long order = 0;
        for (int table = 0; table < shape.TableCount; table++)
        {
            int current = table;
            rows.AsSpan().Sort((a, b) => CodeOf(a).SequenceCompareTo(CodeOf(b)));
            for (int first = 0, end; first < rows.Length; first = end)
            {
                ReadOnlySpan<byte> code = CodeOf(rows[first]);
                for (end = first + 1; end < rows.Length && CodeOf(rows[end]).SequenceEqual(code);)
                    end++;
                long items = end - first;
                if (largest.Count == count && !(largest.TryPeek(out _, out (long Count, long Order) least) && items > least.Count))
                    continue;
                var bucket = new BucketStatistics(table, Hashcode.FromBytes(code, shape.BitCount), items);
                if (largest.Count == count)
                    largest.DequeueEnqueue(bucket, (items, order++));
                else
                    largest.Enqueue(bucket, (items, order++));
            }

            ReadOnlySpan<byte> CodeOf(uint row) => shape.Code(state.Codes.Row(row), current);
        }
        var sorted = new BucketStatistics[largest.Count];
        for (int i = sorted.Length - 1; i >= 0; i--)
            sorted[i] = largest.Dequeue();
        return sorted;
    }

    private static uint[] LiveRows(CollectionState state)
    {
        uint visibleRows = state.RowCount;
        uint[] rows = new uint[visibleRows];
        int live = 0;
        for (uint row = 0; row < visibleRows; row++)
        {
            if (!state.Records.Dead.IsDead(row, visibleRows))
                rows[live++] = row;
        }
        return live == rows.Length ? rows : rows[..live];
    }

    /// <summary>By items, and of equal ones the later first.</summary>
    private sealed class SmallestFirst : IComparer<(long Count, long Order)>
    {
        public static readonly SmallestFirst Instance = new();

        public int Compare((long Count, long Order) x, (long Count, long Order) y) =>
            x.Count != y.Count ? x.Count.CompareTo(y.Count) : y.Order.CompareTo(x.Order);
    }
}
