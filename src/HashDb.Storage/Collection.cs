using System.Diagnostics;
using HashDb.Checks;
using HashDb.Models;
using HashDb.Storage.Checkpoints;
using HashDb.Storage.Commit;
using HashDb.Storage.FieldIndexes;
using HashDb.Storage.Files;
using HashDb.Storage.Generations;
using HashDb.Storage.Intake;
using HashDb.Storage.Learning;
using HashDb.Storage.Log;
using HashDb.Storage.Maintenance;
using HashDb.Storage.Records;
using HashDb.Storage.Snapshot;

namespace HashDb.Storage;

/// <summary>
/// Vectors of one length, hashed by one model, compared by one metric, in a database of this process. Safe to use from many
/// threads; reads never wait for writes to be durable, and those of an id only for the moment in which a write of it becomes visible.
/// </summary>
/// <remarks>
/// Where work runs: waiting (log, checkpoint, backup) is asynchronous. Reads of one query cost microseconds to a few
/// milliseconds of processor time, about as much as handing them to another thread would, so they run where they are called and
/// return a completed task. Work that uses all cores or grows with the collection (batches of queries, largest buckets) goes to the
/// thread pool, so that an event loop or a user interface that calls it stays alive.
/// </remarks>
public sealed partial class Collection : HashDbCollection
{
    private readonly CollectionCore _core;
    private readonly CommitLoop _commits;
    private readonly Checkpointer _checkpointer;
    private readonly GenerationManager _generations;
    private readonly DraftPublisher _publisher;
    private readonly AutomaticCells _cells;
    private readonly ConditionalWrites _conditional;
    private readonly FieldIndexer _indexer;
    private readonly IndexCatalog _indexes;
    private readonly CollectionLearning _learning;
    private readonly CollectionMaintenance _maintenance;
    private bool _isClosed;

    internal Collection(CollectionCore core)
    {
        _core = core;
        _commits = new CommitLoop(core, AfterGroup);
        _checkpointer = new Checkpointer(core, _commits);
        _indexer = new FieldIndexer(core);
        _indexes = new IndexCatalog(core, _checkpointer, _indexer);
        _generations = new GenerationManager(core, _commits, _checkpointer, _indexer.Look);
        _maintenance = new CollectionMaintenance(core, _checkpointer, _generations);
        _learning = new CollectionLearning(core, _commits, _maintenance);
        _publisher = new DraftPublisher(core, _learning.PublishIfWantedAsync);
        _cells = new AutomaticCells(core, _generations);
        _conditional = new ConditionalWrites(core, _commits);
        _cells.Look();
        _indexer.Look();
    }

    /// <inheritdoc/>
    public override string Name => _core.Name;

    /// <inheritdoc/>
    public override int Dimensions => _core.Commit.Manifest.Dimensions;

    /// <inheritdoc/>
    public override DistanceMetric Metric => _core.Commit.Manifest.Metric;

    /// <inheritdoc/>
    public override KeyKind Keys => _core.Commit.Manifest.Keys;

    /// <inheritdoc/>
    public override HashDbLearning Learning => _learning;

    /// <inheritdoc/>
    public override HashDbMaintenance Maintenance => _maintenance;

    /// <summary>Time since the last checkpoint, or since the collection was opened when there was none yet.</summary>
    public TimeSpan CheckpointAge => Stopwatch.GetElapsedTime(_core.Commit.CheckpointTimestamp);

    internal CollectionCore Core => _core;

    /// <summary>The model that encodes its vectors now; a change of generation puts another in its place.</summary>
    internal IHashModel Model => _core.Live.State.Model;

    /// <summary>What is fixed for the collection, and the model that it serves with now.</summary>
    internal CollectionDescription Description
    {
        get
        {
            CollectionState state = _core.Live.State;
            return new CollectionDescription(
                Name, Dimensions, Metric, state.Model.Kind, state.Model.BitCount, state.Model.TableCount, state.Fingerprint)
            {
                Keys = Keys,
            };
        }
    }

    /// <inheritdoc/>
    public override Task<CollectionDescription> DescribeAsync(CancellationToken cancellationToken = default) =>
        RunHere(() => Description, cancellationToken);

    /// <inheritdoc/>
    public override async Task InsertAsync(
        RecordBatch batch, WriteStamp? stamp = null, CancellationToken cancellationToken = default) =>
        await StoreAsync(LoggedOperation.Insert, batch, stamp, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public override async Task<int> UpsertAsync(
        RecordBatch batch, WriteStamp? stamp = null, CancellationToken cancellationToken = default) =>
        await StoreAsync(LoggedOperation.Upsert, batch, stamp, cancellationToken).ConfigureAwait(false);

    /// <inheritdoc/>
    public override async Task<int> DeleteAsync(
        IReadOnlyList<VectorId> ids, WriteStamp? stamp = null, CancellationToken cancellationToken = default)
    {
        RecordChecks.CheckBatch(ids, nameof(ids));
        RecordChecks.CheckStamp(stamp, ids.Count);
        ThrowIfClosed();
        _core.Health.ThrowIfReadOnly();
        return ids.Count == 0
            ? 0
            : await _commits.WriteAsync(DeleteFrame.Create(ids, stamp), null, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override Task<long> GetNextSequenceNumberAsync(Guid clientId, CancellationToken cancellationToken = default) =>
        _commits.RunBetweenGroupsAsync(
            () =>
            {
                if (!_core.Health.IsReadOnly)
                    _core.Health.ThrowIfPoisoned();
                return _core.Commit.Clients.NextOf(clientId);
            },
            cancellationToken);

    /// <inheritdoc/>
    public override Task<ClientRegistration> RegisterAsync(Guid clientId, CancellationToken cancellationToken = default)
    {
        RecordChecks.CheckClientId(clientId, nameof(clientId));
        return _commits.RegisterAsync(clientId, cancellationToken);
    }

    /// <inheritdoc/>
    public override async Task<long> DeleteAsync(Filter filter, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ThrowIfClosed();
        _core.Health.ThrowIfReadOnly();
        return await Task.Run(() => _conditional.DeleteAsync(filter, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async Task<bool> UpdateFieldsAsync(VectorId id, RecordFields fields, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(fields);
        ThrowIfClosed();
        _core.Health.ThrowIfReadOnly();
        return await _conditional.UpdateFieldsAsync(id, fields, cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async Task<bool> CreateIndexAsync(string field, CancellationToken cancellationToken = default)
    {
        ThrowIfClosed();
        _core.Health.ThrowIfReadOnly();
        return await Task.Run(() => _indexes.CreateAsync(field, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override async Task<bool> DropIndexAsync(string field, CancellationToken cancellationToken = default)
    {
        ThrowIfClosed();
        _core.Health.ThrowIfReadOnly();
        return await Task.Run(() => _indexes.DropAsync(field, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public override Task<IReadOnlyList<IndexStatistics>> ListIndexesAsync(CancellationToken cancellationToken = default) =>
        RunHere(_indexes.List, cancellationToken);

    /// <summary>Takes a checkpoint even when nothing was written since the last.</summary>
    internal Task CheckpointAnywayAsync(CancellationToken cancellationToken) =>
        Task.Run(() => _checkpointer.CheckpointAsync(force: true, cancellationToken), cancellationToken);

    /// <summary>Copies the collection, as of a checkpoint taken now, into a new folder.</summary>
    internal Task BackupAsync(string targetDirectory, CancellationToken cancellationToken) =>
        Task.Run(() => CollectionBackup.RunAsync(_core, _checkpointer, targetDirectory, cancellationToken), cancellationToken);

    /// <summary>
    /// Refuses reads and writes from now on, finishes those under way, takes a last checkpoint, closes the files and cuts them to their
    /// used length.
    /// </summary>
    /// <param name="isDropped">The files are deleted next: neither a checkpoint nor a cut is worth anything.</param>
    internal async Task CloseAsync(bool isDropped = false)
    {
        if (_isClosed)
            return;
        _isClosed = true;
        _core.Live.RefuseReaders();
        await _indexer.CloseAsync().ConfigureAwait(false);
        await _cells.CloseAsync().ConfigureAwait(false);
        await _generations.CloseAsync().ConfigureAwait(false);
        await _publisher.CloseAsync().ConfigureAwait(false);
        await _checkpointer.BackgroundWork.ConfigureAwait(false);
        // A checkpoint or backup under way is waited for; none may touch the files once they are closed.
        using IDisposable gate = await _checkpointer.EnterAsync(CancellationToken.None).ConfigureAwait(false);
        _checkpointer.Close();
        if (_core.Health.Poison is null && !isDropped)
        {
            try
            {
                await _checkpointer.CheckpointInsideGateAsync(force: false, null, CancellationToken.None).ConfigureAwait(false);
            }
            catch (HashDbException exception)
            {
                // The log still holds everything since the last checkpoint.
                StorageLog.CheckpointFailed(_core.Logger, Name, exception);
            }
        }
        await _commits.DisposeAsync().ConfigureAwait(false);
        CollectionState state = _core.Live.State;
        RecordStore records = state.Records;
        CodeStore codes = state.Codes;
        long rows = state.RowCount;
        ulong blobTail = _core.Commit.AppliedBlobTail;
        bool isLeft = isDropped || _core.Health.IsReadOnly;
        Task recordsClosed = WhenClosed(state.RecordFiles, () => Trim(isLeft, () => records.Trim(rows, blobTail)));
        Task codesClosed = WhenClosed(state.CodeFiles, () => Trim(isLeft, () => codes.Extents.Trim(rows)));
        Task sketchesClosed = state.SketchFiles is { } sketches
            ? WhenClosed(sketches, () => Trim(isLeft, sketches.Files.Trim))
            : Task.CompletedTask;
        state.Release();
        _core.Commit.Log.Dispose();
        // Searches under way hold the files open. Whoever opens the database next must not have them cut behind its back.
        await Task.WhenAll(recordsClosed, codesClosed, sketchesClosed).ConfigureAwait(false);
    }

    private Task<int> StoreAsync(
        LoggedOperation operation, RecordBatch batch, WriteStamp? stamp, CancellationToken cancellationToken)
    {
        RecordChecks.CheckRecords(batch, Dimensions, Metric, Keys);
        RecordChecks.CheckStamp(stamp, batch.Count);
        ThrowIfClosed();
        _core.Health.ThrowIfReadOnly();
        if (batch.Count == 0)
            return Task.FromResult(0);
        // One state, so that codes, their length and the fingerprint belong together. The commit loop encodes again what has been
        // overtaken by a switch.
        CollectionState state = _core.Live.State;
        StoreFrame write = StoreFrame.Create(operation, batch, stamp, new RowShape(state.Codes.CodeBytes, Dimensions * sizeof(float)));
        try
        {
            WriteEncoder.Encode(state.Model, write);
        }
        catch
        {
            write.Release();
            throw;
        }
        return _commits.WriteAsync(write, state.Fingerprint, cancellationToken);
    }

    /// <summary>Called by the commit loop between two groups of writes.</summary>
    private void AfterGroup()
    {
        _checkpointer.BeginIfDue();
        _publisher.AfterGroup();
        _cells.Look();
        _indexer.Look();
        if (_core.Live.State.Postings.ShouldRebuild)
            _core.RebuildPostings();
    }

    private void ThrowIfClosed()
    {
        if (Volatile.Read(ref _isClosed))
            throw new HashDbException(HashDbErrorCode.Closed, $"Collection {Name} is closed.");
    }

    private Task WhenClosed<T>(SharedFiles<T> files, Action trim)
        where T : IDisposable
    {
        var closed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        files.AfterClose(() =>
        {
            try
            {
                trim();
                closed.SetResult();
            }
            catch (Exception exception) when (StorageFault.IsSystemFault(exception))
            {
                closed.SetException(StorageFault.Wrap(exception, "cut the files to their used length in", _core.Files.Root));
            }
        });
        return closed.Task;
    }

    private void Trim(bool isLeft, Action cut)
    {
        // A process that has taken the folder over may have put rows where this one would cut.
        if (!isLeft && (_core.Lock is null or { IsHeld: true }))
            cut();
    }
}
