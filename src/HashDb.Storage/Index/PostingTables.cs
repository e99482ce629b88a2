// All posting tables of a generation: the lists, and for each table the directory of distinct codes and the occupancy filter.
// Built from the stored hashcodes at open, then appended to by the applier. Beside them the substring tables, which queries make.
//
// Threading: one writer; readers see a bucket's filter bits and directory entry before the rows are published.
using HashDb.Storage.Records;
using HashDb.Storage.Substrings;

namespace HashDb.Storage.Index;

internal sealed class PostingTables : IDisposable
{
    private readonly IPostingStore _store;
    private readonly HashcodeDirectory[] _directories;
    private readonly OccupancyFilter[] _filters;
    private ulong[] _keys = [];
    private uint[] _rows = [];

    private PostingTables(
        PostingShape shape,
        IPostingStore store,
        HashcodeDirectory[] directories,
        OccupancyFilter[] filters,
        SubstringIndex substrings)
    {
        Shape = shape;
        Substrings = substrings;
        _store = store;
        _directories = directories;
        _filters = filters;
    }

    public PostingShape Shape { get; }

    /// <summary>Substring tables of the rows; as much memory again as the lists may take.</summary>
    public SubstringIndex Substrings { get; }

    public long DistinctCount => _directories.Sum(directory => directory.Count);

    public long MemoryBytes => _store.MemoryBytes + _directories.Sum(directory => directory.Bytes) + _filters.Sum(filter => filter.Bytes)
        + Substrings.Bytes;

    /// <summary>True when building them anew makes them fast and small again.</summary>
    public bool ShouldRebuild => _store.IsOutgrown(DistinctCount);

    public HashcodeDirectory Directory(int postingTable) => _directories[postingTable];

    public OccupancyFilter Filter(int postingTable) => Volatile.Read(ref _filters[postingTable]);

    /// <summary>Builds the tables from the stored codes of the rows that are not dead.</summary>
    /// <remarks>At the pace that <paramref name="pace"/> sets, or as fast as it can when null.</remarks>
    public static PostingTables Build(
        PostingShape shape,
        CodeStore codes,
        DeadRows dead,
        long rows,
        string scratchPath,
        long memoryBytes,
        IBuildPace? pace,
        CancellationToken cancellationToken)
    {
        long postings = rows * shape.PostingTableCount;
        IPostingStore store = postings <= SmallPostingStore.MaxPostings
            ? new SmallPostingStore()
            : new FasterPostingStore(scratchPath, memoryBytes, ExpectedBuckets(shape, postings));
        try
        {
            var directories = new HashcodeDirectory[shape.PostingTableCount];
            var filters = new OccupancyFilter[shape.PostingTableCount];
            var loader = new PostingLoader(shape, codes, dead, rows, pace);
            for (int table = 0; table < shape.PostingTableCount; table++)
            {
                directories[table] = new HashcodeDirectory();
                loader.Load(table, store, directories[table], cancellationToken);
                filters[table] = BuildFilter(shape.KeyBits(table), directories[table], () => pace?.Step(0, cancellationToken));
            }
            var substrings = new SubstringIndex(shape, codes, memoryBytes);
            return new PostingTables(shape, store, directories, filters, substrings);
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>Adds consecutive rows; <paramref name="codes"/> holds the codes of all tables, row after row.</summary>
    public void Append(uint firstRow, ReadOnlySpan<byte> codes)
    {
        int count = codes.Length / Shape.RowBytes;
        if (count > _keys.Length)
            (_keys, _rows) = (new ulong[count], new uint[count]);
        // Kept for the next write: there is one writer, and a write has a limit.
        Span<ulong> keys = _keys.AsSpan(0, count);
        Span<uint> rows = _rows.AsSpan(0, count);
        for (int table = 0; table < Shape.PostingTableCount; table++)
        {
            for (int i = 0; i < count; i++)
            {
                keys[i] = Shape.Key(codes.Slice(i * Shape.RowBytes, Shape.RowBytes), table);
                rows[i] = firstRow + (uint)i;
            }
            keys.Sort(rows);
            for (int from = 0; from < count;)
            {
                int to = from + 1;
                while (to < count && keys[to] == keys[from])
                    to++;
                if (_store.Append((uint)table, keys[from], rows[from..to]))
                    AddBucket(table, keys[from]);
                from = to;
            }
        }
    }

    public void Read(ReadOnlySpan<BucketHit> buckets, PostingBuffer into) => _store.Read(buckets, into);

    public void Dispose() => _store.Dispose();

    private static long ExpectedBuckets(PostingShape shape, long postings) =>
        shape.BitCount > 24 ? postings * 2 : Math.Min(postings * 2, (1L << shape.BitCount) * shape.TableCount);

    private void AddBucket(int table, ulong key)
    {
        _directories[table].Add(key);
        _filters[table].Add(key);
        if (_directories[table].Count > _filters[table].Capacity)
            Volatile.Write(ref _filters[table], BuildFilter(Shape.KeyBits(table), _directories[table]));
    }

    private static OccupancyFilter BuildFilter(int keyBits, HashcodeDirectory directory, Action? betweenChunks = null)
    {
        var filter = new OccupancyFilter(keyBits, directory.Count * 2);
        foreach (ReadOnlySpan<ulong> chunk in directory.Chunks)
        {
            foreach (ulong code in chunk)
                filter.Add(code);
            betweenChunks?.Invoke();
        }
        return filter;
    }
}
