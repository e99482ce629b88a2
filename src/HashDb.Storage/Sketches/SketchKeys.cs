// The rows with the smallest keys seen so far. A key orders an estimate and then a row, as one number, so that what is kept depends on
// the rows alone and not on the order in which they came.
using System.Runtime.CompilerServices;

namespace HashDb.Storage.Sketches;

internal sealed class SketchKeys
{
    /// <summary>Rows that a block may add after the room was looked at.</summary>
    private const int Slack = SketchShape.BlockRows;

    private ulong[] _keys = new ulong[1_024];
    private int _limit;
    private int _full;

    public int Count { get; private set; }

    /// <summary>An estimate above this is not kept.</summary>
    public float Threshold { get; private set; }

    public Span<ulong> Kept => _keys.AsSpan(0, Count);

    public long Bytes => (long)_keys.Length * sizeof(ulong);

    public static uint RowOf(ulong key) => (uint)key;

    /// <summary>A key that orders a number, and at equal ones what it belongs to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong KeyOf(float number, uint owner)
    {
        int bits = BitConverter.SingleToInt32Bits(number);
        return ((ulong)(uint)(bits ^ ((bits >> 31) | int.MinValue)) << 32) | owner;
    }

    /// <summary>The estimate that a key was made of.</summary>
    public static float EstimateOf(ulong key)
    {
        uint ordered = (uint)(key >> 32);
        return BitConverter.UInt32BitsToSingle((ordered & 0x8000_0000) != 0 ? ordered ^ 0x8000_0000 : ~ordered);
    }

    public void Begin(int limit)
    {
        _limit = limit;
        _full = (int)Math.Min(2L * limit, Array.MaxLength - Slack);
        Count = 0;
        Threshold = float.PositiveInfinity;
    }

    /// <summary>Makes room for the rows of one more block.</summary>
    public void MakeRoom()
    {
        if (Count >= _full)
            Shrink();
        if (Count + Slack > _keys.Length)
            Array.Resize(ref _keys, Math.Max(Count + Slack, 2 * _keys.Length));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(float estimate, uint row) => _keys[Count++] = KeyOf(estimate, row);

    /// <summary>Drops what is beyond the limit.</summary>
    public void Shrink()
    {
        if (Count <= _limit)
            return;
        SelectSmallest(_keys.AsSpan(0, Count), _limit);
        Count = _limit;
        ulong largest = 0;
        foreach (ulong key in Kept)
            largest = Math.Max(largest, key);
        Threshold = EstimateOf(largest);
    }

    /// <summary>The largest estimate of the <paramref name="count"/> smallest; there are at least as many.</summary>
    public float LargestOf(int count)
    {
        SelectSmallest(Kept, count);
        ulong largest = 0;
        foreach (ulong key in Kept[..count])
            largest = Math.Max(largest, key);
        return EstimateOf(largest);
    }

    /// <summary>Moves the <paramref name="count"/> smallest keys to the front, in any order.</summary>
    public static void SelectSmallest(Span<ulong> keys, int count)
    {
        int low = 0, high = keys.Length - 1;
        while (low < high)
        {
            ulong pivot = Median(keys[low], keys[low + ((high - low) / 2)], keys[high]);
            int i = low, j = high;
            while (i <= j)
            {
                while (keys[i] < pivot)
                    i++;
                while (keys[j] > pivot)
                    j--;
                if (i <= j)
                {
                    (keys[i], keys[j]) = (keys[j], keys[i]);
                    i++;
                    j--;
                }
            }
            if (count - 1 <= j)
                high = j;
            else if (count - 1 >= i)
                low = i;
            else
                return;
        }
    }

    private static ulong Median(ulong a, ulong b, ulong c) => Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
}
