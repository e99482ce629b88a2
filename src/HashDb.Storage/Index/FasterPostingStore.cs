// Posting lists in FASTER. Its log lives in memory up to the budget and spills to a scratch file beyond it; the file is deleted
// when the store is closed and ignored when it is opened, because FASTER's files carry no checksums and everything in them can
// be rebuilt from the stored hashcodes.
//
// Threading: one writer, with a session of its own; readers borrow sessions from a pool.
using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.CompilerServices;
using FASTER.core;

namespace HashDb.Storage.Index;

using ReadSession = ClientSession<PostingKey, SpanByte, ushort, PostingBuffer, Empty, PostingReadFunctions>;
using WriteSession = ClientSession<PostingKey, SpanByte, PostingAppend, PostingAppendOutcome, Empty, PostingAppendFunctions>;

internal sealed unsafe class FasterPostingStore : IPostingStore
{
    private const int BucketBytes = 64;
    private const int EntriesPerBucket = 7;
    private const long MinIndexBytes = 1L << 16;
    private const long MaxIndexBytes = 1L << 30;
    private const int PagesInMemoryBits = 8;
    private const int MinPageBits = 16;
    private const int MaxPageBits = 25;
    private const int SegmentBits = 28;
    private const int ReadsPerCompletion = 256;

    /// <summary>What FASTER takes for the entries of chains, used or not: two pages of 65,536.</summary>
    private const long OverflowBytes = 2L * 65_536 * BucketBytes;

    private const int LongestChain = 2;
    private const int SupersededFactor = 4;
    private const long SlackBytes = 64L * 1024 * 1024;
    private const int SlackPerBucket = 200;

    private readonly FasterKV<PostingKey, SpanByte> _store;
    private readonly ScratchDevice _device;
    private readonly WriteSession _writer;
    private readonly ConcurrentBag<ReadSession> _readers = [];
    private readonly PostingBuffer _tail = new();
    private readonly byte[] _value = GC.AllocateUninitializedArray<byte>(PostingValue.Bytes(PostingValue.MaxRows), pinned: true);
    private readonly long _indexBytes;
    private readonly long _memoryBytes;
    private long _loadedBytes;

    /// <param name="scratchPath">Where the log spills to; several files whose names begin so.</param>
    /// <param name="memoryBytes">Memory for the lists; the hash index is extra.</param>
    /// <param name="expectedBuckets">Sizes the hash index, which does not grow.</param>
    public FasterPostingStore(string scratchPath, long memoryBytes, long expectedBuckets)
    {
        _indexBytes = IndexBytesFor(expectedBuckets);
        int memoryBits = BitOperations.Log2((ulong)memoryBytes);
        _memoryBytes = 1L << memoryBits;
        _device = new ScratchDevice(scratchPath);
        _store = new FasterKV<PostingKey, SpanByte>(
            _indexBytes / BucketBytes,
            new LogSettings
            {
                LogDevice = _device,
                MemorySizeBits = memoryBits,
                PageSizeBits = Math.Clamp(memoryBits - PagesInMemoryBits, MinPageBits, MaxPageBits),
                SegmentSizeBits = SegmentBits,
            },
            new CheckpointSettings { CheckpointDir = Path.GetDirectoryName(scratchPath) },
            comparer: new PostingKey.Comparer(),
            concurrencyControlMode: ConcurrencyControlMode.None);
        _writer = _store.For(new PostingAppendFunctions()).NewSession<PostingAppendFunctions>(
            sessionVariableLengthStructSettings: new SessionVariableLengthStructSettings<SpanByte,
            PostingAppend>
            { valueLength = new PostingAppendFunctions.Lengths() });
    }

    public long MemoryBytes => _indexBytes + OverflowBytes + Math.Min(_memoryBytes, _store.Log.TailAddress);

    public bool IsOutgrown(long buckets) =>
        buckets > _indexBytes / BucketBytes * EntriesPerBucket * LongestChain
        || _store.Log.TailAddress > (_loadedBytes * SupersededFactor) + SlackBytes + (buckets * SlackPerBucket);

    public void Load(uint table, ulong code, ReadOnlySpan<uint> rows)
    {
        uint segment = 0;
        while (rows.Length > PostingValue.MaxRows)
        {
            Put(new PostingKey(code, ++segment, table), rows[..PostingValue.MaxRows], 0);
            rows = rows[PostingValue.MaxRows..];
        }
        Put(new PostingKey(code, 0, table), rows, segment);
        _loadedBytes = _store.Log.TailAddress;
        ThrowIfFaulted();
    }

    public bool Append(uint table, ulong code, ReadOnlySpan<uint> rows)
    {
        bool created = false;
        ThrowIfFaulted();
        while (rows.Length > 0)
        {
            ReadOnlySpan<uint> piece = rows[..Math.Min(rows.Length, PostingValue.MaxRows)];
            rows = rows[piece.Length..];
            created |= AppendPiece(new PostingKey(code, 0, table), piece);
        }
        ThrowIfFaulted();
        return created;
    }

    public void Read(ReadOnlySpan<BucketHit> buckets, PostingBuffer into)
    {
        if (!_readers.TryTake(out ReadSession? session))
            session = _store.For(new PostingReadFunctions()).NewSession<PostingReadFunctions>();
        try
        {
            int pending = 0;
            foreach (BucketHit bucket in buckets)
                Read(session, new PostingKey(bucket.Code, 0, bucket.Table), bucket.Distance, into, ref pending);
            Complete(session, into, ref pending);
            // Tails have been read, so every full segment they name is there.
            for (int i = 0; i < into.Segments.Count; i++)
                Read(session, into.Segments[i].Key, into.Segments[i].Distance, into, ref pending);
            Complete(session, into, ref pending);
            into.Segments.Clear();
            ThrowIfFaulted();
        }
        catch
        {
            session.Dispose();
            throw;
        }
        _readers.Add(session);
    }

    public void Dispose()
    {
        _writer.Dispose();
        while (_readers.TryTake(out ReadSession? session))
            session.Dispose();
        _store.Dispose();
        _device.Dispose();
    }

    private bool AppendPiece(PostingKey key, ReadOnlySpan<uint> rows)
    {
        fixed (uint* pointer = rows)
        {
            PostingAppendOutcome outcome = Update(key, new PostingAppend { Rows = pointer, Count = rows.Length });
            if (!outcome.IsFull)
                return outcome.Created;
        }
        Split(key, rows);
        return false;
    }

    /// <summary>
    /// Moves a full tail to a segment of its own, then begins a new tail. Between the two a reader still sees the old tail.
    /// </summary>
    private void Split(PostingKey key, ReadOnlySpan<uint> more)
    {
        _tail.Clear();
        Read([new BucketHit(key.Code, (ushort)key.Table, 0)], _tail, tailOnly: true, out uint fullSegments);
        uint[] all = new uint[_tail.Count + more.Length];
        for (int i = 0; i < _tail.Count; i++)
            all[i] = PostingBuffer.RowOf(_tail.Entries[i]);
        more.CopyTo(all.AsSpan(_tail.Count));
        Put(key with { Segment = fullSegments + 1 }, all.AsSpan(0, Math.Min(PostingValue.MaxRows, all.Length)), 0);
        ReadOnlySpan<uint> rest = all.AsSpan(Math.Min(PostingValue.MaxRows, all.Length));
        fixed (uint* pointer = rest)
            Update(key, new PostingAppend { Rows = pointer, Count = rest.Length, FullSegments = fullSegments + 1, IsReset = true });
    }

    private void Read(ReadOnlySpan<BucketHit> buckets, PostingBuffer into, bool tailOnly, out uint fullSegments)
    {
        using ReadSession session = _store.For(new PostingReadFunctions()).NewSession<PostingReadFunctions>();
        int pending = 0;
        foreach (BucketHit bucket in buckets)
            Read(session, new PostingKey(bucket.Code, 0, bucket.Table), bucket.Distance, into, ref pending);
        Complete(session, into, ref pending);
        fullSegments = tailOnly ? (uint)into.Segments.Count : 0;
        into.Segments.Clear();
    }

    private PostingAppendOutcome Update(PostingKey key, PostingAppend input)
    {
        PostingAppendOutcome outcome = default;
        Status status = _writer.RMW(ref key, ref input, ref outcome);
        if (!status.IsPending)
            return status.IsFaulted ? throw Fault("append to", status.ToString()) : outcome;
        _writer.CompletePendingWithOutputs(
            out CompletedOutputIterator<PostingKey, SpanByte, PostingAppend, PostingAppendOutcome, Empty> completed, wait: true);
        using (completed)
        {
            if (!completed.Next() || completed.Current.Status.IsFaulted)
                throw Fault("append to", status.ToString());
            return completed.Current.Output;
        }
    }

    private void Put(PostingKey key, ReadOnlySpan<uint> rows, uint fullSegments)
    {
        fixed (byte* pointer = _value)
        {
            ((uint*)pointer)[0] = (uint)rows.Length;
            ((uint*)pointer)[1] = fullSegments;
            rows.CopyTo(new Span<uint>(pointer + PostingValue.HeaderBytes, rows.Length));
            var value = new SpanByte(PostingValue.Bytes(rows.Length), (nint)pointer);
            Status status = _writer.Upsert(ref key, ref value);
            if (status.IsPending)
                _writer.CompletePending(wait: true);
            else if (status.IsFaulted)
                throw Fault("write", status.ToString());
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Read(ReadSession session, PostingKey key, ushort distance, PostingBuffer into, ref int pending)
    {
        Status status = session.Read(ref key, ref distance, ref into);
        if (status.IsPending)
        {
            if (++pending >= ReadsPerCompletion)
                Complete(session, into, ref pending);
        }
        else if (!status.Found && !status.NotFound)
        {
            throw Fault("read", status.ToString());
        }
    }

    private static void Complete(ReadSession session, PostingBuffer into, ref int pending)
    {
        if (pending > 0)
            session.CompletePending(wait: true);
        pending = 0;
        if (into.Fault is { } fault)
            throw Fault("read", fault);
    }

    private void ThrowIfFaulted()
    {
        if (_device.Fault is { } fault)
            throw Fault("keep", fault);
    }

    private static long IndexBytesFor(long buckets) => Math.Clamp(
        (long)BitOperations.RoundUpToPowerOf2((ulong)Math.Max(1, buckets / EntriesPerBucket)) * BucketBytes, MinIndexBytes, MaxIndexBytes);

    private static HashDbException Fault(string doing, string status) =>
        new(
            HashDbErrorCode.IndexFault,
            $"The posting store could not {doing} a posting list ({status}). Open the database again: posting lists are then rebuilt.");
}
