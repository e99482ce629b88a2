// The filter of one query over the stored rows: reads labels and payload of a row and evaluates the filter over their bytes. Counts what
// it was asked, from which a search learns how many rows match. One thread at a time.
using System.Buffers;
using HashDb.Fields;
using HashDb.Filters;
using HashDb.Storage.Records;

namespace HashDb.Storage.Query;

internal sealed class RowFilter(FilterMatcher matcher, RecordStore records, RememberedRows? remembered) : IDisposable
{
    private const int UsualBlobBytes = 4_096;

    private byte[] _blob = ArrayPool<byte>.Shared.Rent(UsualBlobBytes);
    private int[] _labels = [];

    /// <summary>What field indexes tell about it; null when there are none.</summary>
    public IndexedRows? Indexed { get; init; }

    /// <summary>The fields of which an index was used.</summary>
    public IReadOnlyList<string> Indexes => Indexed is { RowCount: > 0 } indexed ? indexed.Fields : [];

    /// <summary>Rows that were looked at.</summary>
    public long Tested { get; private set; }

    /// <summary>Rows of these whose fields were read: of the others it was remembered what they are.</summary>
    public long Read { get; private set; }

    /// <summary>Rows of these that matched.</summary>
    public long Matched { get; private set; }

    /// <summary>Does a row match?</summary>
    /// <exception cref="CorruptDataException">Its labels or fields are damaged; names the record.</exception>
    public bool Matches(uint row)
    {
        Tested++;
        bool isMatch = remembered?.Get(row) ?? ReadAndMatch(row);
        Matched += isMatch ? 1 : 0;
        return isMatch;
    }

    /// <summary>The first row from one on that may match; the end when there is none before it.</summary>
    public uint Next(uint row, uint end) => remembered?.Next(row, end) ?? Math.Min(row, end);

    private bool ReadAndMatch(uint row)
    {
        Read++;
        RowMetadata metadata = records.MetadataOf(row);
        ReadOnlySpan<byte> payload = default;
        ReadOnlySpan<int> labels = default;
        if (metadata.BlobLength > 0 && (matcher.NeedsPayload || matcher.NeedsLabels))
        {
            if (_blob.Length < metadata.BlobLength && metadata.BlobLength <= RecordBlob.MaxBytes)
                Grow(metadata.BlobLength);
            ReadOnlySpan<byte> blob = records.Blobs.Read(metadata.BlobAddress, metadata.BlobLength, metadata.BlobChecksum, _blob);
            if (!RecordBlob.TrySplit(blob, out ReadOnlySpan<byte> labelBytes, out payload))
                throw RecordStore.Corrupt(records.Metadata, row, $"the labels and fields of id {metadata.Id} do not add up");
            if (matcher.NeedsLabels)
                labels = ReadLabels(labelBytes);
        }
        bool isMatch;
        try
        {
            isMatch = matcher.Matches(payload, labels, RawField.Of(metadata.Id.Value));
        }
        catch (FormatException exception)
        {
            throw RecordStore.Corrupt(records.Metadata, row, $"the fields of id {metadata.Id} cannot be read: {exception.Message}");
        }
        remembered?.Set(row, isMatch);
        return isMatch;
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(Interlocked.Exchange(ref _blob, []));

    private ReadOnlySpan<int> ReadLabels(ReadOnlySpan<byte> bytes)
    {
        int count = bytes.Length / sizeof(int);
        if (_labels.Length < count)
            _labels = new int[Math.Max(16, count)];
        RecordBlob.CopyLabels(bytes, _labels.AsSpan(0, count));
        return _labels.AsSpan(0, count);
    }

    private void Grow(int length)
    {
        ArrayPool<byte>.Shared.Return(_blob);
        _blob = ArrayPool<byte>.Shared.Rent(length);
    }
}
