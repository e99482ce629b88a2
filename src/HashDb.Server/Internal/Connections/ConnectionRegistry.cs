// All open connections: their number, the watch over their time-outs, and their end when the server stops.
//
// Threading: any thread. The watch is one timer for all connections.
using System.Collections.Concurrent;
using HashDb.Server.Internal.Requests;

namespace HashDb.Server.Internal.Connections;

internal sealed class ConnectionRegistry : IDisposable
{
    /// <summary>
    /// A time-out is noticed at most this much late: a quarter of a second is little against the shortest that makes sense.
    /// </summary>
    private static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<ClientConnection, bool> _connections = new();
    private readonly Timer _watch;
    private readonly ReadScheduler _reads;
    private readonly RequestMemory _memory;
    private volatile bool _isDraining;

    public ConnectionRegistry(ServerContext server)
    {
        Places = new ConnectionPlaces(server.Options.MaxConnections, server.Options.MaxConnectionsPerAddress);
        _reads = server.Reads;
        _memory = server.Memory;
        _watch = new Timer(static self => ((ConnectionRegistry)self!).CheckTimes(), this, WatchInterval, WatchInterval);
    }

    /// <summary>Connections that are open, the ones whose TLS handshake is not over included.</summary>
    public int Count => Places.Count;

    public ConnectionPlaces Places { get; }

    public void Add(ClientConnection connection)
    {
        _connections.TryAdd(connection, true);
        if (_isDraining)
            connection.Close(ConnectionClosing.Drain);
    }

    public void Remove(ClientConnection connection) => _connections.TryRemove(connection, out _);

    /// <summary>Lets every connection end its requests, then aborts those that have not.</summary>
    /// <returns>How many had to be aborted.</returns>
    public async Task<int> DrainAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        _isDraining = true;
        foreach (ClientConnection connection in _connections.Keys)
            connection.Close(ConnectionClosing.Drain);
        await WaitUntilEmptyAsync(timeout, cancellationToken).ConfigureAwait(false);
        ClientConnection[] late = [.. _connections.Keys];
        foreach (ClientConnection connection in late)
            connection.Abort("The server has stopped.");
        return late.Length;
    }

    public void Dispose() => _watch.Dispose();

    private async Task WaitUntilEmptyAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        long end = Environment.TickCount64 + (long)timeout.TotalMilliseconds;
        while (!_connections.IsEmpty && Environment.TickCount64 < end && !cancellationToken.IsCancellationRequested)
            await Task.Delay(10, CancellationToken.None).ConfigureAwait(false);
    }

    private void CheckTimes()
    {
        long now = Environment.TickCount64;
        foreach ((ClientConnection connection, _) in _connections)
            connection.CheckTimes(now);
        _reads.Relieve();
        _memory.Relieve(now);
    }
}
