// Makes the answer of a search: leaves out what is skipped or too far, and adds the parts of the records that were asked for, of the very
// versions whose distances were computed.
using HashDb.Fields;
using HashDb.Storage.Records;

namespace HashDb.Storage.Query;

internal static class HitReader
{
    /// <summary>Rows to find for an answer.</summary>
    public static int RowsWanted(SearchOptions options) => options.Top + options.Skip;

    /// <param name="records">The rows.</param>
    /// <param name="sorted">The nearest rows, nearest first.</param>
    /// <param name="options">What was asked for.</param>
    public static SearchHit[] Read(RecordStore records, ReadOnlySpan<Near> sorted, SearchOptions options)
    {
        if (options.MaxDistance is { } farthest)
        {
            int within = sorted.Length;
            while (within > 0 && sorted[within - 1].Distance > farthest)
                within--;
            sorted = sorted[..within];
        }
        sorted = sorted[Math.Min(options.Skip, sorted.Length)..];
        var hits = new SearchHit[sorted.Length];
        for (int i = 0; i < hits.Length; i++)
        {
            Near near = sorted[i];
            hits[i] = new SearchHit(near.Id, near.Distance)
            {
                Record = options.Include == RecordParts.None && records.Keys == KeyKind.Number
                    ? null
                    : Record(records, near.Row, near.Id, options.Include, options.IncludeFields),
            };
        }
        return hits;
    }

    /// <summary>The parts of a record that were asked for, and its key.</summary>
    public static VectorRecord Record(
        RecordStore records, uint row, VectorId id, RecordParts parts, IReadOnlyList<string>? fieldNames)
    {
        bool needsBlob = (parts & (RecordParts.Fields | RecordParts.Labels)) != 0 || records.Keys != KeyKind.Number;
        (int[] labels, ReadOnlyMemory<byte> payload) = needsBlob ? records.BlobOf(row, id) : ([], default);
        if ((parts & RecordParts.Fields) == 0)
            payload = KeyField.Copy(payload, default);
        else if (fieldNames is not null)
            payload = PayloadEntries.Take(payload, fieldNames);
        return new VectorRecord
        {
            Id = id,
            Vector = (parts & RecordParts.Vector) == 0 ? default : records.VectorOf(row).ToArray(),
            Labels = (parts & RecordParts.Labels) == 0 ? default : labels,
            Payload = payload,
        };
    }
}
