// A bounded sample of the labelled items of a stream, biased toward recent ones (Aggarwal 2006): once it is full, each new item takes the
// place of one chosen by a hash of its number, so that the sample is a function of the stream, and an item's chance to be still there
// falls by e each time the reservoir's size has passed. Guarded by the draft's lock.
using HashDb.Models;

namespace HashDb.Storage.Learning;

internal sealed class DraftReservoir
{
    private readonly int _dimensions;
    private readonly List<(float[] Vector, int[] Labels)> _items = [];

    public DraftReservoir(int dimensions)
    {
        _dimensions = dimensions;
        Capacity = Math.Clamp(
            StorageLimits.ReservoirBytes / (dimensions * sizeof(float)), StorageLimits.MinQualityItems, StorageLimits.MaxReservoirItems);
    }

    private DraftReservoir(DraftReservoir other)
        : this(other._dimensions)
    {
        OfferedCount = other.OfferedCount;
        _items = [.. other._items.Select(item => ((float[])item.Vector.Clone(), item.Labels))];
    }

    public int Capacity { get; }

    /// <summary>Items that it was offered so far.</summary>
    public long OfferedCount { get; private set; }

    public IReadOnlyList<(float[] Vector, int[] Labels)> Items => _items;

    public void Offer(ReadOnlySpan<float> vector, ReadOnlySpan<int> labels)
    {
        OfferedCount++;
        if (_items.Count < Capacity)
        {
            _items.Add((vector.ToArray(), labels.ToArray()));
            return;
        }
        int place = (int)(SplitMix64.Mix((ulong)OfferedCount * SplitMix64.Golden) % (ulong)Capacity);
        float[] replaced = _items[place].Vector;
        vector.CopyTo(replaced);
        _items[place] = (replaced, labels.ToArray());
    }

    /// <summary>A copy that stays as it is.</summary>
    public DraftReservoir Copy() => new(this);

    /// <summary>Restores what was stored; false when it cannot have come about.</summary>
    public static DraftReservoir? TryRestore(int dimensions, long offered, IReadOnlyList<(float[] Vector, int[] Labels)> items)
    {
        var reservoir = new DraftReservoir(dimensions);
        if (items.Count != Math.Min(offered, reservoir.Capacity))
            return null;
        reservoir.OfferedCount = offered;
        reservoir._items.AddRange(items);
        return reservoir;
    }
}
