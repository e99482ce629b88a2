// Lists rows without a vector: by id, or by a field. A pass over all rows that keeps the first so many; the filter is asked only about rows
// that would be among them.
using System.Text;
using HashDb.Fields;
using HashDb.Storage.Records;
using HashDb.Storage.Snapshot;

namespace HashDb.Storage.Query;

internal static class RowLister
{
    private const int RowsPerCheck = 4_096;

    /// <summary>128 bytes of a value, and of each item of a list: objects, texts of 16 bits.</summary>
    private const int ValueBytes = 128;

    public static IReadOnlyList<VectorRecord> List(CollectionState state, ListOptions options, CancellationToken cancellationToken)
    {
        using var selection = new RowSelection(state, options.Filter?.Matcher);
        RecordStore records = state.Records;
        var order = new ListOrder(options.IsDescending);
        int wanted = options.Skip + options.Limit;
        // The last of those kept comes out first.
        var kept = new PriorityQueue<uint, Place>(order.Reversed);
        byte[]? name = options.OrderBy is { } field ? Encoding.UTF8.GetBytes(field) : null;
        long sortBytes = 0;
        int looked = 0;
        for (uint row = selection.Next(0); row < selection.VisibleRows; row = selection.Next(row + 1))
        {
            if (looked++ % RowsPerCheck == 0)
                cancellationToken.ThrowIfCancellationRequested();
            VectorId id = records.IdOf(row);
            if (id <= options.After || !selection.Unfiltered.Contains(row))
                continue;
            var place = name is null ? new Place(default, id, 0) : PlaceOf(records, row, id, name);
            bool isAmong = kept.Count < wanted || (kept.TryPeek(out _, out Place last) && order.Compare(place, last) < 0);
            if (!isAmong || !selection.Contains(row))
                continue;
            if (kept.Count == wanted && kept.TryDequeue(out _, out Place dropped))
                sortBytes -= dropped.Bytes;
            kept.Enqueue(row, place);
            sortBytes += place.Bytes;
            if (sortBytes > StorageLimits.MaxSortBytes)
                throw new HashDbException(
                    HashDbErrorCode.LimitExceeded,
                    $"The first {kept.Count} values of '{options.OrderBy}' take more than {StorageLimits.MaxSortBytes >> 20} MiB. Ask for "
                    + "fewer with Skip and Limit, or order by a field with shorter values.");
        }
        var listed = new VectorRecord[Math.Max(0, kept.Count - options.Skip)];
        for (int i = listed.Length - 1; i >= 0; i--)
        {
            uint row = kept.Dequeue();
            listed[i] = HitReader.Record(records, row, records.IdOf(row), options.Include, options.IncludeFields);
        }
        return listed;
    }

    public static long Count(CollectionState state, Filter? filter, CancellationToken cancellationToken)
    {
        if (filter is null)
            return state.LiveCount;
        using var selection = new RowSelection(state, filter.Matcher);
        long count = 0;
        int looked = 0;
        for (uint row = selection.Next(0); row < selection.VisibleRows; row = selection.Next(row + 1))
        {
            if (looked++ % RowsPerCheck == 0)
                cancellationToken.ThrowIfCancellationRequested();
            if (selection.Contains(row))
                count++;
        }
        return count;
    }

    /// <summary>Where a row stands by one field; as one of null when it has none.</summary>
    private static Place PlaceOf(RecordStore records, uint row, VectorId id, byte[] name)
    {
        ReadOnlySpan<byte> rest = records.BlobOf(row, id).Payload.Span;
        try
        {
            for (int entries = rest.IsEmpty ? 0 : RawField.ReadMapHeader(ref rest); entries > 0; entries--)
            {
                bool isNamed = RawField.TryReadName(ref rest, out ReadOnlySpan<byte> found) && found.SequenceEqual(name);
                RawField value = RawField.Read(ref rest);
                if (isNamed && value.IsField)
                {
                    int items = value.Kind == FieldKind.List ? value.Count : 0;
                    return new Place(value.ToValue(), id, (2 * value.Bytes.Length) + (ValueBytes * (1 + items)));
                }
            }
            return new Place(FieldValue.Null, id, ValueBytes);
        }
        catch (FormatException exception)
        {
            throw RecordStore.Corrupt(records.Metadata, row, $"the fields of id {id} cannot be read: {exception.Message}");
        }
    }

    private readonly record struct Place(FieldValue Value, VectorId Id, int Bytes);

    /// <summary>By value, then by id; nulls last in both directions.</summary>
    private sealed class ListOrder(bool isDescending) : IComparer<Place>
    {
        public IComparer<Place> Reversed => Comparer<Place>.Create((x, y) => Compare(y, x));

        public int Compare(Place x, Place y)
        {
            if (x.Value.IsNull != y.Value.IsNull)
                return x.Value.IsNull ? 1 : -1;
            int order = FieldOrder.Instance.Compare(x.Value, y.Value);
            if (order == 0)
                order = x.Id.CompareTo(y.Id);
            return isDescending ? -order : order;
        }
    }
}
