// Brings the indexes of a set of record files in step with the fields that are to be indexed and with the rows, step by step: a part, or a
// change of the fields. Who calls it is the one writer. What would take more memory than there may be is left out from the end.
using HashDb.Storage.Records;

namespace HashDb.Storage.FieldIndexes;

internal static class IndexWork
{
    /// <summary>Is there anything to do?</summary>
    /// <param name="records">The rows.</param>
    /// <param name="rowCount">Rows that are published.</param>
    /// <param name="fields">The fields that are to be indexed.</param>
    /// <param name="takesTail">Rows that make no whole part are something, too.</param>
    public static bool IsDue(RecordStore records, uint rowCount, IReadOnlyList<string> fields, bool takesTail)
    {
        FieldIndexSet set = records.Indexes.Current;
        if (fields.Count != set.Fields.Count || fields.Any(field => set.NumberOf(field) < 0))
            return true;
        return fields.Count > 0 && !set.IsFull && rowCount - set.RowCount >= (takesTail ? 1 : IndexPart.SmallRows);
    }

    /// <summary>Takes the next step; false when there is none.</summary>
    /// <inheritdoc cref="IsDue"/>
    /// <param name="memoryBytes">Memory that the indexes may take.</param>
    /// <param name="pause">Called between rows.</param>
    public static bool Advance(
        RecordStore records, uint rowCount, IReadOnlyList<string> fields, bool takesTail, long memoryBytes, Action pause)
    {
        if (!IsDue(records, rowCount, fields, takesTail))
            return false;
        FieldIndexSet set = records.Indexes.Current;
        if (set.Fields.Any(field => !fields.Contains(field)))
            records.Indexes.Publish(WithoutDropped(set, fields));
        else if (fields.Count > set.Fields.Count)
            records.Indexes.Publish(WithAdded(set, [.. fields.Where(field => set.NumberOf(field) < 0)], records, memoryBytes, pause));
        else
            records.Indexes.Publish(WithNextPart(set, records, rowCount, memoryBytes, pause));
        return true;
    }

    private static FieldIndexSet WithoutDropped(FieldIndexSet set, IReadOnlyList<string> fields)
    {
        int[] kept = [.. Enumerable.Range(0, set.Fields.Count).Where(number => fields.Contains(set.Fields[number]))];
        return set.With(
            [.. kept.Select(number => set.Fields[number])],
            kept.Length == 0 ? [] : [.. set.Parts.Select(part => part with { Fields = [.. kept.Select(number => part.Fields[number])] })]);
    }

    private static FieldIndexSet WithAdded(FieldIndexSet set, string[] added, RecordStore records, long memoryBytes, Action pause)
    {
        var reader = new PartReader(added);
        var parts = new List<IndexPart>(set.Parts.Count);
        long bytes = 0;
        bool isFull = false;
        foreach (IndexPart part in set.Parts)
        {
            IndexPart? more = reader.Read(records, part.FirstRow, part.RowCount, pause);
            bytes += part.Bytes + (more?.Bytes ?? 0);
            isFull = more is null || bytes > memoryBytes;
            if (isFull)
                break;
            parts.Add(part with { Fields = [.. part.Fields, .. more!.Fields] });
        }
        return set.With([.. set.Fields, .. added], [.. parts], isFull);
    }

    private static FieldIndexSet WithNextPart(FieldIndexSet set, RecordStore records, uint rowCount, long memoryBytes, Action pause)
    {
        // The small parts of a stretch that is complete become one, and a part that was made of the last few rows is made anew.
        uint stretch = set.RowCount & ~(uint)(IndexPart.Rows - 1);
        bool isComplete = rowCount - stretch >= IndexPart.Rows;
        uint first = isComplete ? stretch : set.RowCount & ~(uint)(IndexPart.SmallRows - 1);
        int count = (int)Math.Min(isComplete ? IndexPart.Rows : IndexPart.SmallRows, rowCount - first);
        IndexPart? next = new PartReader(set.Fields).Read(records, first, count, pause);
        IndexPart[] before = [.. set.Parts.Where(part => part.FirstRow < first)];
        return next is not null && before.Sum(part => part.Bytes) + next.Bytes <= memoryBytes
            ? set.With([.. before, next])
            : set.With([.. set.Parts], isFull: true);
    }
}
