using System.Collections;
using HashDb.Storage;

namespace HashDb.Server.Internal.Requests;

/// <summary>Records by id, each read when it is looked at, so that no more of them are in memory than the client takes.</summary>
internal sealed class StoredRecords : IReadOnlyList<VectorRecord?>
{
    private readonly Collection _collection;
    private readonly IReadOnlyList<VectorId> _ids;

    public StoredRecords(Collection collection, IReadOnlyList<VectorId> ids)
    {
        if (ids.Count > StorageLimits.MaxBatchRecords)
            throw new ArgumentException($"{ids.Count} ids were asked for; the limit is {StorageLimits.MaxBatchRecords}.", nameof(ids));
        _collection = collection;
        _ids = ids;
    }

    public int Count => _ids.Count;

    public VectorRecord? this[int index] => _collection.Get(_ids[index]);

    public IEnumerator<VectorRecord?> GetEnumerator()
    {
        for (int i = 0; i < _ids.Count; i++)
            yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
