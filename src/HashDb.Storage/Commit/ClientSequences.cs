// What a collection remembers of the clients that stamp their writes: the next number each may use, the result of its last write, which is
// given again when that write is sent again, and digests of its last writes, so that only the same write counts as a repeat. Part of
// the manifest and of the log, so it survives whatever the writes survive. Bounded: when it is full, the client whose last write is
// oldest is forgotten.
//
// A forgotten client must not be taken for a new one, or its first write, sent again, would be carried out again. Nothing is kept of
// the forgotten ones but the number of the newest write that any of them made. A client that registers is told the number that the
// log is at, its floor: everything that it writes has a number at or above. So if its floor is above what is forgotten, it is not
// one of the forgotten; otherwise, and without a floor, nobody can say.
//
// Threading: changed by the commit loop (and by replay, before it) alone; asked there and by checkpoints between groups.
using System.Diagnostics.CodeAnalysis;

namespace HashDb.Storage.Commit;

/// <summary>What is remembered of one client.</summary>
/// <param name="Next">The sequence number that its next write must have.</param>
/// <param name="Affected">Items that its last write replaced or deleted.</param>
/// <param name="LastWrite">Log sequence number of its last write; the oldest is forgotten first.</param>
/// <param name="Recent">Its last writes.</param>
internal readonly record struct ClientPosition(long Next, int Affected, long LastWrite, RecentWrites Recent);

internal sealed class ClientSequences
{
    private readonly Dictionary<Guid, ClientPosition> _clients = [];

    /// <summary>Log sequence number of the newest write that a forgotten client made; 0 while none was forgotten.</summary>
    public long ForgottenThrough { get; private set; }

    public bool TryGet(Guid client, out ClientPosition position) => _clients.TryGetValue(client, out position);

    /// <summary>The number that the next write of a client must have; 0 for one that is not known.</summary>
    public long NextOf(Guid client) => _clients.TryGetValue(client, out ClientPosition position) ? position.Next : 0;

    /// <summary>Can a client that is not known be one that was forgotten?</summary>
    /// <param name="floor">What it was told when it registered; null when it did not.</param>
    public bool MayBeForgotten(long? floor) => ForgottenThrough > 0 && !(floor > ForgottenThrough);

    /// <summary>Compares a write, which ends at or below the client's next number, with what was carried out.</summary>
    public Repetition Compare(WriteStamp stamp, int operations, uint digest) =>
        _clients.TryGetValue(stamp.ClientId, out ClientPosition position)
            ? position.Recent.Compare(position.Next, stamp.SequenceNumber, operations, digest)
            : Repetition.Forgotten;

    /// <summary>Remembers a write that was carried out.</summary>
    /// <param name="stamp">Its stamp.</param>
    /// <param name="operations">Its operations.</param>
    /// <param name="affected">Its result.</param>
    /// <param name="logSequenceNumber">Number of its first operation in the log.</param>
    /// <param name="digest">Of its content; null when the log does not say.</param>
    public void Record(WriteStamp stamp, int operations, int affected, long logSequenceNumber, uint? digest)
    {
        if (!_clients.TryGetValue(stamp.ClientId, out ClientPosition before))
        {
            if (_clients.Count >= StorageLimits.MaxRememberedClients)
                ForgetOldest();
            before = new ClientPosition(stamp.SequenceNumber, 0, 0, new RecentWrites());
        }
        // Where a repair has stepped over writes, those before it do not lead up to this one.
        if (before.Next != stamp.SequenceNumber || digest is null)
            before.Recent.Clear();
        if (digest is { } known)
            before.Recent.Add(operations, known);
        _clients[stamp.ClientId] = new ClientPosition(stamp.SequenceNumber + operations, affected, logSequenceNumber, before.Recent);
    }

    /// <summary>All of them, the oldest first, for the manifest: a copy that later writes do not change.</summary>
    public IReadOnlyList<KeyValuePair<Guid, ClientPosition>> ToList() =>
    [
        .. _clients.OrderBy(client => client.Value.LastWrite).Select(client => KeyValuePair.Create(
            client.Key, client.Value with { Recent = client.Value.Recent.Copy() })),
    ];

    [SuppressMessage("Performance", "CA1859", Justification = "The manifest holds it as it was read.")]
    public static ClientSequences From(IReadOnlyList<KeyValuePair<Guid, ClientPosition>> clients, long forgottenThrough)
    {
        var sequences = new ClientSequences { ForgottenThrough = forgottenThrough };
        foreach ((Guid client, ClientPosition position) in clients)
            sequences._clients[client] = position with { Recent = position.Recent.Copy() };
        return sequences;
    }

    private void ForgetOldest()
    {
        (Guid oldest, ClientPosition position) = _clients.MinBy(client => client.Value.LastWrite);
        _clients.Remove(oldest);
        ForgottenThrough = Math.Max(ForgottenThrough, position.LastWrite);
    }
}
