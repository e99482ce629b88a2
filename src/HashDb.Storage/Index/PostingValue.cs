// A piece of a posting list inside a FASTER record:
//
//   0  u32  number of rows
//   4  u32  full segments split off so far (in tails only)
//   8  u32  rows, then spare capacity
//
// An append writes the row first and the count after it, so that a reader beside it sees a shorter list, never a wrong one.
using FASTER.core;

namespace HashDb.Storage.Index;

internal static unsafe class PostingValue
{
    public const int HeaderBytes = 2 * sizeof(uint);

    /// <summary>1,000 rows: a piece then takes about 4 KB, far below a log page, and the split costs a thousandth of an append.</summary>
    public const int MaxRows = 1_000;

    public static int Capacity(ref SpanByte value) => (value.Length - HeaderBytes) / sizeof(uint);

    public static int Bytes(int rows) => HeaderBytes + rows * sizeof(uint);

    public static uint Count(ref SpanByte value) => Volatile.Read(ref *(uint*)value.ToPointer());

    public static void SetCount(ref SpanByte value, uint count) => Volatile.Write(ref *(uint*)value.ToPointer(), count);

    public static ref uint FullSegments(ref SpanByte value) => ref *((uint*)value.ToPointer() + 1);

    public static uint* Rows(ref SpanByte value) => (uint*)value.ToPointer() + 2;

    public static ReadOnlySpan<uint> RowSpan(ref SpanByte value)
    {
        int count = (int)Count(ref value);
        return new ReadOnlySpan<uint>(Rows(ref value), count);
    }
}
