// The distinct hashcodes of one posting table, in the order in which they came: what a scan compares with the query. Append
// only; the writer publishes the count after the code.
namespace HashDb.Storage.Index;

internal sealed class HashcodeDirectory
{
    private const int ChunkBits = 14;
    private const int ChunkLength = 1 << ChunkBits;

    private ulong[][] _chunks = [];
    private long _count;

    public long Count => Volatile.Read(ref _count);

    public long Bytes => (long)_chunks.Length * ChunkLength * sizeof(ulong);

    public void Add(ulong code)
    {
        int chunk = (int)(_count >> ChunkBits);
        if (chunk == _chunks.Length)
            Volatile.Write(ref _chunks, [.. _chunks, new ulong[ChunkLength]]);
        _chunks[chunk][_count & (ChunkLength - 1)] = code;
        Volatile.Write(ref _count, _count + 1);
    }

    /// <summary>The codes as of now, a stretch at a time.</summary>
    public ChunkEnumerator Chunks => new(this);

    public ref struct ChunkEnumerator
    {
        private readonly ulong[][] _chunks;
        private readonly long _count;
        private int _next;

        public ChunkEnumerator(HashcodeDirectory directory)
        {
            // The count first: the chunks that it speaks of were published before it.
            _count = directory.Count;
            _chunks = Volatile.Read(ref directory._chunks);
        }

        public ReadOnlySpan<ulong> Current { get; private set; }

        public readonly ChunkEnumerator GetEnumerator() => this;

        public bool MoveNext()
        {
            long left = _count - ((long)_next << ChunkBits);
            if (left <= 0)
                return false;
            Current = _chunks[_next++].AsSpan(0, (int)Math.Min(left, ChunkLength));
            return true;
        }
    }
}
