using HashDb.Checks;
using HashDb.Storage.Files;
using HashDb.Storage.Maintenance;
using HashDb.Storage.Sketches;
using Microsoft.Extensions.Logging;

namespace HashDb.Storage;

/// <summary>A database: a folder of named collections, open in one process at a time. Safe to use from many threads.</summary>
public sealed class HashDatabase : HashDbConnection
{
    private readonly DatabaseOptions _options;
    private readonly DirectoryLock _lock;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Collection> _collections = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Task> _drops = new(StringComparer.OrdinalIgnoreCase);
    private readonly SemaphoreSlim _changes = new(1, 1);
    private readonly ScratchFolder? _scratch;
    private volatile bool _isClosed;

    private HashDatabase(string directory, DatabaseOptions options, DirectoryLock held, ILogger logger, ScratchFolder? scratch)
    {
        _scratch = scratch;
        DirectoryPath = directory;
        _options = options;
        _lock = held;
        _logger = logger;
    }

    /// <summary>The folder.</summary>
    public string DirectoryPath { get; }

    /// <summary>Names of the collections, in ordinal order.</summary>
    public IReadOnlyList<string> CollectionNames
    {
        get
        {
            lock (_gate)
                return [.. _collections.Keys.Order(StringComparer.Ordinal)];
        }
    }

    /// <summary>Opens a database, making one when the folder holds none and the options allow it.</summary>
    /// <param name="directory">Folder of the database.</param>
    /// <param name="options">How to open it; defaults when null.</param>
    /// <param name="loggerFactory">Where messages go; nowhere when null.</param>
    /// <param name="cancellationToken">Stops opening.</param>
    /// <exception cref="HashDbException">
    /// <see cref="HashDbErrorCode.DatabaseLocked"/>, <see cref="HashDbErrorCode.DatabaseNotFound"/>,
    /// <see cref="HashDbErrorCode.AccessDenied"/>, <see cref="HashDbErrorCode.DiskFull"/>.
    /// </exception>
    /// <exception cref="CorruptDataException">A file is damaged; names the place. Verify lists all, repair saves the rest.</exception>
    public static Task<HashDatabase> OpenAsync(
        string directory,
        DatabaseOptions? options = null,
        ILoggerFactory? loggerFactory = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        options ??= new DatabaseOptions();
        options.Validate();
        // Opening reads and checks files for as long as that takes: not on the caller's thread.
        return Task.Run(() => Open(Path.GetFullPath(directory), options, loggerFactory, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public override Task<IReadOnlyList<string>> ListCollectionsAsync(CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<IReadOnlyList<string>>(cancellationToken);
        return _isClosed ? Task.FromException<IReadOnlyList<string>>(Closed()) : Task.FromResult(CollectionNames);
    }

    /// <inheritdoc/>
    public override Task<HashDbCollection> GetCollectionAsync(string name, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<HashDbCollection>(cancellationToken);
        try
        {
            return Task.FromResult<HashDbCollection>(GetCollection(name));
        }
        catch (Exception exception) when (exception is HashDbException or ArgumentException)
        {
            return Task.FromException<HashDbCollection>(exception);
        }
    }

    /// <summary>A collection by name, at once.</summary>
    /// <exception cref="HashDbException"><see cref="HashDbErrorCode.CollectionNotFound"/>; names those there are.</exception>
    public Collection GetCollection(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (_isClosed)
            throw Closed();
        lock (_gate)
        {
            if (_collections.TryGetValue(name, out Collection? collection))
                return collection;
        }
        IReadOnlyList<string> names = CollectionNames;
        throw new HashDbException(
            HashDbErrorCode.CollectionNotFound,
            $"There is no collection '{name}' in {DirectoryPath}; "
            + $"{(names.Count == 0 ? "it has none" : "it has " + string.Join(", ", names))}.");
    }

    /// <inheritdoc/>
    public override async Task<HashDbCollection> CreateCollectionAsync(
        string name, CollectionOptions options, CancellationToken cancellationToken = default)
    {
        NameChecks.Check(name);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        CellsOfMetric.Check(options.Model, options.Metric, nameof(options));
        await EnterForAsync(name, cancellationToken).ConfigureAwait(false);
        try
        {
            lock (_gate)
            {
                // File systems differ in whether case matters, so two names may not differ in case alone.
                if (_collections.Keys.FirstOrDefault(
                    other => string.Equals(other, name, StringComparison.OrdinalIgnoreCase)) is { } existing)
                    throw new HashDbException(
                        HashDbErrorCode.CollectionExists, $"The collection '{existing}' exists already in {DirectoryPath}.");
                if (_collections.Count >= StorageLimits.MaxCollectionCount)
                    throw new HashDbException(
                        HashDbErrorCode.LimitExceeded, $"A database holds at most {StorageLimits.MaxCollectionCount} collections.");
            }
            return await Task.Run(() => Create(name, options, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (StorageFault.IsSystemFault(exception))
        {
            throw StorageFault.Wrap(exception, $"create the collection '{name}' in", DirectoryPath);
        }
        finally
        {
            _changes.Release();
        }
    }

    /// <inheritdoc/>
    /// <remarks>Other collections are made and dropped meanwhile; one of the same name is made when this one is gone.</remarks>
    public override async Task DropCollectionAsync(string name, CancellationToken cancellationToken = default)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Collection collection = await TakeOutAsync(name, ended.Task, cancellationToken).ConfigureAwait(false);
        try
        {
            await collection.CloseAsync(isDropped: true).ConfigureAwait(false);
            _lock.ThrowIfLost();
            DatabaseFolder.Drop(DirectoryPath, name, _options.FaultPoints);
        }
        catch (Exception exception) when (StorageFault.IsSystemFault(exception))
        {
            throw StorageFault.Wrap(exception, $"drop the collection '{name}' in", DirectoryPath);
        }
        finally
        {
            lock (_gate)
                _drops.Remove(name);
            ended.SetResult();
        }
    }

    /// <inheritdoc/>
    /// <remarks>Collections that are dropped meanwhile are passed over.</remarks>
    public override async Task CheckpointAsync(CancellationToken cancellationToken = default)
    {
        if (_isClosed)
            throw Closed();
        ThrowIfReadOnly();
        foreach (Collection collection in Snapshot())
        {
            try
            {
                await collection.Maintenance.CheckpointAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (HashDbException exception) when (exception.Code == HashDbErrorCode.Closed && !Snapshot().Contains(collection))
            {
                // Dropped since the list was made.
            }
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Each collection is copied as it was at one moment after the call began; the copy appears under its name only when it is
    /// complete and flushed.
    /// </remarks>
    public override async Task BackupAsync(string targetDirectory, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(targetDirectory);
        await EnterAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            await DatabaseBackup.RunAsync(
                DirectoryPath, Snapshot(), targetDirectory, _options.BackupRoot, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _changes.Release();
        }
    }

    /// <summary>
    /// Compares the folder with what is open. When it was removed, renamed or replaced, no collection takes writes any more: they would be
    /// acknowledged and be nowhere. One call of the system; a checkpoint does the same.
    /// </summary>
    /// <exception cref="HashDbException">
    /// <see cref="HashDbErrorCode.DatabaseLocked"/>: the folder is another one, or gone; <see cref="HashDbErrorCode.Closed"/>.
    /// </exception>
    public void ThrowIfFolderLost()
    {
        if (_isClosed)
            throw Closed();
        if (_lock.IsHeld)
            return;
        foreach (Collection collection in Snapshot())
            collection.Core.TryKeepLock();
        _lock.ThrowIfLost();
    }

    /// <summary>
    /// Reads every byte of a database that nobody has open for writing, and lists all damage. It changes nothing, on read-only media as
    /// anywhere.
    /// </summary>
    /// <param name="directory">Folder of the database.</param>
    /// <param name="collection">One collection, or null for all.</param>
    /// <param name="loggerFactory">Where messages go; nowhere when null.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    public static Task<VerificationReport> VerifyAsync(
        string directory, string? collection = null, ILoggerFactory? loggerFactory = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        return Task.Run(() => DatabaseVerifier.Run(Path.GetFullPath(directory), collection, cancellationToken), cancellationToken);
    }

    /// <summary>
    /// Makes a damaged database that is not open usable again: restores what can be restored, takes out of service what
    /// cannot, and names it.
    /// </summary>
    /// <inheritdoc cref="VerifyAsync" path="/param"/>
    public static Task<RepairReport> RepairAsync(
        string directory, string? collection = null, ILoggerFactory? loggerFactory = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(directory);
        return Task.Run(
            () => DatabaseRepair.RunAsync(Path.GetFullPath(directory), collection, LoggerOf(loggerFactory), cancellationToken),
            cancellationToken);
    }

    /// <summary>Finishes queued writes, takes a last checkpoint and closes every file.</summary>
    public override async ValueTask DisposeAsync()
    {
        await _changes.WaitAsync().ConfigureAwait(false);
        try
        {
            if (_isClosed)
                return;
            _isClosed = true;
            // All of them, whatever one meets: as long as one is open it may acknowledge writes, and the lock must be held.
            var closings = new List<Task>();
            foreach (Collection collection in Snapshot())
            {
                Task closing = collection.CloseAsync();
                await closing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                closings.Add(closing);
            }
            lock (_gate)
                closings.AddRange(_drops.Values);
            await Task.WhenAll(closings).ConfigureAwait(false);
        }
        finally
        {
            _scratch?.Dispose();
            _lock.Dispose();
            _changes.Release();
        }
    }

    private static async Task<HashDatabase> Open(
        string directory, DatabaseOptions options, ILoggerFactory? loggerFactory, CancellationToken cancellationToken)
    {
        ILogger logger = LoggerOf(loggerFactory);
        DatabaseFolder.Prepare(directory, options.CreateIfMissing && !options.ReadOnly);
        HashDatabase database = options.ReadOnly
            ? BeginReadOnly(directory, options, logger)
            : new HashDatabase(directory, options, DirectoryLock.Take(directory), logger, null);
        try
        {
            DatabaseFolder.CheckIdentity(directory, mayCreate: !options.ReadOnly);
            if (!options.ReadOnly)
                DatabaseFolder.DeleteLeftovers(directory);
            foreach (string name in DatabaseFolder.CollectionNames(directory))
                database._collections.Add(name, database.OpenCollection(name, cancellationToken));
            return database;
        }
        catch (Exception exception)
        {
            await database.DisposeAsync().ConfigureAwait(false);
            if (StorageFault.IsSystemFault(exception))
                throw StorageFault.Wrap(exception, "open the database", directory);
            throw;
        }
    }

    private static HashDatabase BeginReadOnly(string directory, DatabaseOptions options, ILogger logger)
    {
        DirectoryLock held = DirectoryLock.TakeShared(directory);
        try
        {
            // The collections do nothing by themselves, and what does not fit into memory goes where it may.
            return new HashDatabase(
                directory, options with { AutomaticCells = false, PublishPolicy = null }, held, logger, ScratchFolder.Create());
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    private void ThrowIfReadOnly()
    {
        if (_options.ReadOnly)
            throw ReadOnlyRefusal.Of(DirectoryPath);
    }

    private Collection OpenCollection(string name, CancellationToken cancellationToken)
    {
        var files = new CollectionFiles(DatabaseFolder.CollectionPath(DirectoryPath, name)) { ScratchDirectory = _scratch?.Path };
        CollectionCore core = CollectionOpener.Open(name, files, _options, _logger, null, cancellationToken);
        core.Lock = _lock;
        return new Collection(core);
    }

    private Collection Create(string name, CollectionOptions options, CancellationToken cancellationToken)
    {
        DatabaseFolder.Create(
            DirectoryPath, name, _options.FaultPoints, files => CollectionOpener.Create(files, options, _options.FaultPoints));
        Collection collection = OpenCollection(name, cancellationToken);
        lock (_gate)
            _collections.Add(name, collection);
        return collection;
    }

    /// <summary>Nobody finds the collection or reads from it from here on, and its name is not free before the drop has ended.</summary>
    private async Task<Collection> TakeOutAsync(string name, Task ended, CancellationToken cancellationToken)
    {
        await EnterAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            Collection collection = GetCollection(name);
            collection.Core.Live.RefuseReaders();
            lock (_gate)
            {
                _collections.Remove(name);
                _drops.Add(name, ended);
            }
            return collection;
        }
        finally
        {
            _changes.Release();
        }
    }

    /// <summary>Enters when no collection of the name is being dropped.</summary>
    private async Task EnterForAsync(string name, CancellationToken cancellationToken)
    {
        while (true)
        {
            await EnterAsync(cancellationToken).ConfigureAwait(false);
            Task? drop;
            lock (_gate)
                drop = _drops.GetValueOrDefault(name);
            if (drop is null)
                return;
            _changes.Release();
            await drop.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task EnterAsync(CancellationToken cancellationToken)
    {
        await _changes.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_isClosed)
                throw Closed();
            ThrowIfReadOnly();
            _lock.ThrowIfLost();
        }
        catch
        {
            _changes.Release();
            throw;
        }
    }

    private HashDbException Closed() => new(HashDbErrorCode.Closed, $"The database {DirectoryPath} is closed.");

    private List<Collection> Snapshot()
    {
        lock (_gate)
            return [.. _collections.Values];
    }

    private static ILogger LoggerOf(ILoggerFactory? factory) => GuardedLoggerFactory.Of(factory).CreateLogger("HashDb.Storage");
}
