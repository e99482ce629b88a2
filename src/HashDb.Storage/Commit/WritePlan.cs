// Decides, before anything is written, which requests of a group can be carried out: a write is all or nothing, and later
// requests of the group must see what earlier ones will have done.
using HashDb.Storage.Intake;
using HashDb.Storage.Learning;
using HashDb.Storage.Log;
using HashDb.Storage.Snapshot;

namespace HashDb.Storage.Commit;

internal sealed class WritePlan
{
    // A group of more ids gives its tables back: a rare large write must not keep its memory for ever.
    private const int MaxKeptIds = 1 << 16;

    private readonly CollectionState _state;
    private readonly ClientSequences _clients;
    private readonly DraftPlan _draft;
    private readonly long _nextSequenceNumber;
    private readonly Dictionary<Guid, long> _nextOfClient;
    private readonly Dictionary<WriteStamp, (int Operations, uint Digest)> _stamped;
    private readonly Dictionary<VectorId, bool> _willBeLive;
    private readonly HashSet<VectorId> _inRequest;
    private long _nextRow;

    /// <param name="state">What is there.</param>
    /// <param name="clients">Where the clients that stamp their writes are.</param>
    /// <param name="draft">The draft.</param>
    /// <param name="nextSequenceNumber">Number that the first operation of the group gets in the log.</param>
    /// <param name="last">The plan of the last group, whose memory this one takes over; null for the first.</param>
    public WritePlan(CollectionState state, ClientSequences clients, Draft draft, long nextSequenceNumber, WritePlan? last)
    {
        _state = state;
        _clients = clients;
        _draft = new DraftPlan(draft, state.Model);
        _nextRow = state.RowCount;
        _nextSequenceNumber = nextSequenceNumber;
        _nextOfClient = last?._nextOfClient ?? [];
        _stamped = last?._stamped ?? [];
        _willBeLive = last is { _willBeLive.Count: <= MaxKeptIds } ? last._willBeLive : [];
        _inRequest = last is { _inRequest.Count: <= MaxKeptIds } ? last._inRequest : [];
        _nextOfClient.Clear();
        _stamped.Clear();
        _willBeLive.Clear();
    }

    public List<WriteRequest> Accepted { get; } = [];

    /// <summary>Stamped writes that were carried out before, or are by an earlier request of this group: acknowledged with it.</summary>
    public List<WriteRequest> Repeated { get; } = [];

    /// <summary>
    /// Requests that were refused after others of this group were accepted, whose outcome the refusal may rest on: told of it when the
    /// group is committed and visible, because who knows that an id is stored must find it.
    /// </summary>
    public List<(WriteRequest Request, Exception Refusal)> Refused { get; } = [];

    public int Operations { get; private set; }

    public long RowCount => _nextRow;

    /// <summary>Accepts a request and gives it its rows, or refuses it.</summary>
    public void Add(WriteRequest request)
    {
        if (request.Write.Stamp is { } stamp && IsCarriedOut(request, stamp))
        {
            if (RepetitionOf(request, stamp) == Repetition.Different)
                request.Fail(OtherContent(request, stamp));
            else
                Repeated.Add(request);
            return;
        }
        if (request.Expected is { } expected && IsStale(request.Write, expected))
        {
            request.Fail(new StaleWriteException());
            return;
        }
        if ((GapBefore(request) ?? Refusal(request) ?? NotEncodable(request) ?? NotLearnable(request)) is { } refusal)
        {
            if (Accepted.Count == 0)
                request.Fail(refusal);
            else
                Refused.Add((request, refusal));
            return;
        }
        if (request.Write.Stamp is { } accepted)
        {
            _nextOfClient[accepted.ClientId] = accepted.SequenceNumber + request.Write.Count;
            _stamped[accepted with { Floor = null }] = (request.Write.Count, request.Write.Digest!.Value);
        }
        request.FirstRow = (uint)_nextRow;
        if (request.Write is StoreFrame store)
        {
            _nextRow += store.Count;
            for (int i = 0; i < store.Count; i++)
                _willBeLive[store.IdAt(i)] = true;
        }
        else if (request.Write is DeleteFrame delete)
        {
            for (int i = 0; i < delete.Count; i++)
                _willBeLive[delete.IdAt(i)] = false;
        }
        Operations += request.Write.Count;
        Accepted.Add(request);
    }

    private long NextOf(Guid client) => _nextOfClient.TryGetValue(client, out long next) ? next : _clients.NextOf(client);

    /// <summary>Do its numbers say that it was carried out before, or will be by an earlier request of this group?</summary>
    private bool IsCarriedOut(WriteRequest request, WriteStamp stamp) =>
        stamp.SequenceNumber + request.Write.Count <= NextOf(stamp.ClientId);

    private Repetition RepetitionOf(WriteRequest request, WriteStamp stamp)
    {
        (int Operations, uint Digest) sent = (request.Write.Count, request.Write.Digest!.Value);
        if (_stamped.TryGetValue(stamp with { Floor = null }, out (int Operations, uint Digest) planned))
            return planned == sent ? Repetition.Same : Repetition.Different;
        return stamp.SequenceNumber + sent.Operations > _clients.NextOf(stamp.ClientId)
            ? Repetition.Different
            : _clients.Compare(stamp, sent.Operations, sent.Digest);
    }

    private static HashDbException OtherContent(WriteRequest request, WriteStamp stamp) => new(
        HashDbErrorCode.StampReused,
        $"The write of {request.Write.Count} with sequence number {stamp.SequenceNumber} of client {stamp.ClientId} is not the one that "
        + "was carried out under these numbers. Nothing of it was kept. A client id is for one sequence of writes: take another for "
        + "these.");

    /// <summary>
    /// A write that was encoded before the generation was switched is encoded again: codes of two models are never mixed.
    /// Happens to the few requests that were on their way at that moment.
    /// </summary>
    private Exception? NotEncodable(WriteRequest request)
    {
        if (request.EncodedWith is not { } model || model == _state.Fingerprint)
            return null;
        try
        {
            request.EncodeWith(_state.Model, _state.Fingerprint);
            return null;
        }
        catch (Exception exception) when (exception is ArgumentException or HashDbException)
        {
            return exception;
        }
    }

    /// <summary>Asked last, because the plan of the draft remembers what it has accepted.</summary>
    private Exception? NotLearnable(WriteRequest request) =>
        request.Write is LearnFrame or DiscardDraftFrame ? _draft.Add(request) : null;

    private HashDbException? GapBefore(WriteRequest request)
    {
        if (request.Write.Stamp is not { } stamp)
            return null;
        long next = NextOf(stamp.ClientId);
        if (stamp.SequenceNumber != next)
        {
            string forgotten = next == 0
                ? $" Nothing is known of this client: it has not written, or more than {StorageLimits.MaxRememberedClients} others have "
                    + "since."
                : "";
            return new HashDbException(
                HashDbErrorCode.WriteGap,
                $"A write of {request.Write.Count} with sequence number {stamp.SequenceNumber} does not follow what client "
                + $"{stamp.ClientId} has written: its next number is {next}. Nothing of it was kept.{forgotten}");
        }
        return next == 0 ? NotNew(stamp) : null;
    }

    /// <summary>A client that is not known is new only where it cannot be one that was forgotten.</summary>
    private HashDbException? NotNew(WriteStamp stamp)
    {
        string? reason = null;
        if (stamp.Floor > _nextSequenceNumber)
        {
            reason = $"its floor {stamp.Floor} is beyond the {_nextSequenceNumber - 1} operations of this collection, which is another or "
                + "was restored from a backup";
        }
        else if (_clients.MayBeForgotten(stamp.Floor))
        {
            reason = (stamp.Floor is { } floor ? $"its floor is {floor}, and clients" : "it has no floor, and clients")
                + $" that wrote up to operation {_clients.ForgottenThrough} are forgotten, so it may have written before (the last "
                + $"{StorageLimits.MaxRememberedClients} are remembered)";
        }
        return reason is null
            ? null
            : new HashDbException(
                HashDbErrorCode.WriteGap,
                $"Nothing is known of client {stamp.ClientId}: {reason}. Nothing of the write was kept. If the client has never sent "
                + "it, register a fresh id (Register, RegisterAsync) and send it under that, with the floor.");
    }

    private HashDbException? Refusal(WriteRequest request)
    {
        if (request.Write is not StoreFrame write)
            return null;
        if (_nextRow + write.Count > StorageLimits.MaxRowCount)
        {
            return new HashDbException(
                HashDbErrorCode.LimitExceeded,
                $"{write.Count} more rows would pass the limit of {StorageLimits.MaxRowCount} rows (dead ones "
                + $"included; {_nextRow} are taken). Compact the collection or begin another.");
        }
        if (KeyCollisions.Find(_state.Records, write) is { } collision)
            return collision;
        if (write.Operation != LoggedOperation.Insert)
            return null;
        _inRequest.Clear();
        for (int i = 0; i < write.Count; i++)
        {
            VectorId id = write.IdAt(i);
            if (IsLive(id))
                return new HashDbException(
                    HashDbErrorCode.DuplicateId,
                    $"Id {id} is stored already. Nothing of this write of {write.Count} was kept; use upsert to replace.");
            if (!_inRequest.Add(id))
                return new HashDbException(
                    HashDbErrorCode.DuplicateId, $"Id {id} stands twice in one write of {write.Count}. Nothing of it was kept.");
        }
        return null;
    }

    private bool IsStale(LogFrame write, long[] expected)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            VectorId id = write is StoreFrame store ? store.IdAt(i) : ((DeleteFrame)write).IdAt(i);
            bool isSame = !_willBeLive.ContainsKey(id)
                && _state.Records.Ids.TryGet(id, out uint row)
                && !_state.Records.Dead.IsDead(row)
                && _state.Records.MetadataOf(row).SequenceNumber == expected[i];
            if (!isSame)
                return true;
        }
        return false;
    }

    private bool IsLive(VectorId id) => _willBeLive.TryGetValue(id, out bool live)
        ? live
        : _state.Records.Ids.TryGet(id, out uint row) && !_state.Records.Dead.IsDead(row);
}
