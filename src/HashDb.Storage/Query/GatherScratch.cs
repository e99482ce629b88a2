// What gathering candidates needs for the time of one query, kept from query to query: a search that begins with empty lists leaves a
// hundred kilobytes behind when they have grown. Belongs to a CandidateSet, which is pooled.
using HashDb.Storage.Index;

namespace HashDb.Storage.Query;

internal sealed class GatherScratch
{
    // An entry of a hash set: the row, its hash, the next entry, and a place among the buckets.
    private const int SeenBytes = 16;

    private readonly List<BucketHit>?[] _rings = new List<BucketHit>?[PostingShape.SubstringBits + 1];
    private readonly bool[] _isCollected = new bool[PostingShape.SubstringBits + 1];
    private uint[] _penalties = [];

    /// <summary>Rows of the buckets that are read at a time.</summary>
    public PostingBuffer Read { get; } = new();

    /// <summary>The buckets that are read at a time.</summary>
    public List<BucketHit> Chunk { get; } = [];

    /// <summary>Rows that another table has given already.</summary>
    public HashSet<uint> Seen { get; } = [];

    /// <summary>Hashcodes at each distance.</summary>
    public long[] Histogram { get; } = new long[PostingShape.SubstringBits + 1];

    /// <summary>Ranks of the rows on the last ring, for codes that are ranked row by row.</summary>
    public List<ulong> Ranks { get; } = [];

    /// <summary>The same ranks, to be sorted.</summary>
    public List<ulong> Sorted { get; } = [];

    /// <summary>The rows of <see cref="Ranks"/>.</summary>
    public List<uint> RankedRows { get; } = [];

    /// <summary>Bytes that it keeps, about.</summary>
    public long Bytes
    {
        get
        {
            long buckets = Chunk.Capacity;
            foreach (List<BucketHit>? ring in _rings)
                buckets += ring?.Capacity ?? 0;
            return buckets * BucketHit.Bytes + (long)(Read.Capacity + Ranks.Capacity + Sorted.Capacity) * sizeof(ulong)
                + (long)(_penalties.Length + RankedRows.Capacity) * sizeof(uint) + (long)Seen.Capacity * SeenBytes;
        }
    }

    /// <summary>Room for the penalties of that many buckets.</summary>
    public Span<uint> Penalties(int count)
    {
        if (_penalties.Length < count)
            _penalties = new uint[Math.Max(count, 2 * _penalties.Length)];
        return _penalties.AsSpan(0, count);
    }

    /// <summary>Has a scan collected the buckets of a ring?</summary>
    public bool IsCollected(int ring) => _isCollected[ring];

    /// <summary>The buckets of a ring that a scan has collected.</summary>
    public List<BucketHit> Ring(int ring) => _rings[ring]!;

    /// <summary>Begins the collection of a ring.</summary>
    public void BeginRing(int ring)
    {
        (_rings[ring] ??= []).Clear();
        _isCollected[ring] = true;
    }

    /// <summary>Forgets the last query.</summary>
    public void Clear()
    {
        _isCollected.AsSpan().Clear();
        Histogram.AsSpan().Clear();
        Seen.Clear();
        Ranks.Clear();
        Sorted.Clear();
        RankedRows.Clear();
    }
}
