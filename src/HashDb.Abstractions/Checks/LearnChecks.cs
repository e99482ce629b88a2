namespace HashDb.Checks;

/// <summary>What an item to learn from must be, as far as that can be told without the collection.</summary>
public static class LearnChecks
{
    /// <summary>Checks everything that can be checked without the collection.</summary>
    /// <exception cref="ArgumentException">An item is not as it must be; names the item, the value and the limit.</exception>
    public static void CheckItems(IReadOnlyList<LabelledVector> items, int dimensions)
    {
        RecordChecks.CheckBatch(items, nameof(items));
        for (int i = 0; i < items.Count; i++)
        {
            var name = new ItemName("Item", i);
            LabelledVector item = items[i] ?? throw new ArgumentException($"{name} is null.", nameof(items));

            // Any direction can be learned from, whatever the metric; Euclidean asks least of a vector.
            RecordChecks.CheckVector(item.Vector.Span, dimensions, DistanceMetric.Euclidean, name, nameof(items));
            CheckSupervision(item, name);
        }
    }

    private static void CheckSupervision(LabelledVector item, in ItemName name)
    {
        if (item.Labels.IsEmpty == item.Neighbours.IsEmpty)
            throw new ArgumentException(
                $"{name} has {(item.Labels.IsEmpty ? "neither labels nor neighbours" : "both labels and neighbours")}; give one of them.",
                nameof(item));
        if (item.Neighbours.Length > StorageLimits.MaxNeighbourCount)
            throw new ArgumentException(
                $"{name} has {item.Neighbours.Length} neighbours; the limit is {StorageLimits.MaxNeighbourCount}.", nameof(item));
        RecordChecks.CheckLabels(item.Labels.Span, name, nameof(item));
    }
}
