// What a collection remembers of the clients that stamp their writes: the next number each may use, and the result of its last
// write, which is given again when that write is sent again. Part of the manifest and of the log, so it survives whatever the
// writes survive. Bounded: when it is full, the client whose last write is oldest is forgotten.
//
// Threading: changed by the commit loop (and by replay, before it) alone; asked there and by checkpoints between groups.
using System.Diagnostics.CodeAnalysis;

namespace HashDb.Storage.Commit;

/// <summary>What is remembered of one client.</summary>
/// <param name="Next">The sequence number that its next write must have.</param>
/// <param name="Affected">Items that its last write replaced or deleted.</param>
/// <param name="LastWrite">Log sequence number of its last write; the oldest is forgotten first.</param>
internal readonly record struct ClientPosition(long Next, int Affected, long LastWrite);

internal sealed class ClientSequences
{
    private readonly Dictionary<Guid, ClientPosition> _clients = [];

    public bool TryGet(Guid client, out ClientPosition position) => _clients.TryGetValue(client, out position);

    /// <summary>The number that the next write of a client must have; 0 for one that is not known.</summary>
    public long NextOf(Guid client) => _clients.TryGetValue(client, out ClientPosition position) ? position.Next : 0;

    /// <summary>Remembers a write that was carried out.</summary>
    public void Record(WriteStamp stamp, int operations, int affected, long logSequenceNumber)
    {
        if (!_clients.ContainsKey(stamp.ClientId) && _clients.Count >= StorageLimits.MaxRememberedClients)
            _clients.Remove(_clients.MinBy(client => client.Value.LastWrite).Key);
        _clients[stamp.ClientId] = new ClientPosition(stamp.SequenceNumber + operations, affected, logSequenceNumber);
    }

    /// <summary>All of them, the oldest first, for the manifest.</summary>
    public IReadOnlyList<KeyValuePair<Guid, ClientPosition>> ToList() => [.. _clients.OrderBy(client => client.Value.LastWrite)];

    [SuppressMessage("Performance", "CA1859", Justification = "The manifest holds it as it was read.")]
    public static ClientSequences From(IReadOnlyList<KeyValuePair<Guid, ClientPosition>> clients)
    {
        var sequences = new ClientSequences();
        foreach ((Guid client, ClientPosition position) in clients)
            sequences._clients[client] = position;
        return sequences;
    }
}
