// Where a row lives. Extents grow with the store: the first holds 1,024 rows, each next one as many as all before it
// together, until one would pass 128 MiB or 65,536 rows; from then on all are of that size. A small collection has small
// files, a large one few of them, and a row finds its extent without a table.
using System.Numerics;

namespace HashDb.Storage.Records;

internal readonly struct ExtentLayout
{
    private const long MaxExtentBytes = 128L * 1024 * 1024;
    private const int MaxExtentRows = 65_536;
    private const int FirstExtentRows = 1_024;

    private readonly int _firstShift;
    private readonly int _maxShift;

    public ExtentLayout(int stride)
    {
        long fitting = Math.Max(1, MaxExtentBytes / stride);
        long rows = Math.Min(MaxExtentRows, (long)BitOperations.RoundUpToPowerOf2((ulong)fitting + 1) >> 1);
        _maxShift = BitOperations.Log2((ulong)rows);
        _firstShift = Math.Min(_maxShift, BitOperations.Log2(FirstExtentRows));
    }

    public int ExtentOf(uint row)
    {
        if (row >> _firstShift == 0)
            return 0;
        int log = BitOperations.Log2(row);
        return log < _maxShift
            ? log - _firstShift + 1
            : _maxShift - _firstShift + (int)(row >> _maxShift);
    }

    public uint FirstRow(int extent)
    {
        if (extent == 0)
            return 0;
        int doubling = _maxShift - _firstShift;
        return extent <= doubling
            ? 1u << (_firstShift + extent - 1)
            : (uint)(extent - doubling) << _maxShift;
    }

    public int RowCapacity(int extent) =>
        extent == 0 ? 1 << _firstShift : 1 << Math.Min(_maxShift, _firstShift + extent - 1);

    public int ExtentCount(long rows) => rows == 0 ? 0 : ExtentOf((uint)(rows - 1)) + 1;
}
