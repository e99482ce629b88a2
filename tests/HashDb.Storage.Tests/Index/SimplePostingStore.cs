using HashDb.Storage.Index;

namespace HashDb.Storage.Tests.Index;

internal sealed class SimplePostingStore : IPostingStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(uint, ulong), List<uint>> _lists = [];

    public long MemoryBytes => 0;

    public long WrittenBytes => 0;

    public void Load(uint table, ulong code, ReadOnlySpan<uint> rows)
    {
        lock (_gate)
            _lists.Add((table, code), [.. rows]);
    }

    public bool Append(uint table, ulong code, ReadOnlySpan<uint> rows)
    {
        lock (_gate)
        {
            bool isNew = !_lists.TryGetValue((table, code), out List<uint>? list);
            if (isNew)
                _lists[(table, code)] = list = [];
            list!.AddRange(rows);
            return isNew;
        }
    }

    public void Read(ReadOnlySpan<BucketHit> buckets, PostingBuffer into)
    {
        lock (_gate)
        {
            foreach (BucketHit bucket in buckets)
            {
                if (_lists.TryGetValue((bucket.Table, bucket.Code), out List<uint>? list))
                    into.Add(list.ToArray(), bucket.Distance);
            }
        }
    }

    public void Dispose()
    {
    }
}
