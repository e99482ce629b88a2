// Where to look for codes within a radius: segments of consecutive rows with their substring tables, made when enough has been asked for
// that they pay. Derived from the stored codes, in memory only, and at most as large as it was told (while one takes the place of others,
// they are both there).
//
// What is asked adds to a debt: what it costs without better tables. When the debt has reached what the tables cost to make, they are made;
// so at any time at most about twice the best is spent. Rows that have come since the last time are compared one by one until they have
// cost as much as a segment of them; a new segment takes in the ones before it that are not much larger, so that there are few.
//
// Threading: any thread asks; one makes tables, the others go on with what there is. Segments are published whole and never changed.
using HashDb.Storage.Index;
using HashDb.Storage.Records;

namespace HashDb.Storage.Substrings;

internal sealed class SubstringIndex(PostingShape shape, CodeStore codes, long memoryBytes)
{
    /// <summary>A segment is taken into a new one that is at least a quarter of it.</summary>
    private const int MergeFactor = 4;

    /// <summary>Below so many rows a segment is not worth its look-up.</summary>
    private const int MinSegmentRows = 64;

    /// <summary>Half of the longest array, so that room behind the last code never passes it.</summary>
    private const int MaxColumnBytes = 1 << 30;

    /// <summary>A code that is compared where it is stored: a call and a popcount or more.</summary>
    private const double ComparedNanoseconds = 5;

    private readonly Lock _gate = new();
    private CodeSegment[] _segments = [];
    private long _debtNanoseconds;

    /// <summary>Segments in the order of their rows; those of one stretch of rows follow each other, one a hash table.</summary>
    public ReadOnlyMemory<CodeSegment> Segments => Volatile.Read(ref _segments);

    /// <summary>Memory that it holds.</summary>
    public long Bytes => Volatile.Read(ref _segments).Sum(segment => segment.Bytes);

    private int MaxSegmentRows => MaxColumnBytes / CodeColumn.BytesOf(CodeColumn.WordsOf(shape.BitCount));

    /// <summary>Says what is about to be asked; makes tables when that has come to cost as much as they do.</summary>
    /// <param name="visibleRows">Rows that are to be found.</param>
    /// <param name="queries">How many queries.</param>
    /// <param name="nanosecondsWithout">What a query costs by posting lists.</param>
    /// <param name="cancellationToken">Gives up making tables.</param>
    /// <returns>The segments to ask; rows behind the last of them are compared one by one.</returns>
    public ReadOnlyMemory<CodeSegment> Prepare(
        uint visibleRows, int queries, double nanosecondsWithout, CancellationToken cancellationToken)
    {
        CodeSegment[] segments = Volatile.Read(ref _segments);
        uint end = EndOf(segments);
        if (end + MinSegmentRows > visibleRows)
            return segments;
        uint first = FirstToTakeIn(segments, visibleRows);
        double cost = (double)(visibleRows - first) * CopiesOf(visibleRows - first) * SubstringCosts.NanosecondsPerBuilt;
        double without = segments.Length == 0 ? nanosecondsWithout : Math.Min(nanosecondsWithout, TailNanoseconds(visibleRows - end));
        long debt = Interlocked.Add(ref _debtNanoseconds, (long)Math.Min(without * queries, 1e15));
        return debt < cost ? segments : Extend(visibleRows, cancellationToken);
    }

    /// <summary>Makes segments up to a row, whatever has been asked; returns what there is when somebody else is at it.</summary>
    public ReadOnlyMemory<CodeSegment> Extend(uint visibleRows, CancellationToken cancellationToken)
    {
        if (!_gate.TryEnter())
            return Segments;
        try
        {
            if (EndOf(_segments) + MinSegmentRows > visibleRows)
                return _segments;
            Interlocked.Exchange(ref _debtNanoseconds, 0);
            uint first = FirstToTakeIn(_segments, visibleRows);
            CodeSegment[]? extended = Make(first, visibleRows, cancellationToken);
            // All anew, with fewer tables, may fit where one more segment does not; worth it for many rows only.
            if (extended is null && first > 0 && (long)(visibleRows - first) * MergeFactor >= first)
                extended = Make(0, visibleRows, cancellationToken);
            if (extended is not null)
                Volatile.Write(ref _segments, extended);
            return _segments;
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>What a query costs to compare rows that are in no segment.</summary>
    public double TailNanoseconds(uint rows) => (double)rows * shape.TableCount * ComparedNanoseconds;

    private static uint EndOf(CodeSegment[] segments) => segments.Length == 0 ? 0 : segments[^1].EndRow;

    /// <summary>How often the codes of so many rows are written: once as they are, and once a table.</summary>
    private int CopiesOf(uint rows) =>
        shape.TableCount * (1 + SegmentShape.For(shape.BitCount, (int)Math.Min(rows, (uint)MaxSegmentRows), long.MaxValue).Tables);

    /// <summary>The first row of a new segment: that of the oldest segment which is taken into it.</summary>
    private uint FirstToTakeIn(CodeSegment[] segments, uint visibleRows)
    {
        uint first = EndOf(segments);
        for (int i = segments.Length - 1; i >= 0; i--)
        {
            CodeSegment segment = segments[i];
            if (segment.FirstRow >= first)
                continue;
            long taken = visibleRows - first;
            if (segment.Count > MergeFactor * taken || segment.Count + taken > MaxSegmentRows)
                break;
            first = segment.FirstRow;
        }
        return first;
    }

    /// <summary>The segments before a row, and new ones from there on; null when they do not fit the memory.</summary>
    private CodeSegment[]? Make(uint first, uint visibleRows, CancellationToken cancellationToken)
    {
        List<CodeSegment> segments = [.. _segments.Where(segment => segment.EndRow <= first)];
        for (uint row = first; row < visibleRows;)
        {
            int count = (int)Math.Min(visibleRows - row, (uint)MaxSegmentRows);
            // What is left is shared out evenly over the rows that are still to be taken in.
            double share = (double)count / (visibleRows - row) / shape.TableCount;
            long bytes = (long)((memoryBytes - segments.Sum(segment => segment.Bytes)) * share);
            long columnBytes = ((long)count + HammingKernel.PaddingCodes) * CodeColumn.BytesOf(CodeColumn.WordsOf(shape.BitCount));
            if (bytes < columnBytes)
                return null;
            SegmentShape cut = SegmentShape.For(shape.BitCount, count, bytes - columnBytes);
            for (int table = 0; table < shape.TableCount; table++)
                segments.Add(new CodeSegment(shape, codes, table, row, count, cut, cancellationToken));
            row += (uint)count;
        }
        return [.. segments];
    }
}
