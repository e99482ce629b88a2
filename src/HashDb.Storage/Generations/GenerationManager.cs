// Replaces the live generation by another beside running searches and writes: re-index, rollback, compaction. One at a time; a
// second one is refused, because two that wait for each other would each throw away what the other has built.
//
// A build takes no lock: checkpoints and backups go on beside it. Only the switch takes the checkpointer's gate, because a
// checkpoint that began before it would name the old generation in a later manifest. In order:
//
//   1  the build: rows, posting tables, catching up             writes and searches go on; minutes or hours
//   2  the gate; flush, and catch up with what that took
//   3  between two groups of writes: the last rows, a new log segment, the manifest, the new state     the only pause
//   4  the old files are deleted, or kept, when the last search that looks at them has ended
//
// A stop before the manifest's rename leaves the old generation live and folders that the next open deletes; a stop after it,
// the new one. A half-built generation is never continued: building it again costs less than trusting it.
using System.Diagnostics;
using HashDb.Models;
using HashDb.Models.Files;
using HashDb.Storage.Checkpoints;
using HashDb.Storage.Commit;
using HashDb.Storage.Files;
using HashDb.Storage.Snapshot;

namespace HashDb.Storage.Generations;

internal sealed class GenerationManager(CollectionCore core, CommitLoop commits, Checkpointer checkpointer, Action onSwitched)
{
    // Neither is disposed: they hold nothing but memory, and callers may come after the collection is closed.
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly CancellationTokenSource _closing = new();
    private readonly RetiredFiles _retired = new(core);
    private BuildMonitor? _monitor;
    private AutomaticBuild? _automatic;

    /// <summary>How far the build under way is, or null.</summary>
    public GenerationProgress? Progress => Volatile.Read(ref _monitor)?.Current;

    /// <summary>Makes a generation under another model, or that of the live one for null, over the same records.</summary>
    public async Task<GenerationReport> ReindexAsync(
        IHashModel? model, GenerationOptions options, IProgress<GenerationProgress>? progress, CancellationToken cancellationToken)
    {
        StoredModel? stored = model is null ? null : StoredModel.Of(model);
        GenerationReport report = await RunAsync(
            "re-index",
            (state, monitor) => new ReindexBuild(
                core, state, stored ??= ReadLiveModel(state), null, BuildPoints.Reindex, monitor, options),
            old => options.KeepPrevious ? Keep(old) : null,
            progress,
            cancellationToken).ConfigureAwait(false);
        StorageLog.Reindexed(
            core.Logger,
            core.Name,
            stored!.Model.Kind,
            stored.Model.BitCount,
            report.Generation,
            (long)report.Elapsed.TotalMilliseconds,
            (long)report.WritePause.TotalMilliseconds);
        return report;
    }

    /// <summary>The same for the collection itself: it gives way to what a user asks for, and the kept generation stays.</summary>
    /// <exception cref="OperationCanceledException">It gave way, or the collection is closed.</exception>
    public async Task ReindexAutomaticallyAsync(IHashModel model, GenerationOptions options, CancellationToken cancellationToken)
    {
        StoredModel stored = StoredModel.Of(model);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var automatic = new AutomaticBuild(stop, ended.Task);
        if (Interlocked.CompareExchange(ref _automatic, automatic, null) is not null)
            return;
        try
        {
            GenerationReport report = await RunAsync(
                "re-index",
                (state, monitor) => new ReindexBuild(core, state, stored, null, BuildPoints.Reindex, monitor, options),
                _ => core.Commit.Manifest.Previous,
                null,
                stop.Token,
                isAutomatic: true).ConfigureAwait(false);
            StorageLog.Reindexed(
                core.Logger, core.Name, model.Kind, model.BitCount, report.Generation, (long)report.Elapsed.TotalMilliseconds,
                (long)report.WritePause.TotalMilliseconds);
        }
        finally
        {
            Volatile.Write(ref _automatic, null);
            ended.SetResult();
        }
    }

    /// <summary>Makes a generation under the model of the kept one, which is given up, as is the live one.</summary>
    public async Task<GenerationReport> RollbackAsync(IProgress<GenerationProgress>? progress, CancellationToken cancellationToken)
    {
        KnownCodes? known = null;
        try
        {
            GenerationReport report = await RunAsync(
                "roll back",
                (state, monitor) =>
                {
                    KeptGeneration kept = ThrowIfNothingKept();
                    StoredModel stored = StoredModel.Read(
                        core.Files.ModelPath(kept.Generation), kept.Model, (
                            core.Commit.Manifest.Dimensions, kept.BitCount, kept.TableCount));
                    known = _retired.OpenKeptCodes(kept, state.Records.Number);
                    return new ReindexBuild(core, state, stored, known, BuildPoints.Rollback, monitor, new GenerationOptions());
                },
                _ => null,
                progress,
                cancellationToken).ConfigureAwait(false);
            StorageLog.RolledBack(core.Logger, core.Name, report.Generation, report.EncodedRows, (long)report.Elapsed.TotalMilliseconds);
            return report;
        }
        finally
        {
            known?.Dispose();
        }
    }

    /// <summary>Copies the live rows to new files.</summary>
    public async Task<CompactionReport> CompactAsync(CancellationToken cancellationToken)
    {
        long bytesBefore = core.DiskBytes;
        long rowsBefore = core.Live.State.RowCount;
        GenerationReport report = await RunAsync(
            "compact",
            (state, monitor) => new CompactionBuild(core, state, ReadLiveModel(state), monitor, new GenerationOptions()),
            // The rows get other numbers, so of the kept generation only the model is of use.
            _ => core.Commit.Manifest.Previous is { } kept ? kept with { RowCount = 0 } : null,
            null,
            cancellationToken).ConfigureAwait(false);
        StorageLog.Compacted(core.Logger, core.Name, rowsBefore, report.Rows, (uint)report.Generation);
        return new CompactionReport(rowsBefore, report.Rows, bytesBefore, core.DiskBytes);
    }

    /// <summary>Gives up the kept generation and its space.</summary>
    /// <exception cref="HashDbException"><see cref="HashDbErrorCode.NoPreviousGeneration"/>.</exception>
    public async Task DropPreviousAsync(CancellationToken cancellationToken)
    {
        await StopAutomaticAsync().ConfigureAwait(false);
        TakeTurn();
        try
        {
            using IDisposable gate = await checkpointer.EnterAsync(cancellationToken).ConfigureAwait(false);
            KeptGeneration kept = ThrowIfNothingKept();
            bool isUnnamed = await checkpointer.CheckpointInsideGateAsync(
                force: true, manifest => manifest with { Previous = null }, cancellationToken).ConfigureAwait(false);
            core.Pass(FaultPoints.DropPreviousManifestWritten);
            // Otherwise it is a leftover for the next opening.
            if (isUnnamed)
                _retired.DeleteKept(kept, FaultPoints.DropPreviousDeleted);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Stops a build under way and lets none begin any more.</summary>
    public async Task CloseAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await _turn.WaitAsync().ConfigureAwait(false);
    }

    private async Task StopAutomaticAsync()
    {
        if (Volatile.Read(ref _automatic) is not { } automatic)
            return;
        try
        {
            await automatic.Stop.CancelAsync().ConfigureAwait(false);
        }
        catch (ObjectDisposedException)
        {
            // It has just ended.
        }
        await automatic.Ended.ConfigureAwait(false);
    }

    private void TakeTurn()
    {
        bool isFree = _turn.Wait(0);
        if (_closing.IsCancellationRequested)
        {
            if (isFree)
                _turn.Release();
            throw Closed();
        }
        if (!isFree)
        {
            throw new HashDbException(
                HashDbErrorCode.GenerationInProgress,
                $"Another generation of collection {core.Name} is being built (re-index, rollback or compaction); one at a time.",
                isTransient: true);
        }
    }

    private HashDbException Closed() => new(HashDbErrorCode.Closed, $"Collection {core.Name} is closed.");

    private async Task<GenerationReport> RunAsync(
        string doing,
        Func<CollectionState, BuildMonitor, GenerationBuild> begin,
        Func<CollectionState, KeptGeneration?> keep,
        IProgress<GenerationProgress>? progress,
        CancellationToken cancellationToken,
        bool isAutomatic = false)
    {
        if (!isAutomatic)
            await StopAutomaticAsync().ConfigureAwait(false);
        TakeTurn();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        try
        {
            core.Health.ThrowIfPoisoned();
            var monitor = new BuildMonitor(progress);
            Volatile.Write(ref _monitor, monitor);
            return await BuildAsync(begin, keep, monitor, stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_closing.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw Closed();
        }
        catch (FlushFailedException exception)
        {
            // Record files that the live generation uses too are among what was flushed.
            throw core.Health.Poisoned(exception, doing);
        }
        catch (Exception exception) when (StorageFault.IsSystemFault(exception))
        {
            throw StorageFault.Wrap(exception, doing, core.Files.Root);
        }
        finally
        {
            Volatile.Write(ref _monitor, null);
            _turn.Release();
        }
    }

    private async Task<GenerationReport> BuildAsync(
        Func<CollectionState, BuildMonitor, GenerationBuild> begin, Func<CollectionState, KeptGeneration?> keep, BuildMonitor monitor,
        CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        using GenerationBuild build = Begin(begin, monitor);
        try
        {
            // It works and rests for as long as it takes: on a thread of its own.
            await Task.Factory.StartNew(
                () => build.Run(cancellationToken),
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default).ConfigureAwait(false);
            using IDisposable gate = await checkpointer.EnterAsync(cancellationToken).ConfigureAwait(false);
            // Most of what the pause would otherwise wait for.
            build.Flush();
            core.Live.State.Codes.Extents.Flush();
            build.CatchUp(cancellationToken);
            monitor.Enter(GenerationPhase.Switch, core.Live.State.RowCount);
            TimeSpan pause = await commits.RunBetweenGroupsAsync(() => Switch(build, keep), cancellationToken).ConfigureAwait(false);
            core.Pass(build.Points.Switched);
            onSwitched();
            var report = new GenerationReport(
                build.Generation, build.Model.Fingerprint, build.RowCount, build.EncodedRows, Stopwatch.GetElapsedTime(started), pause);
            StorageTelemetry.GenerationSwitched(core.Name, build.Points.Kind, report);
            return report;
        }
        catch
        {
            if (!build.IsLive)
                build.Discard(deleteFolders: !build.MayBeNamed);
            throw;
        }
    }

    private GenerationBuild Begin(Func<CollectionState, BuildMonitor, GenerationBuild> begin, BuildMonitor monitor)
    {
        using StateLease lease = core.Live.Acquire();
        try
        {
            return begin(lease.State, monitor);
        }
        catch
        {
            core.DeleteFolder(core.Files.GenerationDirectory(lease.State.Generation + 1));
            throw;
        }
    }

    /// <summary>The pause: the last few rows, the manifest, the switch.</summary>
    private TimeSpan Switch(GenerationBuild build, Func<CollectionState, KeptGeneration?> keep)
    {
        long started = Stopwatch.GetTimestamp();
        core.Health.ThrowIfPoisoned();
        CollectionState old = core.Live.State;
        CollectionState next = build.Finish(old);
        core.Pass(build.Points.CaughtUp);
        KeptGeneration? wasKept = core.Commit.Manifest.Previous;
        KeptGeneration? kept = keep(old);
        // A kept generation is not written to again, so this is the last occasion to make its hashcodes durable.
        if (kept?.Generation == old.Generation)
            Checkpointer.FlushCodes(old);
        CollectionManifest manifest = checkpointer.RollLogAndDescribe(next) with { Previous = kept };
        // From here on the manifest may name the new files, whether or not writing it reports success.
        build.MayBeNamed = true;
        try
        {
            ManifestFiles.Write(core.Files.Root, manifest, core.Options.FaultPoints);
            core.Pass(build.Points.ManifestWritten);
        }
        catch (Exception exception)
        {
            // Whatever it was: a write under the old model into the segment that the manifest may name would be unreadable.
            throw core.Health.Poisoned(exception, "write the manifest of a new generation");
        }
        core.Commit.Manifest = manifest;
        core.Commit.AppliedBlobTail = next.Records.Blobs.Tail;
        build.IsLive = true;
        _retired.Retire(old, next, wasKept, kept, build.Points.OldDeleted);
        core.Live.Switch(next);
        // Segments that stay cost space until the next checkpoint deletes them.
        core.Quietly(core.Files.LogDirectory, () => core.Commit.Log.Purge(manifest.LogSegment));
        core.Quietly(core.Files.Root, () => core.Files.DeleteOtherDrafts(manifest));
        return Stopwatch.GetElapsedTime(started);
    }

    private KeptGeneration ThrowIfNothingKept() => core.Commit.Manifest.Previous ?? throw new HashDbException(
        HashDbErrorCode.NoPreviousGeneration,
        $"Collection {core.Name} keeps no previous generation: there is none to go back to or to give up.");

    private StoredModel ReadLiveModel(CollectionState state) => StoredModel.Read(
        core.Files.ModelPath(state.Generation), state.Fingerprint, (state.Model.Dimensions, state.Model.BitCount, state.Model.TableCount));

    private static KeptGeneration Keep(CollectionState old) =>
        new(old.Generation, old.Fingerprint, old.Model.BitCount, old.Model.TableCount, old.Records.Number, old.RowCount);

    /// <summary>A build that the collection began itself: what stops it, and when it has ended.</summary>
    private sealed record AutomaticBuild(CancellationTokenSource Stop, Task Ended);
}
