// Finds what lies within a radius of one query after another. A query becomes jobs: buckets of substring tables, stretches of codes, and
// rows that are in no segment. Jobs wait until there are some dozens of them, over several queries, so that the memory they need is on its
// way before it is read; they are done in their order, so that the hits of a query follow each other.
//
// A code may lie in several buckets of a query. It counts in the first substring that is near enough to have found it, which its own bits
// tell. Pooled; for one thread at a time, which holds a lease on the state that is asked.
using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using HashDb.Storage.Index;
using HashDb.Storage.Query;
using HashDb.Storage.Records;

namespace HashDb.Storage.Substrings;

internal sealed unsafe class SubstringWalk
{
    private const int MaxJobs = 64;
    private const int MaxQueries = 64;
    private const int MaxJobCodes = 4_096;
    private const int MaxPooledEntries = 1 << 20;
    private const int CodeWords = 8;

    private static readonly ConcurrentBag<SubstringWalk> Pool = [];

    private readonly List<SubstringLane> _lanes = [];
    private readonly Job[] _jobs = GC.AllocateArray<Job>(MaxJobs, pinned: true);
    private readonly ulong[] _hits = GC.AllocateUninitializedArray<ulong>(MaxJobCodes, pinned: true);
    private ulong[] _queries = [];
    private ulong[] _entries = new ulong[1_024];
    private int[] _counts = new int[64];
    private CodeStore? _codes;
    private PostingShape _shape;
    private int _words;
    private int _radius;
    private int _jobCount;
    private int _heldQueries;
    private int _entryCount;

    private SubstringWalk()
    {
    }

    /// <summary>Queries that were asked since the entries were taken.</summary>
    public int QueryCount { get; private set; }

    /// <summary>Entries that were found, of queries that may still have jobs.</summary>
    public int EntryCount => _entryCount;

    /// <summary>Keys looked up, and codes compared in scans.</summary>
    public long Probes { get; private set; }

    /// <summary>Buckets that were not empty.</summary>
    public long Buckets { get; private set; }

    /// <summary>What a query costs, about.</summary>
    public double Nanoseconds { get; private set; }

    /// <summary>A scan when the codes of a segment are scanned, otherwise an enumeration (of keys of substrings).</summary>
    public ProbeStrategy Strategy { get; private set; }

    public static SubstringWalk Rent() => Pool.TryTake(out SubstringWalk? walk) ? walk : new SubstringWalk();

    public static void Return(SubstringWalk walk)
    {
        walk._lanes.Clear();
        walk._codes = null;
        if (walk._entries.Length <= MaxPooledEntries)
            Pool.Add(walk);
    }

    /// <summary>Begins to ask segments, and the rows behind them.</summary>
    /// <param name="codes">Where the codes are stored.</param>
    /// <param name="shape">Of the codes.</param>
    /// <param name="segments">What to ask.</param>
    /// <param name="visibleRows">Rows that are to be found.</param>
    /// <param name="radius">Bits that a code may differ by.</param>
    /// <param name="way">Whether segments are scanned or looked up; automatic for what is cheaper.</param>
    public void Begin(
        CodeStore codes, PostingShape shape, ReadOnlySpan<CodeSegment> segments, uint visibleRows, int radius, ProbeWay way)
    {
        (_codes, _shape, _radius) = (codes, shape, radius);
        _words = CodeColumn.WordsOf(shape.BitCount);
        int queryWords = MaxQueries * shape.TableCount * CodeWords;
        if (_queries.Length < queryWords)
            _queries = GC.AllocateArray<ulong>(queryWords, pinned: true);
        _lanes.Clear();
        (Probes, Buckets, Nanoseconds, Strategy) = (0, 0, 0, ProbeStrategy.Enumerate);
        (_jobCount, _heldQueries, QueryCount, _entryCount) = (0, 0, 0, 0);
        for (int i = 0; i < segments.Length; i++)
            AddLanes(segments[i], way);
        uint end = segments.Length == 0 ? 0 : segments[^1].EndRow;
        for (int table = 0; table < shape.TableCount && end < visibleRows; table++)
            _lanes.Add(SubstringLane.OfRows(table, end, visibleRows));
        if (segments.Length == 0)
            Strategy = ProbeStrategy.Scan;
    }

    /// <summary>Asks for what is near the codes of all hash tables.</summary>
    /// <param name="codes">Packed, one after another.</param>
    public void Ask(ReadOnlySpan<byte> codes)
    {
        if (_heldQueries == MaxQueries)
            Flush();
        if (QueryCount == _counts.Length)
            Array.Resize(ref _counts, 2 * _counts.Length);
        _counts[QueryCount] = 0;
        ulong* queries = Address(_queries) + ((long)_heldQueries++ * _shape.TableCount * CodeWords);
        for (int table = 0; table < _shape.TableCount; table++)
            CodeColumn.Pack(_shape.Code(codes, table), queries + (table * CodeWords), _words);
        ReadOnlySpan<SubstringLane> lanes = CollectionsMarshal.AsSpan(_lanes);
        for (int i = 0; i < lanes.Length; i++)
        {
            ref readonly SubstringLane lane = ref lanes[i];
            ulong* query = queries + (lane.HashTable * CodeWords);
            if (lane.Table is not { } table)
                PushStretch(i, query, lane.FirstRow, lane.EndRow);
            else
                PushBuckets(i, query, table, lane.Masks.Span);
        }
        QueryCount++;
    }

    /// <summary>The entries (row and distance) of a query that was asked, after <see cref="Flush"/>, taken in order.</summary>
    /// <param name="query">Number of the query since the last <see cref="Clear"/>.</param>
    /// <param name="offset">Where its entries begin; moved on to the next query's.</param>
    public Span<ulong> Take(int query, ref int offset)
    {
        Span<ulong> entries = _entries.AsSpan(offset, _counts[query]);
        offset += entries.Length;
        return entries;
    }

    /// <summary>Forgets the queries and their entries.</summary>
    public void Clear() => (QueryCount, _entryCount) = (0, 0);

    /// <summary>Does the jobs that wait, so that all entries are there.</summary>
    public void Flush()
    {
        DoJobs();
        _heldQueries = 0;
    }

    /// <summary>Does the jobs that wait; the codes of their queries stay, because one of them may be about to make more jobs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void DoJobs()
    {
        ReadOnlySpan<SubstringLane> lanes = CollectionsMarshal.AsSpan(_lanes);
        for (int i = 0; i < _jobCount; i++)
        {
            ref readonly Job job = ref _jobs[i];
            ref readonly SubstringLane lane = ref lanes[job.Lane];
            if (_entryCount + job.Count > _entries.Length)
                Array.Resize(ref _entries, Math.Max(_entryCount + job.Count, 2 * _entries.Length));
            int before = _entryCount;
            if (lane.Segment is null)
                CompareRows(lane, job);
            else if (lane.Table is null)
                ScanCodes(lane, job);
            else if (_words == 0)
                ScanNarrow(lanes, lane, job);
            else if (_words == 1)
                ScanWide(lanes, lane, job);
            else
                CompareLong(lanes, lane, job);
            _counts[job.Query] += _entryCount - before;
        }
        _jobCount = 0;
    }

    private void AddLanes(CodeSegment segment, ProbeWay way)
    {
        RadiusSplit split = way is ProbeWay.LookUp or ProbeWay.ScanRows
            ? RadiusSplit.Of(segment, _radius, mayScan: way != ProbeWay.LookUp, mayLookUp: way != ProbeWay.ScanRows)
            : segment.Split(_radius);
        Nanoseconds += split.Nanoseconds;
        if (split.Radii is null)
        {
            _lanes.Add(SubstringLane.OfScan(segment));
            Strategy = ProbeStrategy.Scan;
            return;
        }
        int first = _lanes.Count;
        for (int table = 0; table < split.Radii.Length; table++)
        {
            if (split.Radii[table] >= 0)
                _lanes.Add(SubstringLane.OfTable(segment, segment.Tables[table], split.Radii[table], first));
        }
    }

    private void PushStretch(int lane, ulong* query, uint from, uint to)
    {
        Probes += to - from;
        for (; from < to; from += MaxJobCodes)
            Push(new Job(lane, QueryCount, query, from, (int)Math.Min(to - from, MaxJobCodes)));
    }

    private void PushBuckets(int lane, ulong* query, SubstringTable table, ReadOnlySpan<uint> masks)
    {
        uint key = _words switch
        {
            0 => table.KeyOf((uint)*query),
            1 => table.KeyOf(*query),
            _ => table.KeyOf(query),
        };
        uint* starts = table.Starts;
        int occupied = 0;
        foreach (uint mask in masks)
        {
            uint start = starts[key ^ mask];
            uint end = starts[(key ^ mask) + 1];
            if (start == end)
                continue;
            occupied++;
            Prefetch(table, start);
            for (; end - start > MaxJobCodes; start += MaxJobCodes)
                Push(new Job(lane, QueryCount, query, start, MaxJobCodes));
            Push(new Job(lane, QueryCount, query, start, (int)(end - start)));
        }
        Probes += masks.Length;
        Buckets += occupied;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Prefetch(SubstringTable table, uint start)
    {
        if (Sse.IsSupported)
            Sse.Prefetch0(_words switch { 0 => table.Narrow + start, 1 => table.Wide + start, _ => (void*)(table.Entries + start) });
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Push(in Job job)
    {
        if (_jobCount == MaxJobs)
            DoJobs();
        _jobs[_jobCount++] = job;
    }

    private void ScanNarrow(ReadOnlySpan<SubstringLane> lanes, in SubstringLane lane, in Job job)
    {
        SubstringTable table = lane.Table!;
        uint* codes = table.Narrow + job.Start;
        uint query = (uint)*job.Code;
        ulong* hits = Address(_hits);
        int found = HammingKernel.Find32(codes, job.Count, query, _radius, hits);
        for (int i = 0; i < found; i++)
        {
            int index = HammingKernel.IndexOf(hits[i]);
            bool isFirst = true;
            for (int before = lane.FirstLane; isFirst && lanes[before].Table != table; before++)
                isFirst = lanes[before].Table!.Distance(codes[index], query) > lanes[before].Radius;
            if (isFirst)
                Add(lane.FirstRow + table.Entries[job.Start + (uint)index], HammingKernel.DistanceOf(hits[i]));
        }
    }

    private void ScanWide(ReadOnlySpan<SubstringLane> lanes, in SubstringLane lane, in Job job)
    {
        SubstringTable table = lane.Table!;
        ulong* codes = table.Wide + job.Start;
        ulong query = *job.Code;
        ulong* hits = Address(_hits);
        int found = HammingKernel.Find64(codes, job.Count, query, _radius, hits);
        for (int i = 0; i < found; i++)
        {
            int index = HammingKernel.IndexOf(hits[i]);
            bool isFirst = true;
            for (int before = lane.FirstLane; isFirst && lanes[before].Table != table; before++)
                isFirst = lanes[before].Table!.Distance(codes[index], query) > lanes[before].Radius;
            if (isFirst)
                Add(lane.FirstRow + table.Entries[job.Start + (uint)index], HammingKernel.DistanceOf(hits[i]));
        }
    }

    private void CompareLong(ReadOnlySpan<SubstringLane> lanes, in SubstringLane lane, in Job job)
    {
        SubstringTable table = lane.Table!;
        ulong* codes = lane.Segment!.Codes.Wide;
        uint* entries = table.Entries + job.Start;
        for (int i = 0; i < job.Count; i++)
        {
            ulong* code = codes + ((long)entries[i] * _words);
            int distance = HammingKernel.Distance(code, job.Code, _words);
            if (distance > _radius)
                continue;
            bool isFirst = true;
            for (int before = lane.FirstLane; isFirst && lanes[before].Table != table; before++)
                isFirst = lanes[before].Table!.Distance(code, job.Code) > lanes[before].Radius;
            if (isFirst)
                Add(lane.FirstRow + entries[i], distance);
        }
    }

    private void ScanCodes(in SubstringLane lane, in Job job)
    {
        CodeColumn codes = lane.Segment!.Codes;
        uint start = job.Start - lane.FirstRow;
        ulong* hits = Address(_hits);
        int found = _words switch
        {
            0 => HammingKernel.Find32(codes.Narrow + start, job.Count, (uint)*job.Code, _radius, hits),
            1 => HammingKernel.Find64(codes.Wide + start, job.Count, *job.Code, _radius, hits),
            _ => HammingKernel.FindWords(codes.Wide + ((long)start * _words), _words, job.Count, job.Code, _radius, hits),
        };
        for (int i = 0; i < found; i++)
            Add(job.Start + (uint)HammingKernel.IndexOf(hits[i]), HammingKernel.DistanceOf(hits[i]));
    }

    private void CompareRows(in SubstringLane lane, in Job job)
    {
        ulong* code = stackalloc ulong[CodeWords];
        for (int i = 0; i < job.Count; i++)
        {
            uint row = job.Start + (uint)i;
            CodeColumn.Pack(_shape.Code(_codes!.Row(row), lane.HashTable), code, _words);
            int distance = _words switch
            {
                0 => System.Numerics.BitOperations.PopCount((uint)*code ^ (uint)*job.Code),
                1 => System.Numerics.BitOperations.PopCount(*code ^ *job.Code),
                _ => HammingKernel.Distance(code, job.Code, _words),
            };
            if (distance <= _radius)
                Add(row, distance);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Add(uint row, int distance) => _entries[_entryCount++] = PostingBuffer.Entry(row, distance);

    private static ulong* Address(ulong[] pinned) => (ulong*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(pinned));

    /// <summary>Codes to be compared with a query: of a bucket, from a place in its table on, or of consecutive rows.</summary>
    private readonly struct Job(int lane, int query, ulong* code, uint start, int count)
    {
        public readonly ulong* Code = code;
        public readonly int Lane = lane;
        public readonly int Query = query;
        public readonly uint Start = start;
        public readonly int Count = count;
    }
}
