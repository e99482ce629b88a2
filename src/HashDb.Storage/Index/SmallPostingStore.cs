// Posting lists of few rows, in a dictionary: FASTER takes 8 MB for a store of none, which a database of many small collections would take
// for each. When there are more rows the tables are built anew, in FASTER.
//
// Threading: one writer. A list is never changed where a reader may look: it is replaced by one that goes on in the same array, or in a
// larger copy.
using System.Collections.Concurrent;

namespace HashDb.Storage.Index;

internal sealed class SmallPostingStore : IPostingStore
{
    /// <summary>4,096 rows, once for each table: some 400 KB when no two share a bucket.</summary>
    public const int MaxPostings = 4_096;

    private const int EntryBytes = 96;

    private readonly ConcurrentDictionary<(uint Table, ulong Code), RowList> _lists = new(concurrencyLevel: 1, capacity: 31);
    private long _postings;
    private long _buckets;

    public long MemoryBytes => (Volatile.Read(ref _buckets) * EntryBytes) + (Volatile.Read(ref _postings) * sizeof(uint));

    public bool IsOutgrown(long buckets) => _postings > MaxPostings;

    public void Load(uint table, ulong code, ReadOnlySpan<uint> rows) => Append(table, code, rows);

    public bool Append(uint table, ulong code, ReadOnlySpan<uint> rows)
    {
        Volatile.Write(ref _postings, _postings + rows.Length);
        bool isKnown = _lists.TryGetValue((table, code), out RowList? list);
        _lists[(table, code)] = isKnown ? list!.With(rows) : new RowList([.. rows], rows.Length);
        if (!isKnown)
            Volatile.Write(ref _buckets, _buckets + 1);
        return !isKnown;
    }

    public void Read(ReadOnlySpan<BucketHit> buckets, PostingBuffer into)
    {
        foreach (BucketHit bucket in buckets)
        {
            if (_lists.TryGetValue((bucket.Table, bucket.Code), out RowList? list))
                into.Add(list.Rows, bucket.Distance);
        }
    }

    public void Dispose()
    {
        // It holds nothing but memory.
    }

    private sealed class RowList(uint[] rows, int count)
    {
        public ReadOnlySpan<uint> Rows => rows.AsSpan(0, count);

        public RowList With(ReadOnlySpan<uint> more)
        {
            uint[] all = rows;
            if (count + more.Length > rows.Length)
            {
                all = new uint[Math.Max(count + more.Length, 2 * rows.Length)];
                Rows.CopyTo(all);
            }
            more.CopyTo(all.AsSpan(count));
            return new RowList(all, count + more.Length);
        }
    }
}
