// From a user's id to the newest row that held it. An open-addressing table of row numbers alone (4 bytes a slot): the id of a
// row is read from its metadata. Slots are never emptied: a deleted id keeps pointing at its dead row until the id comes back
// or compaction builds a new table, so readers need no lock. Rebuilt at open.
//
// One writer, any number of readers.
using HashDb.Models;

namespace HashDb.Storage.Records;

internal sealed class IdIndex
{
    private const int MinCapacity = 1_024;

    private readonly ExtentSet _metadata;
    private uint[] _slots;
    private long _used;

    public IdIndex(ExtentSet metadata, long expectedRows)
    {
        _metadata = metadata;
        _slots = new uint[CapacityFor(expectedRows)];
    }

    public long Bytes => (long)_slots.Length * sizeof(uint);

    /// <summary>The newest row that held the id, dead or alive.</summary>
    public bool TryGet(VectorId id, out uint row)
    {
        uint[] slots = Volatile.Read(ref _slots);
        uint mask = (uint)slots.Length - 1;
        // Ids are often consecutive, or multiples of something, and must spread nevertheless.
        for (uint slot = (uint)SplitMix64.Mix(id.Value) & mask; ; slot = (slot + 1) & mask)
        {
            uint entry = Volatile.Read(ref slots[slot]);
            if (entry == 0)
            {
                row = 0;
                return false;
            }
            row = entry - 1;
            if (IdOf(row) == id)
                return true;
        }
    }

    /// <summary>Points the id at a row whose metadata is written already.</summary>
    public void Set(VectorId id, uint row)
    {
        if ((_used + 1) * 10 > _slots.Length * 7L)
            Grow();
        if (Place(_slots, id, row))
            _used++;
    }

    private bool Place(uint[] slots, VectorId id, uint row)
    {
        uint mask = (uint)slots.Length - 1;
        for (uint slot = (uint)SplitMix64.Mix(id.Value) & mask; ; slot = (slot + 1) & mask)
        {
            uint entry = slots[slot];
            if (entry == 0 || IdOf(entry - 1) == id)
            {
                Volatile.Write(ref slots[slot], row + 1);
                return entry == 0;
            }
        }
    }

    private void Grow()
    {
        uint[] grown = new uint[checked(_slots.Length * 2)];
        foreach (uint entry in _slots)
        {
            if (entry != 0)
                Place(grown, IdOf(entry - 1), entry - 1);
        }
        Volatile.Write(ref _slots, grown);
    }

    private VectorId IdOf(uint row) => RowMetadata.IdOf(_metadata.Row(row));

    private static int CapacityFor(long rows)
    {
        long capacity = MinCapacity;
        while (capacity * 7 < rows * 10)
            capacity *= 2;
        return checked((int)capacity);
    }
}
