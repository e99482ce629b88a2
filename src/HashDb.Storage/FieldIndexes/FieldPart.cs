// One field over a stretch of rows: its distinct values in order, and the rows of each. Immutable.
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HashDb.Storage.FieldIndexes;

internal sealed class FieldPart
{
    private readonly byte[] _keys;
    private readonly int[] _keyStarts;
    private readonly int[] _rowStarts;
    private readonly ushort[] _rows;

    private FieldPart(byte[] keys, int[] keyStarts, int[] rowStarts, ushort[] rows, ulong[] present, ulong[]? unknown)
    {
        (_keys, _keyStarts, _rowStarts, _rows, Present, Unknown) = (keys, keyStarts, rowStarts, rows, present, unknown);
    }

    /// <summary>A bit for each row in which the field is there and not null.</summary>
    public ulong[] Present { get; }

    /// <summary>A bit for each row of which the index does not tell; null when there is none.</summary>
    public ulong[]? Unknown { get; }

    /// <summary>Bytes that it takes.</summary>
    public long Bytes => _keys.Length + ((long)(_keyStarts.Length + _rowStarts.Length) * sizeof(int))
        + ((long)_rows.Length * sizeof(ushort))
        + ((long)(Present.Length + (Unknown?.Length ?? 0)) * sizeof(ulong));

    private int Count => _keyStarts.Length - 1;

    /// <summary>The number of the first value that is not below a key.</summary>
    public int Find(ReadOnlySpan<byte> key)
    {
        (int low, int high) = (0, Count);
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            if (KeyAt(middle).SequenceCompareTo(key) < 0)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    /// <summary>The number behind the last value that is a key, or begins with it.</summary>
    /// <param name="key">The key.</param>
    /// <param name="isPrefix">Values that begin with it count as it.</param>
    public int FindBehind(ReadOnlySpan<byte> key, bool isPrefix)
    {
        (int low, int high) = (0, Count);
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            ReadOnlySpan<byte> value = KeyAt(middle);
            if ((isPrefix && value.StartsWith(key)) || value.SequenceCompareTo(key) <= 0)
                low = middle + 1;
            else
                high = middle;
        }
        return low;
    }

    /// <summary>Sets the bits of the rows that have one of the values from one number up to another.</summary>
    public void Mark(int first, int end, Span<ulong> bits)
    {
        if (first >= end)
            return;
        foreach (ushort row in _rows.AsSpan(_rowStarts[first].._rowStarts[end]))
            bits[row >> 6] |= 1UL << (row & 63);
    }

    private ReadOnlySpan<byte> KeyAt(int number) => _keys.AsSpan(_keyStarts[number].._keyStarts[number + 1]);

    /// <summary>Gathers the values of a stretch of rows.</summary>
    /// <param name="rowCount">Rows of the stretch, at most 65,536.</param>
    internal sealed class Builder(int rowCount)
    {
        private readonly ulong[] _present = new ulong[(rowCount + 63) / 64];
        private readonly List<Entry> _entries = [];
        private readonly List<byte> _keys = [];
        private ulong[]? _unknown;

        /// <summary>Bytes of what was gathered.</summary>
        public long Bytes => _keys.Count + ((long)_entries.Count * Unsafe.SizeOf<Entry>());

        public void AddPresent(int row) => _present[row >> 6] |= 1UL << (row & 63);

        public void AddUnknown(int row) => (_unknown ??= new ulong[_present.Length])[row >> 6] |= 1UL << (row & 63);

        public void Add(int row, ReadOnlySpan<byte> key)
        {
            Span<byte> prefix = stackalloc byte[sizeof(ulong)];
            prefix.Clear();
            key[..Math.Min(key.Length, prefix.Length)].CopyTo(prefix);
            _entries.Add(new Entry(BinaryPrimitives.ReadUInt64BigEndian(prefix), _keys.Count, (ushort)key.Length, (ushort)row));
            int at = _keys.Count;
            CollectionsMarshal.SetCount(_keys, at + key.Length);
            key.CopyTo(CollectionsMarshal.AsSpan(_keys)[at..]);
        }

        public FieldPart Build()
        {
            Span<Entry> entries = CollectionsMarshal.AsSpan(_entries);
            var order = new ByKey(_keys);
            entries.Sort(order);
            var keys = new List<byte>();
            var keyStarts = new List<int>();
            var rowStarts = new List<int>();
            var rows = new List<ushort>(entries.Length);
            for (int i = 0; i < entries.Length; i++)
            {
                bool isNew = i == 0 || !order.KeyOf(entries[i]).SequenceEqual(order.KeyOf(entries[i - 1]));
                if (isNew)
                {
                    keyStarts.Add(keys.Count);
                    rowStarts.Add(rows.Count);
                    keys.AddRange(order.KeyOf(entries[i]));
                }
                // A list may have an item twice.
                if (isNew || rows[^1] != entries[i].Row)
                    rows.Add(entries[i].Row);
            }
            keyStarts.Add(keys.Count);
            rowStarts.Add(rows.Count);
            return new FieldPart([.. keys], [.. keyStarts], [.. rowStarts], [.. rows], _present, _unknown);
        }
    }

    private readonly record struct Entry(ulong Prefix, int Start, ushort Length, ushort Row);

    private readonly struct ByKey(List<byte> keys) : IComparer<Entry>
    {
        public ReadOnlySpan<byte> KeyOf(Entry entry) => CollectionsMarshal.AsSpan(keys).Slice(entry.Start, entry.Length);

        public int Compare(Entry x, Entry y)
        {
            int order = x.Prefix.CompareTo(y.Prefix);
            if (order == 0 && (x.Length > sizeof(ulong) || y.Length > sizeof(ulong) || x.Length != y.Length))
                order = KeyOf(x).SequenceCompareTo(KeyOf(y));
            return order != 0 ? order : x.Row.CompareTo(y.Row);
        }
    }
}
