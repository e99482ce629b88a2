using HashDb.Storage.Faults.Checks;

namespace HashDb.Storage.Faults.Damaging;

/// <summary>A write to a sample database: records to store, or ids to delete.</summary>
internal sealed record SampleOperation(IReadOnlyList<KeyValuePair<ulong, StoredItem>> Stored, IReadOnlyList<ulong> Deleted)
{
    public static SampleOperation Store(params KeyValuePair<ulong, StoredItem>[] items) => new(items, []);

    public static SampleOperation Delete(params ulong[] ids) => new([], ids);

    public void ApplyTo(Dictionary<ulong, StoredItem> state)
    {
        foreach ((ulong id, StoredItem item) in Stored)
            state[id] = item;
        foreach (ulong id in Deleted)
            state.Remove(id);
    }

    public Task IssueAsync(Collection collection) => Stored.Count > 0
        ? collection.UpsertAsync([.. Stored.Select(item => item.Value.ToRecord(item.Key))])
        : collection.DeleteAsync([.. Deleted.Select(id => new VectorId(id))]);
}
