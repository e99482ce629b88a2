// One budget query over posting tables of up to 64 bits: ring after ring outward, each ring in order of penalty. See
// BudgetGatherer for what makes the set independent of the strategy.
using System.Runtime.InteropServices;
using HashDb.Storage.Index;
using HashDb.Storage.Snapshot;

namespace HashDb.Storage.Query;

internal sealed class RingWalk
{
    private const int MinBucketsPerRead = 64;
    private const int MaxBucketsPerRead = 4_096;

    private readonly CollectionState _state;
    private readonly RowSelection _selection;
    private readonly EncodedQuery _query;
    private readonly int _limit;
    private readonly CandidateSet _set;
    private readonly PostingShape _shape;
    private readonly GatherScratch _scratch;
    private readonly HashSet<uint>? _seen;
    private bool _isCounted;
    private readonly bool _mayScan;
    private bool _scanning;

    public RingWalk(
        CollectionState state, in RowSelection selection, EncodedQuery query, int limit, ProbeStrategy strategy, CandidateSet set)
    {
        _state = state;
        _selection = selection;
        _query = query;
        _limit = limit;
        _set = set;
        _shape = query.Shape;
        _scanning = strategy == ProbeStrategy.Scan;
        _mayScan = strategy != ProbeStrategy.Enumerate;
        _scratch = set.Scratch;
        _seen = _shape.TableCount > 1 ? _scratch.Seen : null;
    }

    public void Run(CancellationToken cancellationToken)
    {
        bool whole = true;
        int ring = 0;
        for (; ; ring++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            whole = TakeRing(ring, BucketsOf(ring));
            if (_set.Rows.Count >= _limit || ring == _shape.BitCount)
                break;
        }
        _set.CompleteRadius = whole ? ring : ring - 1;
        _set.Strategy = _scanning ? ProbeStrategy.Scan : ProbeStrategy.Enumerate;
        _set.Settle(_selection.Unfiltered, _shape.BitCount);
    }

    private List<BucketHit> BucketsOf(int ring)
    {
        if (!_scanning && _mayScan && EnumeratingCost(ring) > ScanningCost())
            _scanning = true;
        if (_scanning)
            return Scanned(ring);
        _set.Buckets.Clear();
        for (int table = 0; table < _shape.PostingTableCount; table++)
        {
            int keyBits = _shape.KeyBits(table);
            long size = HammingBall.RingSize(keyBits, ring);
            if (_set.Probes + size > RadiusGatherer.MaxProbes)
                throw new ArgumentOutOfRangeException(
                    nameof(ring), ring, $"Enumerating {ring} of {keyBits} bits passes {RadiusGatherer.MaxProbes} probes. Use the scan.");
            BucketFinder.Enumerate(_state.Postings.Filter(table), keyBits, _query.Key(table), ring, table, (ushort)ring, _set.Buckets);
            _set.Probes += size;
        }
        return _set.Buckets;
    }

    private double EnumeratingCost(int ring) =>
        (double)HammingBall.RingSize(_shape.BitCount, ring) * _shape.PostingTableCount * ProbeCosts.OfThisMachine.NanosecondsPerProbe;

    // A scan looks at every code twice: to count, and to collect.
    private double ScanningCost() => 2.0 * _state.Postings.DistinctCount * ProbeCosts.OfThisMachine.NanosecondsPerComparison;

    /// <summary>The buckets of a ring, from a scan that collects as many rings as the budget is likely to need.</summary>
    private List<BucketHit> Scanned(int ring)
    {
        if (!_isCounted)
        {
            for (int table = 0; table < _shape.PostingTableCount; table++)
                BucketFinder.CountByDistance(_state.Postings.Directory(table), _query.Key(table), _scratch.Histogram);
            _isCounted = true;
        }
        if (!_scratch.IsCollected(ring))
            Collect(ring);
        return _scratch.Ring(ring);
    }

    private void Collect(int from)
    {
        long wanted = _limit - _set.Rows.Count;
        int to = from;
        long buckets = _scratch.Histogram[from];
        while (to < _shape.BitCount && buckets < wanted)
            buckets += _scratch.Histogram[++to];
        for (int ring = from; ring <= to; ring++)
            _scratch.BeginRing(ring);
        _set.Buckets.Clear();
        for (int table = 0; table < _shape.PostingTableCount; table++)
        {
            BucketFinder.Scan(_state.Postings.Directory(table), _query.Key(table), from, to, table, _set.Buckets);
            _set.Probes += _state.Postings.Directory(table).Count;
        }
        foreach (BucketHit hit in _set.Buckets)
            _scratch.Ring(hit.Distance).Add(hit);
    }

    /// <summary>Takes the buckets of a ring in order of penalty until the limit is reached.</summary>
    /// <returns>True when no live row of the ring was left out.</returns>
    private bool TakeRing(int ring, List<BucketHit> buckets)
    {
        Span<uint> penalties = _scratch.Penalties(buckets.Count);
        for (int i = 0; i < penalties.Length; i++)
            penalties[i] = _query.Penalty(buckets[i].Table, buckets[i].Code);
        Span<BucketHit> sorted = CollectionsMarshal.AsSpan(buckets);
        penalties.Sort(sorted);

        uint? cut = null;
        for (int from = 0; from < sorted.Length;)
        {
            int count = Math.Min(sorted.Length - from, Math.Clamp(_limit - _set.Rows.Count, MinBucketsPerRead, MaxBucketsPerRead));
            foreach (ulong entry in ReadInOrder(sorted.Slice(from, count)))
            {
                uint row = (uint)entry;
                uint penalty = penalties[from + (int)(entry >> 32)];
                if (_seen is not null && _seen.Contains(row))
                    continue;
                if (penalty > cut)
                    return false;
                _seen?.Add(row);
                _set.Rows.Add(PostingBuffer.Entry(row, ring));
                if (_set.Rows.Count >= _limit)
                    cut = penalty;
            }
            _set.BucketCount += count;
            from += count;
        }
        return true;
    }

    /// <summary>The live rows of some buckets as bucket number * 2^32 + row, in the order of the buckets.</summary>
    private ReadOnlySpan<ulong> ReadInOrder(ReadOnlySpan<BucketHit> buckets)
    {
        _scratch.Chunk.Clear();
        for (int i = 0; i < buckets.Length; i++)
            _scratch.Chunk.Add(buckets[i] with { Distance = (ushort)i });
        _scratch.Read.Clear();
        _state.Postings.Read(CollectionsMarshal.AsSpan(_scratch.Chunk), _scratch.Read);
        Span<ulong> entries = _scratch.Read.Entries;
        int kept = 0;
        foreach (ulong entry in entries)
        {
            uint row = PostingBuffer.RowOf(entry);
            if (_selection.Contains(row))
                entries[kept++] = ((ulong)PostingBuffer.DistanceOf(entry) << 32) | row;
        }
        entries = entries[..kept];
        RadixSort.Sort(entries, 48);
        return entries;
    }
}
