// Reads the indexed fields of a stretch of rows into a part. One thread at a time.
using System.Text;
using HashDb.Fields;
using HashDb.Storage.Records;

namespace HashDb.Storage.FieldIndexes;

internal sealed class PartReader
{
    /// <summary>256 items: rows with longer lists are read when a filter asks about them.</summary>
    private const int MaxItems = 256;

    /// <summary>256 MiB of values of all fields before equal ones are put together: 4 KB for each row of a whole part.</summary>
    private const long MaxGatheredBytes = 256L << 20;
    private const int RowsPerCheck = 64;

    private readonly byte[][] _names;
    private readonly byte[] _blob = new byte[RecordBlob.MaxBytes];
    private readonly byte[] _key = new byte[FieldKey.MaxBytes];

    public PartReader(IReadOnlyList<string> fields) => _names = [.. fields.Select(field => Encoding.UTF8.GetBytes(field))];

    /// <summary>Makes a part of rows that are published; null when it would take too much memory.</summary>
    /// <param name="records">The rows.</param>
    /// <param name="firstRow">The first.</param>
    /// <param name="count">How many.</param>
    /// <param name="pause">Called between rows.</param>
    public IndexPart? Read(RecordStore records, uint firstRow, int count, Action pause)
    {
        var builders = new FieldPart.Builder[_names.Length];
        for (int i = 0; i < builders.Length; i++)
            builders[i] = new FieldPart.Builder(count);
        Span<bool> isFound = stackalloc bool[_names.Length];
        for (int row = 0; row < count; row++)
        {
            pause();
            try
            {
                isFound.Clear();
                ReadRow(records, firstRow + (uint)row, row, builders, isFound);
            }
            catch (Exception exception) when (exception is FormatException or CorruptDataException)
            {
                // Damaged, or dead and gone: who asks about it is told, as without an index.
                foreach (FieldPart.Builder builder in builders)
                    builder.AddUnknown(row);
            }
            if (row % RowsPerCheck == 0 && builders.Sum(builder => builder.Bytes) > MaxGatheredBytes)
                return null;
        }
        return new IndexPart(firstRow, count, [.. builders.Select(builder => builder.Build())]);
    }

    private void ReadRow(RecordStore records, uint number, int row, FieldPart.Builder[] builders, Span<bool> isFound)
    {
        RowMetadata metadata = records.MetadataOf(number);
        if (metadata.BlobLength == 0)
            return;
        ReadOnlySpan<byte> blob = records.Blobs.Read(metadata.BlobAddress, metadata.BlobLength, metadata.BlobChecksum, _blob);
        if (!RecordBlob.TrySplit(blob, out _, out ReadOnlySpan<byte> rest))
            throw new FormatException("The blob does not add up.");
        if (rest.IsEmpty)
            return;
        int missing = _names.Length;
        for (int entries = RawField.ReadMapHeader(ref rest); entries > 0 && missing > 0; entries--)
        {
            int slot = RawField.TryReadName(ref rest, out ReadOnlySpan<byte> name) ? SlotOf(name) : -1;
            // The first of two entries of one name counts, as for a filter.
            if (slot < 0 || isFound[slot])
            {
                RawField.Skip(ref rest);
                continue;
            }
            isFound[slot] = true;
            missing--;
            AddField(RawField.Read(ref rest), row, builders[slot]);
        }
    }

    private int SlotOf(ReadOnlySpan<byte> name)
    {
        for (int slot = 0; slot < _names.Length; slot++)
        {
            if (name.SequenceEqual(_names[slot]))
                return slot;
        }
        return -1;
    }

    private void AddField(in RawField field, int row, FieldPart.Builder builder)
    {
        if (!field.IsField || field.Kind == FieldKind.Null)
            return;
        builder.AddPresent(row);
        if (field.Kind != FieldKind.List)
        {
            AddKey(FieldKey.Write(field, isItem: false, _key), row, builder);
            return;
        }
        if (field.Count > MaxItems)
        {
            builder.AddUnknown(row);
            return;
        }
        ReadOnlySpan<byte> items = field.Bytes;
        for (int i = 0; i < field.Count; i++)
            AddKey(FieldKey.Write(RawField.Read(ref items), isItem: true, _key), row, builder);
    }

    private void AddKey(int length, int row, FieldPart.Builder builder)
    {
        if (length < 0)
            builder.AddUnknown(row);
        else if (length > 0)
            builder.Add(row, _key.AsSpan(0, length));
    }
}
