// Notices that the folder of the database has gone from under the server: removed, renamed, or its volume taken away. Files that are open
// can still be read and written then, so nothing else would show it, and what is acknowledged would be in no folder.
//
// Invariant: the first fault stays. Threading: any thread; one timer.
using HashDb.Storage;
using Microsoft.Extensions.Logging;

namespace HashDb.Server.Internal.Hosting;

internal sealed class DatabaseWatch : IDisposable
{
    /// <summary>Writes are acknowledged for a second at most after the folder has gone; a look is one call of the system.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly HashDatabase _database;
    private readonly ILogger _logger;
    private readonly Timer _timer;
    private HashDbException? _fault;

    public DatabaseWatch(HashDatabase database, ILogger logger)
    {
        _database = database;
        _logger = logger;
        _timer = new Timer(static self => ((DatabaseWatch)self!).Look(), this, Interval, Interval);
    }

    /// <summary>Looks now.</summary>
    /// <returns>What is wrong, now or since an earlier look; null when nothing is.</returns>
    public HashDbException? Look()
    {
        if (Volatile.Read(ref _fault) is { } known)
            return known;
        try
        {
            _database.ThrowIfFolderLost();
            return null;
        }
        catch (HashDbException exception) when (exception.Code == HashDbErrorCode.Closed)
        {
            // The server is stopping.
            return null;
        }
        catch (HashDbException exception)
        {
            if (Interlocked.CompareExchange(ref _fault, exception, null) is { } first)
                return first;
            Log.DatabaseLost(_logger, exception);
            return exception;
        }
    }

    public void Dispose() => _timer.Dispose();
}
