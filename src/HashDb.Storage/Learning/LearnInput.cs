// The caller's side of learning: checks the items, looks up the labels of neighbours, and lays out the log frame. The labels that are found
// now are logged, so that replay does not depend on what is stored then.
using HashDb.Checks;
using HashDb.Storage.Log;
using HashDb.Storage.Records;
using HashDb.Storage.Snapshot;

namespace HashDb.Storage.Learning;

internal static class LearnInput
{
    /// <summary>Checks every item and resolves neighbours.</summary>
    /// <returns>One list of labels an item; with neighbours a label occurs as often as neighbours have it.</returns>
    /// <exception cref="HashDbException">
    /// <see cref="HashDbErrorCode.LimitExceeded"/>: the neighbours of all items have too many labels.
    /// </exception>
    /// <exception cref="ArgumentException">An item is not as it must be; names the item, the value and the limit.</exception>
    /// <exception cref="CorruptDataException">The labels of a neighbour do not match their checksum.</exception>
    public static ReadOnlyMemory<int>[] Resolve(IReadOnlyList<LabelledVector> items, CollectionState state, int dimensions)
    {
        LearnChecks.CheckItems(items, dimensions);
        var labels = new ReadOnlyMemory<int>[items.Count];
        long resolved = 0;
        for (int i = 0; i < labels.Length; i++)
        {
            labels[i] = items[i].Neighbours.IsEmpty
                ? items[i].Labels
                : LabelsOf(items[i].Neighbours.Span, state.Records, new ItemName("Item", i));
            resolved += labels[i].Length;
            // They are logged: a few ids may stand for more than a frame of the log holds.
            if (resolved * sizeof(int) > LogFormat.MaxBodyBytes)
                throw new HashDbException(
                    HashDbErrorCode.LimitExceeded,
                    $"The first {i + 1} of {items.Count} items have {resolved} labels, those of their neighbours included; the limit of "
                    + $"one write is {LogFormat.MaxBodyBytes / sizeof(int)}. Nothing was learned; send fewer items at a time.");
        }
        return labels;
    }

    private static int[] LabelsOf(ReadOnlySpan<VectorId> neighbours, RecordStore records, in ItemName name)
    {
        List<int> labels = [];
        foreach (VectorId id in neighbours)
        {
            if (!records.TryGetLive(id, out uint row))
                continue;
            labels.AddRange(records.BlobOf(row, id).Labels);
            if (labels.Count > StorageLimits.MaxResolvedLabels)
                throw new ArgumentException(
                    $"The neighbours of {name} have more than {StorageLimits.MaxResolvedLabels} labels together; give fewer neighbours.",
                    nameof(neighbours));
        }
        return [.. labels];
    }
}
