// A database and the two ways to it: TCP for clients, HTTP for health and metrics. Kestrel carries both.
//
// Order of the end: no new connections, requests in flight end, connections close, then the database finishes its writes, takes
// a checkpoint and closes. So whatever was acknowledged is in a checkpoint, and the next start replays nothing.
using System.Diagnostics;
using System.Net;
using HashDb.Server.Internal;
using HashDb.Server.Internal.Access;
using HashDb.Server.Internal.Connections;
using HashDb.Server.Internal.Hosting;
using HashDb.Server.Internal.Telemetry;
using HashDb.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace HashDb.Server;

/// <summary>A running server. Disposing of it stops it gracefully.</summary>
public sealed class HashDbServer : IAsyncDisposable
{
    private readonly ServerContext _context;
    private readonly ConnectionRegistry _connections;
    private readonly TlsSettings? _tls;
    private readonly TelemetryExport _export;
    private readonly ServerHealth _health;
    private readonly DatabaseWatch _watch;
    private readonly SemaphoreSlim _stop = new(1);
    private WebApplication? _application;
    private bool _isStopped;

    private HashDbServer(ServerContext context, TlsSettings? tls)
    {
        _context = context;
        _tls = tls;
        _connections = new ConnectionRegistry(context);
        _watch = new DatabaseWatch(context.Database, context.Logger);
        _health = new ServerHealth(_watch);
        _export = TelemetryExport.Start(context.Metrics.Meter, isScraped: context.Options.HttpEndPoint is not null);
        context.Metrics.Observe(() => _connections.Count, context.Memory, context.Database);
    }

    /// <summary>Where clients connect to, with the port that was taken.</summary>
    public IPEndPoint EndPoint { get; private set; } = new(IPAddress.None, 0);

    /// <summary>Where health and metrics are, with the port that was taken; null when off.</summary>
    public IPEndPoint? HttpEndPoint { get; private set; }

    internal ServerContext Context => _context;

    /// <summary>Opens the database and listens.</summary>
    /// <param name="options">How the server runs.</param>
    /// <param name="loggerFactory">Where it logs; nowhere when null.</param>
    /// <param name="cancellationToken">Gives up starting.</param>
    /// <returns>The server, which answers from now on.</returns>
    /// <exception cref="ArgumentException">
    /// An option is outside its range, a file that one names cannot be used, or others could reach the server without TLS and a
    /// token.
    /// </exception>
    /// <exception cref="HashDbException">The database cannot be opened.</exception>
    /// <exception cref="IOException">The address cannot be listened on.</exception>
    public static async Task<HashDbServer> StartAsync(
        HashDbServerOptions options, ILoggerFactory? loggerFactory = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        loggerFactory = GuardedLoggerFactory.Of(loggerFactory);
        TokenTable tokens = TokenTable.Load(options.Tokens, options.TokenFile);
        TlsSettings? tls = TlsSettings.Load(options);
        HashDatabase database =
            await HashDatabase.OpenAsync(options.DataDirectory, options.Database, loggerFactory, cancellationToken).ConfigureAwait(false);
        ILogger logger = GuardedLoggerFactory.Of(loggerFactory).CreateLogger("HashDb.Server");
        try
        {
            options = DescriptorBudget.Fit(
                options, 2 * ServerHost.MaxHttpConnections, (most, limit) => Log.ConnectionsLowered(logger, most, limit));
        }
        catch
        {
            await database.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        var context = new ServerContext(options, database, tokens, new ServerMetrics(), logger);
        var server = new HashDbServer(context, tls);
        try
        {
            await server.ListenAsync(loggerFactory, cancellationToken).ConfigureAwait(false);
            return server;
        }
        catch
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Stops gracefully: requests in flight end, the database takes a checkpoint and closes.</summary>
    /// <param name="cancellationToken">Cuts the waiting for requests short; the database is closed properly all the same.</param>
    /// <exception cref="HashDbException">
    /// Everything is closed, but the folder of the database was removed or replaced while the server ran: what was written last is lost.
    /// </exception>
    public async Task StopAsync(CancellationToken cancellationToken = default)
    {
        await _stop.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            if (_isStopped)
                return;
            _isStopped = true;
            await StopOnceAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _stop.Release();
        }
    }

    /// <summary>As <see cref="StopAsync"/>, but tells of no lost folder.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await StopAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (HashDbException exception) when (ReferenceEquals(exception, _watch.Look()))
        {
            // It is in the log.
        }
    }

    private async Task ListenAsync(ILoggerFactory loggerFactory, CancellationToken cancellationToken)
    {
        _application = ServerHost.Build(_context, _connections, _tls, _health, _export.Metrics, loggerFactory);
        await _application.StartAsync(cancellationToken).ConfigureAwait(false);
        (EndPoint, HttpEndPoint) = ServerHost.BoundEndPoints(_application, _context.Options.HttpEndPoint is not null);
        _health.IsReady = true;
        Log.Started(_context.Logger, _context.Database.DirectoryPath, EndPoint, _tls is not null, _context.Tokens.Count, HttpEndPoint);
        if (_context.Options.Insecure && !IPAddress.IsLoopback(EndPoint.Address))
            Log.Insecure(_context.Logger, EndPoint);
    }

    private async Task StopOnceAsync(CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        _health.IsReady = false;
        HashDbException? lost;
        try
        {
            if (_application is not null)
            {
                Log.Draining(_context.Logger, _connections.Count, _context.Options.DrainTimeout);
                int late = await _connections.DrainAsync(_context.Options.DrainTimeout, cancellationToken).ConfigureAwait(false);
                if (late > 0)
                    Log.DrainTimedOut(_context.Logger, late);
                using var closing = new CancellationTokenSource(ServerHost.CloseTime);
                await _application.StopAsync(closing.Token).ConfigureAwait(false);
                await _application.DisposeAsync().ConfigureAwait(false);
            }
        }
        finally
        {
            _connections.Dispose();
            _context.LongReads.Dispose();
            _export.Dispose();
            lost = _watch.Look();
            _watch.Dispose();
            await _context.Database.DisposeAsync().ConfigureAwait(false);
            _context.Metrics.Dispose();
            _tls?.Dispose();
            Log.Stopped(_context.Logger, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        if (lost is not null)
            throw lost;
    }
}
