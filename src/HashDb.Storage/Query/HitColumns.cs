// The hits of many hashcodes in one flat buffer: where those of each begin, ids, distances. Those of one hashcode are brought into order,
// by distance and then by id, when they are added. For one thread.
using System.Runtime.InteropServices;

namespace HashDb.Storage.Query;

internal sealed class HitColumns(int codeCount, HitTotal total)
{
    private const int InsertionSortBelow = 24;

    private readonly int[] _offsets = new int[codeCount + 1];
    private VectorId[] _ids = new VectorId[Math.Max(64, codeCount)];
    private int[] _distances = new int[Math.Max(64, codeCount)];
    private VectorId[] _idScratch = [];
    private int[]? _starts;
    private int _reserved;

    /// <summary>Hashcodes whose hits are complete.</summary>
    public int CodeCount { get; private set; }

    public int HitCount { get; private set; }

    public ReadOnlyMemory<int> Offsets => _offsets.AsMemory(0, CodeCount + 1);

    public ReadOnlyMemory<VectorId> Ids => _ids.AsMemory(0, HitCount);

    public ReadOnlyMemory<int> Distances => _distances.AsMemory(0, HitCount);

    /// <summary>Makes room for hits of the next hashcode.</summary>
    /// <exception cref="HashDbException"><see cref="HashDbErrorCode.LimitExceeded"/>: there may be too many of them.</exception>
    public void Reserve(int count)
    {
        total.Add(count);
        _reserved = count;
        Grow(count);
    }

    /// <summary>Adds a hit of the next hashcode; there is room for it.</summary>
    public void Add(VectorId id, int distance)
    {
        _ids[HitCount] = id;
        _distances[HitCount++] = distance;
    }

    /// <summary>Ends the hits of a hashcode.</summary>
    public void EndCode()
    {
        int from = _offsets[CodeCount];
        total.Remove(_reserved - (HitCount - from));
        if (HitCount - from > 1)
            Order(_ids.AsSpan(from, HitCount - from), _distances.AsSpan(from, HitCount - from));
        _offsets[++CodeCount] = HitCount;
    }

    /// <summary>Adds the hits of the hashcodes that follow, which are in order and counted.</summary>
    public void Append(HitColumns next)
    {
        Grow(next.HitCount);
        next.Ids.CopyTo(_ids.AsMemory(HitCount));
        next.Distances.CopyTo(_distances.AsMemory(HitCount));
        for (int i = 1; i <= next.CodeCount; i++)
            _offsets[CodeCount + i] = HitCount + next._offsets[i];
        CodeCount += next.CodeCount;
        HitCount += next.HitCount;
    }

    private void Grow(int more)
    {
        long needed = (long)HitCount + more;
        if (needed <= _ids.Length)
            return;
        int length = (int)Math.Max(needed, Math.Min(2L * _ids.Length, StorageLimits.MaxProbeHits));
        Array.Resize(ref _ids, length);
        Array.Resize(ref _distances, length);
    }

    private void Order(Span<VectorId> ids, Span<int> distances)
    {
        if (ids.Length < InsertionSortBelow)
            SortByInsertion(ids, distances);
        else
            SortByCounting(ids, distances);
    }

    private static void SortByInsertion(Span<VectorId> ids, Span<int> distances)
    {
        for (int i = 1; i < ids.Length; i++)
        {
            (VectorId id, int distance) = (ids[i], distances[i]);
            int to = i;
            for (; to > 0 && (distances[to - 1] > distance || (distances[to - 1] == distance && ids[to - 1].Value > id.Value)); to--)
                (ids[to], distances[to]) = (ids[to - 1], distances[to - 1]);
            (ids[to], distances[to]) = (id, distance);
        }
    }

    /// <summary>There are only a few hundred distances: each gets its stretch, and the ids of each stretch are sorted.</summary>
    private void SortByCounting(Span<VectorId> ids, Span<int> distances)
    {
        Span<int> starts = (_starts ??= new int[Models.Hashcode.MaxBitCount + 2]).AsSpan();
        starts.Clear();
        foreach (int distance in distances)
            starts[distance + 1]++;
        for (int i = 1; i < starts.Length; i++)
            starts[i] += starts[i - 1];
        if (_idScratch.Length < ids.Length)
            _idScratch = new VectorId[Math.Max(ids.Length, 2 * _idScratch.Length)];
        for (int i = 0; i < ids.Length; i++)
            _idScratch[starts[distances[i]]++] = ids[i];
        _idScratch.AsSpan(0, ids.Length).CopyTo(ids);
        for (int distance = 0, from = 0; from < ids.Length; distance++)
        {
            int to = starts[distance];
            MemoryMarshal.Cast<VectorId, ulong>(ids[from..to]).Sort();
            distances[from..to].Fill(distance);
            from = to;
        }
    }
}
