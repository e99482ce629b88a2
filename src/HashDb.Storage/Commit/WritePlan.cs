// Decides, before anything is written, which requests of a group can be carried out: a write is all or nothing, and later
// requests of the group must see what earlier ones will have done.
using HashDb.Storage.Intake;
using HashDb.Storage.Learning;
using HashDb.Storage.Snapshot;

namespace HashDb.Storage.Commit;

internal sealed class WritePlan(CollectionState state, ClientSequences clients, Draft draft)
{
    private readonly DraftPlan _draft = new(draft, state.Model);
    private readonly Dictionary<Guid, long> _nextOfClient = [];
    private readonly Dictionary<VectorId, bool> _willBeLive = [];
    private readonly HashSet<VectorId> _inRequest = [];
    private long _nextRow = state.RowCount;

    public List<WriteRequest> Accepted { get; } = [];

    /// <summary>Stamped writes that were carried out before, or are by an earlier request of this group: acknowledged with it.</summary>
    public List<WriteRequest> Repeated { get; } = [];

    public int Operations { get; private set; }

    public long RowCount => _nextRow;

    /// <summary>Accepts a request and gives it its rows, or fails it.</summary>
    public void Add(WriteRequest request)
    {
        if (request.Write.Stamp is { } stamp && IsRepeated(request, stamp))
        {
            Repeated.Add(request);
            return;
        }
        if ((GapBefore(request) ?? Refusal(request) ?? NotEncodable(request) ?? NotLearnable(request)) is { } refusal)
        {
            request.Fail(refusal);
            return;
        }
        if (request.Write.Stamp is { } accepted)
            _nextOfClient[accepted.ClientId] = accepted.SequenceNumber + request.Write.Count;
        request.FirstRow = (uint)_nextRow;
        if (request.Write.StoresRows)
            _nextRow += request.Write.Count;
        for (int i = 0; request.Write.HasIds && i < request.Write.Count; i++)
            _willBeLive[request.Write.IdAt(i)] = request.Write.StoresRows;
        Operations += request.Write.Count;
        Accepted.Add(request);
    }

    private long NextOf(Guid client) => _nextOfClient.TryGetValue(client, out long next) ? next : clients.NextOf(client);

    private bool IsRepeated(WriteRequest request, WriteStamp stamp) => stamp.SequenceNumber + request.Write.Count <= NextOf(stamp.ClientId);

    /// <summary>
    /// A write that was encoded before the generation was switched is encoded again: codes of two models are never mixed.
    /// Happens to the few requests that were on their way at that moment.
    /// </summary>
    private Exception? NotEncodable(WriteRequest request)
    {
        if (request.EncodedWith is not { } model || model == state.Fingerprint)
            return null;
        try
        {
            request.EncodeWith(state.Model, state.Fingerprint);
            return null;
        }
        catch (Exception exception) when (exception is ArgumentException or HashDbException)
        {
            return exception;
        }
    }

    /// <summary>Asked last, because the plan of the draft remembers what it has accepted.</summary>
    private Exception? NotLearnable(WriteRequest request) => request.Write.ConcernsDraft ? _draft.Add(request) : null;

    private HashDbException? GapBefore(WriteRequest request)
    {
        if (request.Write.Stamp is not { } stamp)
            return null;
        long next = NextOf(stamp.ClientId);
        if (stamp.SequenceNumber == next)
            return null;
        string forgotten = next == 0
            ? $" Nothing is known of this client: it has not written, or more than {StorageLimits.MaxRememberedClients} others have since."
            : "";
        return new HashDbException(
            HashDbErrorCode.WriteGap,
            $"A write of {request.Write.Count} with sequence number {stamp.SequenceNumber} does not follow what client "
            + $"{stamp.ClientId} has written: its next number is {next}. Nothing of it was kept.{forgotten}");
    }

    private HashDbException? Refusal(WriteRequest request)
    {
        if (request.Write.StoresRows && _nextRow + request.Write.Count > StorageLimits.MaxRowCount)
        {
            return new HashDbException(
                HashDbErrorCode.LimitExceeded,
                $"{request.Write.Count} more rows would pass the limit of {StorageLimits.MaxRowCount} rows (dead ones "
                + $"included; {_nextRow} are taken). Compact the collection or begin another.");
        }
        if (request.Write.Operation != Log.LoggedOperation.Insert)
            return null;
        _inRequest.Clear();
        for (int i = 0; i < request.Write.Count; i++)
        {
            VectorId id = request.Write.IdAt(i);
            if (IsLive(id))
                return new HashDbException(
                    HashDbErrorCode.DuplicateId,
                    $"Id {id} is stored already. Nothing of this write of {request.Write.Count} was kept; use upsert to replace.");
            if (!_inRequest.Add(id))
                return new HashDbException(
                    HashDbErrorCode.DuplicateId, $"Id {id} stands twice in one write of {request.Write.Count}. Nothing of it was kept.");
        }
        return null;
    }

    private bool IsLive(VectorId id) => _willBeLive.TryGetValue(id, out bool live)
        ? live
        : state.Records.Ids.TryGet(id, out uint row) && !state.Records.Dead.IsDead(row);
}
