// The contract, kept by an engine in this process.
//
// Where work runs. Waiting (log, checkpoint, backup) is asynchronous in the engine already. Reads of one query cost
// microseconds to a few milliseconds of processor time, about as much as handing them to another thread would, so they run
// where they are called and return a completed task. Work that uses all cores or grows with the collection (batch searches,
// statistics, largest buckets) goes to the thread pool, so that an event loop or a user interface that calls it stays alive.
using System.Diagnostics;
using HashDb.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HashDb.Client.Internal;

internal sealed class EmbeddedClient : HashDbConnection
{
    private readonly HashDatabase _database;
    private readonly ILogger _logger;
    private int _disposed;

    private EmbeddedClient(HashDatabase database, ILogger logger)
    {
        _database = database;
        _logger = logger;
    }

    public static async Task<EmbeddedClient> OpenAsync(string path, HashDbClientOptions options, CancellationToken cancellationToken)
    {
        ILogger logger = options.LoggerFactory?.CreateLogger("HashDb.Client") ?? NullLogger.Instance;
        long start = Stopwatch.GetTimestamp();
        try
        {
            HashDatabase database = await Telemetry.MeasureAsync(
                "open", null, () => HashDatabase.OpenAsync(
                    path, options.Database, options.LoggerFactory, cancellationToken)).ConfigureAwait(false);
            Log.Opened(logger, database.DirectoryPath, database.CollectionNames.Count, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            return new EmbeddedClient(database, logger);
        }
        catch (HashDbException error)
        {
            Log.OpenFailed(logger, path, error);
            throw;
        }
    }

    public override Task<IReadOnlyList<string>> ListCollectionsAsync(CancellationToken cancellationToken = default) =>
        Telemetry.MeasureAsync("list_collections", null, () =>
        {
            ThrowIfClosed();
            cancellationToken.ThrowIfCancellationRequested();
            return Task.FromResult<IReadOnlyList<string>>([.. _database.CollectionNames.Order(StringComparer.Ordinal)]);
        });

    public override Task<HashDbCollection> CreateCollectionAsync(
        string name, CollectionOptions options, CancellationToken cancellationToken = default) =>
        Telemetry.MeasureAsync<HashDbCollection>("create_collection", name, async () =>
        {
            ArgumentNullException.ThrowIfNull(name);
            ArgumentNullException.ThrowIfNull(options);
            ThrowIfClosed();
            Collection collection = await _database.CreateCollectionAsync(name, options, cancellationToken).ConfigureAwait(false);
            CollectionDescription made = collection.Description;
            Log.CollectionCreated(_logger, name, made.Dimensions, made.BitCount, made.TableCount, made.ModelKind);
            return new EmbeddedCollection(this, collection, _logger);
        });

    public override Task<HashDbCollection> GetCollectionAsync(string name, CancellationToken cancellationToken = default) =>
        Telemetry.MeasureAsync("get_collection", name, () =>
        {
            ArgumentNullException.ThrowIfNull(name);
            ThrowIfClosed();
            cancellationToken.ThrowIfCancellationRequested();
            return Task.FromResult<HashDbCollection>(new EmbeddedCollection(this, _database.GetCollection(name), _logger));
        });

    public override Task DropCollectionAsync(string name, CancellationToken cancellationToken = default) =>
        Telemetry.MeasureAsync("drop_collection", name, async () =>
        {
            ArgumentNullException.ThrowIfNull(name);
            ThrowIfClosed();
            await _database.DropCollectionAsync(name, cancellationToken).ConfigureAwait(false);
            Log.CollectionDropped(_logger, name);
        });

    public override Task CheckpointAsync(CancellationToken cancellationToken = default) =>
        Telemetry.MeasureAsync("checkpoint", null, () =>
        {
            ThrowIfClosed();
            return _database.CheckpointAsync(cancellationToken);
        });

    public override Task BackupAsync(string targetDirectory, CancellationToken cancellationToken = default) =>
        Telemetry.MeasureAsync("backup", null, async () =>
        {
            ArgumentException.ThrowIfNullOrWhiteSpace(targetDirectory);
            ThrowIfClosed();
            await _database.BackupAsync(targetDirectory, cancellationToken).ConfigureAwait(false);
            Log.BackedUp(_logger, _database.DirectoryPath, targetDirectory);
        });

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await _database.DisposeAsync().ConfigureAwait(false);
        Log.Closed(_logger, _database.DirectoryPath);
    }

    /// <summary>Refuses a call after the client was disposed.</summary>
    internal void ThrowIfClosed()
    {
        if (Volatile.Read(ref _disposed) != 0)
            throw new HashDbException(HashDbErrorCode.Closed, $"The database {_database.DirectoryPath} was closed.");
    }
}
