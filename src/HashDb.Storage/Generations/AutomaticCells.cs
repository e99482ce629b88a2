// Keeps the cells of a collection in step with its size, where the collection chose its hash function itself: once there are enough rows
// it trains cells on a sample of them and re-indexes, and again whenever the rows have outgrown the cells; and it measures anew what
// recall costs when the rows have doubled. All in the background, one at a time, and never in the way of what a user asks for: a
// re-index, compaction or rollback stops it, and it begins again with a later write.
//
// Nothing of this is kept in memory alone: what is due follows from the model, the rows and the calibration, so a stop costs a repetition.
using System.Numerics;
using HashDb.Models;
using HashDb.Models.Data;
using HashDb.Models.Kinds.Cells;
using HashDb.Storage.Records;
using HashDb.Storage.Sketches;
using HashDb.Storage.Snapshot;

namespace HashDb.Storage.Generations;

internal sealed class AutomaticCells(CollectionCore core, GenerationManager generations)
{
    private static readonly TimeSpan WaitAfterFailure = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _closing = new();
    private bool _isWorking;
    private long _notBefore;
    private Task _work = Task.CompletedTask;

    /// <summary>Called when the collection was opened, and by the commit loop after each group of writes.</summary>
    public void Look()
    {
        if (!core.Options.AutomaticCells || Volatile.Read(ref _isWorking) || Environment.TickCount64 < Volatile.Read(ref _notBefore))
            return;
        if (DueFor(core.Live.State) == Due.Nothing)
            return;
        lock (_lock)
        {
            if (_isWorking || _closing.IsCancellationRequested)
                return;
            Volatile.Write(ref _isWorking, true);
            _work = Task.Factory.StartNew(Work, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
    }

    /// <summary>Stops what is under way and lets nothing begin any more.</summary>
    public async Task CloseAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        Task work;
        lock (_lock)
            work = _work;
        await work.ConfigureAwait(false);
    }

    private Due DueFor(CollectionState state)
    {
        if (state.Sketches is not { } sketches)
            return Due.Nothing;
        long rows = state.LiveCount;
        // Under another model the cells are changed by a re-index that a user asks for: the hashcodes are his.
        if (state.Model is CellsModel { IsAutomatic: true } cells
            && rows >= core.Options.AutomaticCellsRows
            && SketchCells.CountFor(rows) > cells.CellCount)
            return Due.Training;
        bool isMeasured =
            sketches.Calibration is { } calibration ? state.RowCount < 2 * calibration.RowCount : sketches.CellCount == 1;
        return isMeasured || rows < SketchCalibrator.MinRows ? Due.Nothing : Due.Calibration;
    }

    private void Work()
    {
        try
        {
            while (DueFor(core.Live.State) != Due.Nothing && Environment.TickCount64 >= Volatile.Read(ref _notBefore))
            {
                _closing.Token.ThrowIfCancellationRequested();
                // No lease is held while a generation is built: its throttle would take it for a search.
                if (TakeSampleIfDue() is { } sample)
                {
                    int before = core.Live.State.Sketches?.CellCount ?? 0;
                    Train(sample);
                    // As many as before are no reason to begin again at once.
                    if (core.Live.State.Sketches?.CellCount <= before)
                        Volatile.Write(ref _notBefore, Environment.TickCount64 + (long)WaitAfterFailure.TotalMilliseconds);
                }
                else
                    CalibrateIfDue();
            }
        }
        catch (OperationCanceledException)
        {
            // The collection is being closed, or a user has asked for a generation of his own.
            Volatile.Write(ref _notBefore, Environment.TickCount64 + (long)WaitAfterFailure.TotalMilliseconds);
        }
#pragma warning disable CA1031 // Nobody waits for it but the closing of the collection, which nothing of this may stop.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Volatile.Write(ref _notBefore, Environment.TickCount64 + (long)WaitAfterFailure.TotalMilliseconds);
            if (!_closing.IsCancellationRequested)
                StorageLog.AutomaticCellsFailed(core.Logger, core.Name, exception);
        }
        finally
        {
            Volatile.Write(ref _isWorking, false);
        }
    }

    private (FeatureMatrix Rows, int CellCount)? TakeSampleIfDue()
    {
        using StateLease lease = core.Live.Acquire();
        return DueFor(lease.State) == Due.Training
            ? SketchCells.Sample(lease.State.Records, lease.State.RowCount, _closing.Token)
            : null;
    }

    private void Train((FeatureMatrix Rows, int CellCount) sample)
    {
        var options = new GenerationOptions();
        CellsModel model = SketchCells.Train(sample, core.Commit.Manifest.Metric, options.CoresUsed, _closing.Token);
        generations.ReindexAutomaticallyAsync(model, options, _closing.Token).GetAwaiter().GetResult();
    }

    private void CalibrateIfDue()
    {
        using StateLease lease = core.Live.Acquire();
        CollectionState state = lease.State;
        if (DueFor(state) != Due.Calibration)
            return;
        SketchIndex sketches = state.Sketches!;
        var throttle = new BuildThrottle(core, new GenerationOptions().BusyShare, _closing.Token);
        SketchCalibration? calibration = SketchCalibrator.Measure(sketches, state.Records, state.RowCount, throttle.Pause, _closing.Token);
        if (calibration is null)
        {
            Volatile.Write(ref _notBefore, Environment.TickCount64 + (long)WaitAfterFailure.TotalMilliseconds);
            return;
        }
        // The file first: a search must not use what a restart would not find again.
        calibration.Write(
            core.Files.GenerationDirectory(state.Generation), core.Commit.Manifest.CollectionId, state.Generation);
        sketches.Calibration = calibration;
    }

    private enum Due
    {
        Nothing,
        Training,
        Calibration,
    }
}
