// Decides, before anything is written, which requests of a group can be carried out: a write is all or nothing, and later
// requests of the group must see what earlier ones will have done.
using HashDb.Storage.Generations;

namespace HashDb.Storage.Writing;

internal sealed class WritePlan(CollectionState state)
{
    private readonly Dictionary<VectorId, bool> _willBeLive = [];
    private readonly HashSet<VectorId> _inRequest = [];
    private long _nextRow = state.RowCount;

    public List<WriteRequest> Accepted { get; } = [];

    public int Operations { get; private set; }

    public long RowCount => _nextRow;

    /// <summary>Accepts a request and gives it its rows, or fails it.</summary>
    public void Add(WriteRequest request)
    {
        if (Refusal(request) is { } refusal)
        {
            request.Fail(refusal);
            return;
        }
        request.FirstRow = (uint)_nextRow;
        if (request.Write.StoresRows)
            _nextRow += request.Write.Count;
        for (int i = 0; i < request.Write.Count; i++)
            _willBeLive[request.Write.IdAt(i)] = request.Write.StoresRows;
        Operations += request.Write.Count;
        Accepted.Add(request);
    }

    private HashDbException? Refusal(WriteRequest request)
    {
        if (request.Write.StoresRows && _nextRow + request.Write.Count > StorageLimits.MaxRowCount)
        {
            return new HashDbException(
                HashDbErrorCode.LimitExceeded,
                $"{request.Write.Count} more rows would pass the limit of {StorageLimits.MaxRowCount} rows (dead ones included; {_nextRow} are taken). Compact the collection or begin another.");
        }
        if (request.Write.Operation != Log.LoggedOperation.Insert)
            return null;
        _inRequest.Clear();
        for (int i = 0; i < request.Write.Count; i++)
        {
            VectorId id = request.Write.IdAt(i);
            if (IsLive(id))
                return new HashDbException(HashDbErrorCode.DuplicateId, $"Id {id} is stored already. Nothing of this write of {request.Write.Count} was kept; use upsert to replace.");
            if (!_inRequest.Add(id))
                return new HashDbException(HashDbErrorCode.DuplicateId, $"Id {id} stands twice in one write of {request.Write.Count}. Nothing of it was kept.");
        }
        return null;
    }

    private bool IsLive(VectorId id) => _willBeLive.TryGetValue(id, out bool live)
        ? live
        : state.Records.Ids.TryGet(id, out uint row) && !state.Records.Dead.IsDead(row);
}
