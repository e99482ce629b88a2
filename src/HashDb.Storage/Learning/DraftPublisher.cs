// Publishes drafts by policy. One look at a time, on a thread of the pool; the commit loop only says that something was learned.
using System.Diagnostics;
using HashDb.Storage.Files;

namespace HashDb.Storage.Learning;

/// <param name="core">The collection.</param>
/// <param name="publish">Measures the draft and publishes it if the policy wants it.</param>
internal sealed class DraftPublisher(CollectionCore core, Func<PublishPolicy, CancellationToken, Task> publish)
{
    // Not disposed: it holds nothing but memory, and the commit loop may still ask.
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _lock = new();
    private long _lastLook = Stopwatch.GetTimestamp();
    private long _seen;
    private bool _isLooking;
    private Task _work = Task.CompletedTask;

    /// <summary>Called by the commit loop after each group of writes.</summary>
    public void AfterGroup()
    {
        if (core.Options.PublishPolicy is not { } policy)
            return;
        lock (_lock)
        {
            if (_isLooking || _closing.IsCancellationRequested || !HasNews())
                return;
            _isLooking = true;
            _work = Task.Run(() => LookAsync(policy));
        }
    }

    /// <summary>Stops a look under way and lets none begin any more.</summary>
    public async Task CloseAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        Task work;
        lock (_lock)
            work = _work;
        await work.ConfigureAwait(false);
    }

    private bool HasNews() => core.Commit.Draft.SequenceNumber is > 0 and var learned && learned != _seen;

    /// <summary>Waits until it is time, looks, and looks again while more was learned meanwhile.</summary>
    private async Task LookAsync(PublishPolicy policy)
    {
        while (true)
        {
            try
            {
                TimeSpan wait = policy.MinInterval - Stopwatch.GetElapsedTime(_lastLook);
                if (wait > TimeSpan.Zero)
                    await Task.Delay(wait, _closing.Token).ConfigureAwait(false);
                _lastLook = Stopwatch.GetTimestamp();
                lock (_lock)
                    _seen = core.Commit.Draft.SequenceNumber;
                await publish(policy, _closing.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (_closing.IsCancellationRequested)
            {
                // The collection is being closed; the draft is in the log.
                return;
            }
            catch (Exception exception) when (exception is HashDbException || StorageFault.IsSystemFault(exception))
            {
                StorageLog.PublishFailed(core.Logger, core.Name, exception);
            }
            lock (_lock)
            {
                _isLooking = HasNews() && !_closing.IsCancellationRequested;
                if (!_isLooking)
                    return;
            }
        }
    }
}
