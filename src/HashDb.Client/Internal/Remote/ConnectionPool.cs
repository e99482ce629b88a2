// A few connections to one server. A call takes the one with the fewest requests on their way; another is opened only when
// those that are open have several each, and a broken one is replaced by the next call that needs it.
//
// Threading: the gate guards the list of places. One connection is opened at a time for each place; all calls that chose the
// place wait for the same attempt, which does not end with the first of them that gives up.
using HashDb.Protocol;
using HashDb.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace HashDb.Client.Internal.Remote;

internal sealed class ConnectionPool : IAsyncDisposable
{
    // With so many requests on their way on every open connection, opening another is worth its handshake.
    private const int LoadBeforeOpening = 4;

    private readonly HashDbConnectionOptions _options;
    private readonly ILogger _logger;
    private readonly Place[] _places;
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _gate = new();
    private int _maxFrameBytes = ProtocolLimits.MaxFrameBytes;
    private bool _isClosed;

    public ConnectionPool(ServerAddress address, HashDbConnectionOptions options, ILogger logger)
    {
        Address = address;
        _options = options;
        _logger = logger;
        _places = [.. Enumerable.Range(0, options.PoolSize).Select(_ => new Place())];
    }

    public ServerAddress Address { get; }

    /// <summary>Longest body that the server takes, as the last connection learned.</summary>
    public int MaxFrameBytes => Volatile.Read(ref _maxFrameBytes);

    public bool IsClosed => Volatile.Read(ref _isClosed);

    /// <summary>The connection that is least busy, opened when need be.</summary>
    /// <exception cref="HashDbException">It cannot be opened, or the client was closed.</exception>
    public async Task<Connection> GetAsync(CancellationToken cancellationToken)
    {
        Task<Connection> opening;
        lock (_gate)
        {
            ThrowIfClosed();
            Place place = _places.MinBy(static one => one.Load)!;
            if (place.Opened is { IsClosed: false } ready)
                return ready;
            opening = place.Opening is { IsCompleted: false } under ? under : place.Opening = OpenAsync(place);
        }
        return await opening.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public void ThrowIfClosed()
    {
        if (IsClosed)
            throw Closed();
    }

    public async ValueTask DisposeAsync()
    {
        List<Task> ending = [];
        lock (_gate)
        {
            if (_isClosed)
                return;
            Volatile.Write(ref _isClosed, true);
        }
        await _closing.CancelAsync().ConfigureAwait(false);
        foreach (Place place in _places)
        {
            if (place.Opening is { } opening)
                await ((Task)opening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (place.Opened is { } opened)
                ending.Add(opened.CloseAsync(Closed()));
        }
        await Task.WhenAll(ending).ConfigureAwait(false);
    }

    private HashDbException Closed() => new(HashDbErrorCode.Closed, $"The client of {Address} was closed.");

    private async Task<Connection> OpenAsync(Place place)
    {
        Connection connection;
        try
        {
            connection = await Connection.OpenAsync(Address, _options, _logger, _closing.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested)
        {
            throw Closed();
        }
        Volatile.Write(ref _maxFrameBytes, connection.MaxFrameBytes);
        place.Opened = connection;
        return connection;
    }

    /// <summary>A place for one connection. Opened is written by the task that opens, everything else under the gate.</summary>
    private sealed class Place
    {
        private volatile Connection? _opened;

        public Connection? Opened
        {
            get => _opened;
            set => _opened = value;
        }

        public Task<Connection>? Opening { get; set; }

        public int Load => Opened is { IsClosed: false } ready ? ready.InFlight : LoadBeforeOpening;
    }
}
