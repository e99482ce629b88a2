// Makes the field indexes in the background: after an open, behind the writes, and when fields are to be indexed or no longer. What there
// is to do follows from the manifest and the rows, so a stop costs a repetition, and a search that comes before is answered from the
// rows.
//
// Small parts are made as soon as there are rows for one; the last few rows a second after they came, so that a lone write does not have
// its neighbours read again at once.
using HashDb.Storage.Generations;
using HashDb.Storage.Records;
using HashDb.Storage.Snapshot;

namespace HashDb.Storage.FieldIndexes;

internal sealed class FieldIndexer(CollectionCore core)
{
    /// <summary>Share of a core that is used while somebody searches.</summary>
    private const double BusyShare = .5;

    private static readonly TimeSpan TailDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WaitAfterFailure = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _closing = new();

    // Not disposed: it holds nothing but memory.
    private readonly SemaphoreSlim _changed = new(0);
    private bool _isWorking;
    private Task _work = Task.CompletedTask;

    /// <summary>
    /// Called when the collection was opened, when fields or files have changed, and by the commit loop after each group of writes.
    /// </summary>
    public void Look()
    {
        if (Volatile.Read(ref _isWorking) || !IsDue(takesTail: true))
            return;
        lock (_lock)
        {
            if (_isWorking || _closing.IsCancellationRequested)
                return;
            Volatile.Write(ref _isWorking, true);
            _work = Task.Run(WorkAsync);
        }
    }

    /// <summary>Called when fields are to be indexed or no longer: does not wait for more rows.</summary>
    public void FieldsChanged()
    {
        _changed.Release();
        Look();
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

    private bool IsDue(bool takesTail)
    {
        CollectionState state = core.Live.State;
        return IndexWork.IsDue(state.Records, state.RowCount, core.Commit.Manifest.IndexedFields, takesTail);
    }

    private async Task WorkAsync()
    {
        try
        {
            while (true)
            {
                while (Step(takesTail: false))
                    _closing.Token.ThrowIfCancellationRequested();
                if (!IsDue(takesTail: true))
                {
                    Volatile.Write(ref _isWorking, false);
                    // Somebody may have looked just before.
                    if (!IsDue(takesTail: true) || Interlocked.CompareExchange(ref _isWorking, true, false))
                        return;
                }
                await _changed.WaitAsync(TailDelay, _closing.Token).ConfigureAwait(false);
                Step(takesTail: true);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or HashDbException { Code: HashDbErrorCode.Closed })
        {
            // The collection is being closed.
        }
#pragma warning disable CA1031 // Nobody waits for it but the closing of the collection, which nothing of this may stop.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            if (_closing.IsCancellationRequested)
                return;
            StorageLog.IndexingFailed(core.Logger, core.Name, exception);
            await Task.Delay(WaitAfterFailure, _closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Volatile.Write(ref _isWorking, false);
        }
    }

    /// <summary>One step under a lease of its own, so that a generation that is built meanwhile does not wait for all of them.</summary>
    private bool Step(bool takesTail)
    {
        using StateLease lease = core.Live.Acquire();
        var throttle = new BuildThrottle(core, BusyShare, _closing.Token);
        RecordStore records = lease.State.Records;
        bool wasFull = records.Indexes.Current.IsFull;
        bool isMore = IndexWork.Advance(
            records,
            lease.State.RowCount,
            core.Commit.Manifest.IndexedFields,
            takesTail,
            core.Options.IndexMemoryBytes,
            throttle.Pause);
        FieldIndexSet made = records.Indexes.Current;
        if (made.IsFull && !wasFull)
            StorageLog.IndexMemoryFull(core.Logger, core.Name, core.Options.IndexMemoryBytes, made.RowCount);
        return isMore;
    }
}
