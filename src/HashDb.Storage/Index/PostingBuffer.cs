// Rows gathered from posting lists, each with the Hamming distance of the bucket it came from, packed as row << 16 | distance,
// so that sorting brings the entries of one row together with the smallest distance first. Not shared between threads.
namespace HashDb.Storage.Index;

internal sealed class PostingBuffer
{
    public const int DistanceBits = 16;

    private ulong[] _entries = new ulong[1_024];
    private readonly List<(PostingKey Key, ushort Distance)> _segments = [];

    public int Count { get; private set; }

    public int Capacity => _entries.Length;

    /// <summary>What a read that could not be finished at once ended with, when it failed.</summary>
    public string? Fault { get; set; }

    public Span<ulong> Entries => _entries.AsSpan(0, Count);

    /// <summary>Full segments whose tail was read and which remain to be read.</summary>
    public List<(PostingKey Key, ushort Distance)> Segments => _segments;

    public static uint RowOf(ulong entry) => (uint)(entry >> DistanceBits);

    public static int DistanceOf(ulong entry) => (int)(entry & ((1 << DistanceBits) - 1));

    public static ulong Entry(uint row, int distance) => ((ulong)row << DistanceBits) | (uint)distance;

    public void Clear()
    {
        Count = 0;
        Fault = null;
        _segments.Clear();
    }

    public void Add(ReadOnlySpan<uint> rows, ushort distance)
    {
        Reserve(rows.Length);
        Span<ulong> to = _entries.AsSpan(Count, rows.Length);
        for (int i = 0; i < rows.Length; i++)
            to[i] = Entry(rows[i], distance);
        Count += rows.Length;
    }

    public void Add(ulong entry)
    {
        Reserve(1);
        _entries[Count++] = entry;
    }

    public void Add(ReadOnlySpan<ulong> entries)
    {
        Reserve(entries.Length);
        entries.CopyTo(_entries.AsSpan(Count));
        Count += entries.Length;
    }

    public void Truncate(int count) => Count = count;

    public void AddSegments(PostingKey tail, uint fullSegments, ushort distance)
    {
        for (uint segment = 1; segment <= fullSegments; segment++)
            _segments.Add((tail with { Segment = segment }, distance));
    }

    private void Reserve(int more)
    {
        if (Count + more > _entries.Length)
            Array.Resize(ref _entries, Math.Max(Count + more, _entries.Length * 2));
    }
}
