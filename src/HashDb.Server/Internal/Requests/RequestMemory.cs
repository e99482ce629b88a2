// The memory that all requests with large bodies or large answers share. A request takes its share before the bytes are read
// or computed and gives it back when it is answered, so that however many clients send however much, the server holds no
// more than this.
//
// Threading: any thread. Shares are given out in the order in which they were asked for, so that a large request is not
// starved by small ones; one that waits too long goes away without its share.
namespace HashDb.Server.Internal.Requests;

internal sealed class RequestMemory(long capacity)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Waiter> _waiters = new();
    private long _used;

    public long Capacity { get; } = capacity;

    public long Used => Volatile.Read(ref _used);

    /// <summary>Takes a share, waiting for others to give theirs back.</summary>
    /// <param name="bytes">The share; 0 is always granted.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False when the time ran out.</returns>
    /// <exception cref="HashDbException"><see cref="HashDbErrorCode.LimitExceeded"/>: the share is more than there is at all.</exception>
    public ValueTask<bool> TakeAsync(long bytes, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (bytes > Capacity)
            throw new HashDbException(
                HashDbErrorCode.LimitExceeded,
                $"The request and its answer may need {bytes} bytes; the server has {Capacity} for all requests together "
                + "(RequestMemoryBytes). Ask for less at a time.");
        Waiter waiter;
        lock (_gate)
        {
            if (_waiters.Count == 0 && _used + bytes <= Capacity)
            {
                _used += bytes;
                return ValueTask.FromResult(true);
            }

            waiter = new Waiter(bytes);
            waiter.Node = _waiters.AddLast(waiter);
        }

        return WaitAsync(waiter, timeout, cancellationToken);
    }

    /// <summary>Gives a share back.</summary>
    public void Return(long bytes)
    {
        lock (_gate)
        {
            _used -= bytes;
            GrantWaiting();
        }
    }

    private async ValueTask<bool> WaitAsync(Waiter waiter, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            await waiter.Granted.Task.WaitAsync(timeout, cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception error) when (error is TimeoutException or OperationCanceledException)
        {
            lock (_gate)
            {
                // Granted between the end of the waiting and here: the share was taken, so it is used or given back.
                if (waiter.Granted.Task.IsCompleted)
                {
                    if (error is TimeoutException)
                        return true;
                    _used -= waiter.Bytes;
                }
                else
                {
                    _waiters.Remove(waiter.Node!);
                }

                GrantWaiting();
            }

            if (error is TimeoutException)
                return false;
            throw;
        }
    }

    private void GrantWaiting()
    {
        while (_waiters.First is { } first && _used + first.Value.Bytes <= Capacity)
        {
            _waiters.RemoveFirst();
            _used += first.Value.Bytes;
            first.Value.Granted.SetResult();
        }
    }

    private sealed class Waiter(long bytes)
    {
        public long Bytes { get; } = bytes;

        public TaskCompletionSource Granted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public LinkedListNode<Waiter>? Node { get; set; }
    }
}
