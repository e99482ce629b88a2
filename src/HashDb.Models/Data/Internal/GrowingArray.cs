// An array that is filled as rows arrive. Where the file's length proves the number of rows it is allocated at once; a
// compressed file may claim any number, so there it grows with what has really been read.
namespace HashDb.Models.Data.Internal;

internal sealed class GrowingArray<T>
{
    private const int FirstCapacity = 1 << 18;
    private readonly int _limit;
    private T[] _items;
    private int _count;

    private GrowingArray(int limit, int capacity)
    {
        _limit = limit;
        _items = capacity == 0 ? [] : GC.AllocateUninitializedArray<T>(capacity);
    }

    /// <summary>Room for the rows of a source, each of so many items.</summary>
    /// <exception cref="HashDbException">They do not fit into one array.</exception>
    public static GrowingArray<T> For(RowSource source, int itemsPerRow)
    {
        // Divided, because the product of a lying header could overflow.
        if (source.RowCount > Array.MaxLength / itemsPerRow)
            throw new HashDbException(
                HashDbErrorCode.LimitExceeded,
                $"{source.Path}: {source.RowCount} rows of {itemsPerRow} exceed {Array.MaxLength} elements, the most one array "
                + "holds; read a range of rows or row by row.");
        int limit = (int)source.RowCount * itemsPerRow;
        return new GrowingArray<T>(limit, source.IsLengthProven ? limit : Math.Min(limit, Math.Max(FirstCapacity, itemsPerRow)));
    }

    /// <summary>The next items, to be filled by the caller. Valid until the next call.</summary>
    public Span<T> Append(int count)
    {
        int needed = checked(_count + count);
        if (needed > _items.Length)
            Array.Resize(ref _items, (int)Math.Min(_limit, Math.Max(needed, 2L * _items.Length)));
        Span<T> span = _items.AsSpan(_count, count);
        _count = needed;
        return span;
    }

    public T[] ToArray()
    {
        if (_count < _items.Length)
            Array.Resize(ref _items, _count);
        return _items;
    }
}
