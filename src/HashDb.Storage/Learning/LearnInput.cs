// The caller's side of learning: checks the items, looks up the labels of neighbours, and lays out the log frame. The labels that are found
// now are logged, so that replay does not depend on what is stored then.
using System.Globalization;
using HashDb.Storage.Generations;
using HashDb.Storage.Log;
using HashDb.Storage.Records;
using HashDb.Storage.Writing;

namespace HashDb.Storage.Learning;

internal static class LearnInput
{
    /// <summary>Checks every item and resolves neighbours.</summary>
    /// <returns>One list of labels an item; with neighbours a label occurs as often as neighbours have it.</returns>
    /// <exception cref="ArgumentException">An item is not as it must be; names the item, the value and the limit.</exception>
    /// <exception cref="CorruptDataException">The labels of a neighbour do not match their checksum.</exception>
    public static ReadOnlyMemory<int>[] Resolve(IReadOnlyList<LabelledVector> items, CollectionState state, int dimensions)
    {
        Check(items, dimensions);
        var labels = new ReadOnlyMemory<int>[items.Count];
        for (int i = 0; i < labels.Length; i++)
            labels[i] = items[i].Neighbours.IsEmpty ? items[i].Labels : LabelsOf(items[i].Neighbours.Span, state.Records, NameOf(i));
        return labels;
    }

    /// <summary>Checks everything that can be checked without the collection.</summary>
    /// <exception cref="ArgumentException">An item is not as it must be; names the item, the value and the limit.</exception>
    public static void Check(IReadOnlyList<LabelledVector> items, int dimensions)
    {
        RecordChecks.CheckBatch(items, nameof(items));
        for (int i = 0; i < items.Count; i++)
        {
            string name = NameOf(i);
            LabelledVector item = items[i] ?? throw new ArgumentException($"{name} is null.", nameof(items));

            // Any direction can be learned from, whatever the metric; Euclidean asks least of a vector.
            RecordChecks.CheckVector(item.Vector.Span, dimensions, DistanceMetric.Euclidean, name, nameof(items));
            CheckSupervision(item, name);
        }
    }

    private static string NameOf(int index) => string.Create(CultureInfo.InvariantCulture, $"Item {index}");

    private static void CheckSupervision(LabelledVector item, string name)
    {
        if (item.Labels.IsEmpty == item.Neighbours.IsEmpty)
            throw new ArgumentException($"{name} has {(item.Labels.IsEmpty ? "neither labels nor neighbours" : "both labels and neighbours")}; give one of them.", nameof(item));
        if (item.Labels.Length > StorageLimits.MaxLabelCount)
            throw new ArgumentException($"{name} has {item.Labels.Length} labels; the limit is {StorageLimits.MaxLabelCount}.", nameof(item));
        if (item.Neighbours.Length > StorageLimits.MaxNeighbourCount)
            throw new ArgumentException($"{name} has {item.Neighbours.Length} neighbours; the limit is {StorageLimits.MaxNeighbourCount}.", nameof(item));
        int[] sorted = item.Labels.ToArray();
        Array.Sort(sorted);
        for (int i = 1; i < sorted.Length; i++)
        {
            if (sorted[i] == sorted[i - 1])
                throw new ArgumentException($"{name} has the label {sorted[i]} twice.", nameof(item));
        }
    }

    private static int[] LabelsOf(ReadOnlySpan<VectorId> neighbours, RecordStore records, string name)
    {
        List<int> labels = [];
        foreach (VectorId id in neighbours)
        {
            if (!records.TryGetLive(id, out uint row))
                continue;
            RowMetadata metadata = records.MetadataOf(row);
            if (metadata.BlobLength == 0)
                continue;
            byte[] blob = records.Blobs.Read(metadata.BlobAddress, metadata.BlobLength, metadata.BlobChecksum);
            VectorRecord read = RecordBlob.TryRead(blob, new VectorRecord(id, default))
                ?? throw RecordStore.Corrupt(records.Metadata, row, $"the labels and payload of id {id} do not add up");
            labels.AddRange(read.Labels.Span);
            if (labels.Count > StorageLimits.MaxResolvedLabels)
                throw new ArgumentException($"The neighbours of {name} have more than {StorageLimits.MaxResolvedLabels} labels together; give fewer neighbours.", nameof(neighbours));
        }
        return [.. labels];
    }
}
