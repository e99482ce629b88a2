using HashDb.Storage.Faults.Checks;

namespace HashDb.Storage.Faults.Damaging;

/// <summary>A write to a sample database: records to store, numbers of records to delete, or vectors to learn.</summary>
internal sealed record SampleOperation(IReadOnlyList<KeyValuePair<ulong, StoredItem>> Stored, IReadOnlyList<ulong> Deleted)
{
    /// <summary>Items to learn.</summary>
    public int LearnedCount => Learned.Length;

    private LabelledVector[] Learned { get; init; } = [];

    public static SampleOperation Store(params KeyValuePair<ulong, StoredItem>[] items) => new(items, []);

    public static SampleOperation Delete(params ulong[] ids) => new([], ids);

    /// <summary>Learns from items of two classes.</summary>
    public static SampleOperation Learn(ulong seed, int count) => new([], [])
    {
        Learned =
        [
            .. Enumerable.Range(0, count)
                .Select(i => new LabelledVector { Vector = StoredItem.Make(
                    SeedMix.Of(seed, (ulong)i), SampleDatabase.Dimensions, 1).Vector, Labels = new[] { i % 2 } })
        ],
    };

    public void ApplyTo(Dictionary<ulong, StoredItem> state)
    {
        foreach ((ulong id, StoredItem item) in Stored)
            state[id] = item;
        foreach (ulong id in Deleted)
            state.Remove(id);
    }

    public Task IssueAsync(Collection collection) => Learned.Length > 0
        ? collection.Learning.LearnAsync(Learned)
        : Stored.Count > 0
        ? collection.UpsertAsync([.. Stored.Select(item => item.Value.ToRecord(ItemKey.Of(collection.Keys, item.Key)))])
        : collection.DeleteAsync([.. Deleted.Select(number => ItemKey.Of(collection.Keys, number).Id)]);
}
