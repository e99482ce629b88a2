// The keys of all rows that a filtered query has seen, whether they match or not: they tell among how many rows the wanted matches are the
// nearest. One thread at a time.
using System.Numerics;
using System.Runtime.Intrinsics;

namespace HashDb.Storage.Sketches;

internal sealed class SeenKeys
{
    /// <summary>A quarter of a million: of more, those that came first, which are the nearest cells', stand for all.</summary>
    private const int MaxCount = 1 << 18;

    private float[] _keys = [];
    private int _count;
    private long _seen;

    public long Bytes => (long)_keys.Length * sizeof(float);

    public void Clear() => (_count, _seen) = (0, 0);

    /// <summary>Room for the keys of one more block.</summary>
    public Span<float> Next(int count)
    {
        _seen += count;
        if (_count >= MaxCount)
            return default;
        if (_count + SketchShape.BlockRows > _keys.Length)
            Array.Resize(ref _keys, Math.Max(_count + SketchShape.BlockRows, 2 * _keys.Length));
        Span<float> next = _keys.AsSpan(_count, SketchShape.BlockRows);
        _count += count;
        return next;
    }

    /// <summary>How many rows have a key of at most this.</summary>
    public double CountTo(float key)
    {
        if (_count == 0)
            return 0;
        ReadOnlySpan<float> keys = _keys.AsSpan(0, _count);
        long near = 0;
        Vector512<float> limit = Vector512.Create(key);
        for (; keys.Length >= Vector512<float>.Count; keys = keys[Vector512<float>.Count..])
            near += BitOperations.PopCount(Vector512.LessThanOrEqual(Vector512.Create(keys), limit).ExtractMostSignificantBits());
        foreach (float one in keys)
            near += one <= key ? 1 : 0;
        return near * (_seen / (double)_count);
    }
}
