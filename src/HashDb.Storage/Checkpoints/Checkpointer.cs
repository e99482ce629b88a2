// Takes checkpoints: shortens the log by making the record files durable. In order:
//
//   1  flush the record files while writes go on                     most of the work
//   2  between two groups: begin a new log segment, note the state   the only pause
//   3  flush what was written since 1
//   4  manifest, then its copy, each by rename                       now it counts
//   5  delete the log segments before the new one
//
// A stop before 4 leaves the old manifest, whose log is still whole; a stop after it leaves segments that the next open deletes.
// Before 1, before 2 and before 4 the lock of the database is compared with the file that is held: a log that another process
// appends to must not be cut, and a manifest of its making not be replaced.
//
// One checkpoint, switch of generation or backup at a time: they share the gate.
using System.Diagnostics;
using HashDb.Models.Files;
using HashDb.Storage.Commit;
using HashDb.Storage.Files;
using HashDb.Storage.Learning;
using HashDb.Storage.Snapshot;

namespace HashDb.Storage.Checkpoints;

internal sealed class Checkpointer(CollectionCore core, CommitLoop commits)
{
    // Not disposed: it holds nothing but memory, and callers may be waiting for it when the collection is closed.
    private readonly SemaphoreSlim _gate = new(1, 1);
    private Task _background = Task.CompletedTask;
    private bool _isClosed;

    /// <exception cref="HashDbException"><see cref="HashDbErrorCode.Closed"/>: the collection was closed while the call waited.</exception>
    public async Task<IDisposable> EnterAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (!_isClosed)
            return new Exit(_gate);
        _gate.Release();
        throw new HashDbException(HashDbErrorCode.Closed, $"Collection {core.Name} is closed.");
    }

    /// <summary>Lets nobody enter any more; called inside the gate.</summary>
    public void Close() => _isClosed = true;

    /// <summary>Begins a checkpoint when the log has grown enough and none is under way. Called by the commit loop.</summary>
    public void BeginIfDue()
    {
        if (core.Commit.Log.SegmentBytes < core.Options.CheckpointLogBytes || !_background.IsCompleted)
            return;
        _background = Task.Run(async () =>
        {
            try
            {
                await CheckpointAsync(force: false, CancellationToken.None).ConfigureAwait(false);
            }
            catch (HashDbException exception) when (exception.Code == HashDbErrorCode.Closed)
            {
                // Closing takes a checkpoint of its own.
            }
            catch (Exception exception)
            {
                StorageLog.CheckpointFailed(core.Logger, core.Name, exception);
            }
        });
    }

    /// <summary>Waits for a checkpoint that began by itself.</summary>
    public Task BackgroundWork => _background;

    /// <param name="force">Take one even when nothing was written since the last.</param>
    /// <param name="cancellationToken">Stops waiting for the gate.</param>
    public async Task CheckpointAsync(bool force, CancellationToken cancellationToken)
    {
        using (await EnterAsync(cancellationToken).ConfigureAwait(false))
            await CheckpointInsideGateAsync(force, null, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Takes a checkpoint; the caller holds the gate.</summary>
    /// <param name="force">Take one even when nothing was written since the last.</param>
    /// <param name="change">Something else that the manifest is to say from now on; nothing when null.</param>
    /// <param name="cancellationToken">Stops waiting for a place among the writes.</param>
    /// <returns>False when the change is done, but what it gives up must stay, because a copy of the manifest still names it.</returns>
    public async Task<bool> CheckpointInsideGateAsync(
        bool force, Func<CollectionManifest, CollectionManifest>? change, CancellationToken cancellationToken)
    {
        core.Health.ThrowIfPoisoned();
        core.ThrowIfLockLost();
        long started = Stopwatch.GetTimestamp();
        try
        {
            core.Pass(FaultPoints.CheckpointBegun);
            using StateLease lease = core.Live.AcquireForWork();
            CollectionState state = lease.State;
            FlushRecords(state);
            CollectionManifest? manifest = await commits.RunBetweenGroupsAsync(() => Cut(force), cancellationToken).ConfigureAwait(false);
            if (manifest is null)
                return true;
            core.Pass(FaultPoints.CheckpointLogRolled);
            FlushRecords(state);
            core.Pass(FaultPoints.CheckpointRecordsFlushed);
            bool areBothWritten = true;
            if (change is null)
                Commit(manifest);
            else
                areBothWritten = CommitChange(change(manifest));
            StorageLog.Checkpointed(
                core.Logger,
                core.Name,
                manifest.Checkpoint,
                manifest.AppliedSequenceNumber,
                (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            return areBothWritten;
        }
        catch (FlushFailedException exception)
        {
            // The system tells it once: the next checkpoint would succeed, and delete the log that still holds what was lost.
            throw core.Health.Poisoned(exception, "flush a checkpoint");
        }
        catch (Exception exception) when (StorageFault.IsSystemFault(exception))
        {
            throw StorageFault.Wrap(exception, "take a checkpoint in", core.Files.Root);
        }
    }

    /// <summary>Makes a manifest the one that counts, then deletes the log before it.</summary>
    public void Commit(CollectionManifest manifest)
    {
        core.ThrowIfLockLost();
        ManifestFiles.Write(core.Files.Root, manifest, core.Options.FaultPoints);
        Committed(manifest);
    }

    /// <summary>
    /// The same for one that says something else besides: that is done as soon as an opening finds it, whatever fails behind that.
    /// </summary>
    /// <returns>False when only the first of the two copies was written.</returns>
    private bool CommitChange(CollectionManifest manifest)
    {
        core.ThrowIfLockLost();
        ManifestFiles.WriteNewest(core.Files.Root, manifest, core.Options.FaultPoints);
        try
        {
            ManifestFiles.WriteCopy(core.Files.Root, manifest, core.Options.FaultPoints);
        }
        catch (Exception exception) when (exception is not FlushFailedException && StorageFault.IsSystemFault(exception))
        {
            // The log stays until a checkpoint has written both.
            core.Commit.Manifest = manifest;
            StorageLog.CheckpointFailed(core.Logger, core.Name, exception);
            return false;
        }
        Committed(manifest);
        return true;
    }

    private void Committed(CollectionManifest manifest)
    {
        core.Commit.Manifest = manifest;
        core.Commit.CheckpointTimestamp = Stopwatch.GetTimestamp();
        // Segments that stay cost space until the next checkpoint deletes them.
        core.Quietly(core.Files.LogDirectory, () => core.Commit.Log.Purge(manifest.LogSegment));
        core.Quietly(core.Files.Root, () => core.Files.DeleteOtherDrafts(manifest));
        core.Pass(FaultPoints.CheckpointLogPurged);
    }

    /// <summary>The manifest for the state as it is between two groups, at the start of a new log segment.</summary>
    /// <exception cref="HashDbException">The log could not be flushed, and the collection is poisoned.</exception>
    /// <exception cref="IOException">The device was full when the new segment was written; nothing has changed.</exception>
    public CollectionManifest RollLogAndDescribe(CollectionState state)
    {
        core.ThrowIfLockLost();
        try
        {
            core.Commit.Log.Flush();
        }
        catch (Exception exception) when (StorageFault.IsSystemFault(exception))
        {
            // Even a full device: what a failed flush has lost cannot be known.
            throw core.Health.Poisoned(exception, "flush the log");
        }
        try
        {
            core.Commit.Log.Roll();
        }
        catch (Exception exception) when (exception is FlushFailedException
            || (StorageFault.IsSystemFault(exception) && !StorageFault.IsDiskFull(exception)
                && !StorageFault.IsOutOfDescriptors(exception)))
        {
            // Here, between two groups, so that no write is acknowledged behind it.
            throw core.Health.Poisoned(exception, "begin a new log segment");
        }
        return core.Commit.Manifest with
        {
            Model = state.Fingerprint,
            BitCount = state.Model.BitCount,
            TableCount = state.Model.TableCount,
            Records = state.Records.Number,
            Generation = state.Generation,
            Checkpoint = core.Commit.Manifest.Checkpoint + 1,
            RowCount = state.RowCount,
            BlobTail = state.Records.Blobs.Tail,
            AppliedSequenceNumber = core.Commit.AppliedSequenceNumber,
            LogSegment = core.Commit.Log.Segment,
            DeadRows = state.Records.Dead.ToBitmaps(),
            Clients = core.Commit.Clients.ToList(),
            ForgottenThrough = core.Commit.Clients.ForgottenThrough,
            DraftSequenceNumber = StoreDraft(state),
        };
    }

    /// <summary>Writes the draft's state, unless the file is there already: one name never means two contents.</summary>
    /// <returns>What names the file; 0 when there is no draft that fits the model of the state.</returns>
    private long StoreDraft(CollectionState state)
    {
        if (!core.Commit.Draft.Fits(state.Model))
        {
            StorageLog.DraftDropped(core.Logger, core.Name, core.Commit.Draft.Snapshot()!.State.ItemCount);
            core.Commit.Draft.Restore(null);
        }
        if (core.Commit.Draft.SequenceNumber != core.Commit.Manifest.DraftSequenceNumber && core.Commit.Draft.Snapshot() is { } draft)
        {
            DraftFile.Write(core.Files.DraftPath(draft.SequenceNumber), core.Commit.Manifest.CollectionId, draft);
            core.Pass(FaultPoints.DraftWritten);
        }
        return core.Commit.Draft.SequenceNumber;
    }

    /// <summary>Makes the hashcodes of a state durable; the caller holds the gate.</summary>
    public static void FlushCodes(CollectionState state)
    {
        state.Codes.Extents.Flush();
        DeviceFlush.Directory(Path.GetDirectoryName(state.Codes.Extents.PathOf(0))!);
    }

    private CollectionManifest? Cut(bool force)
    {
        core.Health.ThrowIfPoisoned();
        if (!force && core.Commit.AppliedSequenceNumber == core.Commit.Manifest.AppliedSequenceNumber)
            return null;
        return RollLogAndDescribe(core.Live.State);
    }

    private static void FlushRecords(CollectionState state)
    {
        state.Records.Flush();
        FlushCodes(state);
    }

    private sealed class Exit(SemaphoreSlim gate) : IDisposable
    {
        public void Dispose() => gate.Release();
    }
}
