// The way of one client's stamped inserts to the server: several on their way at a time, in order, on one connection. When that
// breaks, or the server has too much to do, everything that is not acknowledged is sent again in the same order with the same
// stamps, perhaps on another connection; what the server had stored already it acknowledges again.
//
// Threading: Send and Complete are called under the lock of StampedInserts. Everything else happens in one task, which alone touches
// the list of batches under way. A batch's frame is kept until the batch is settled.
using System.Threading.Channels;
using HashDb.Protocol;
using HashDb.Protocol.Messages;

namespace HashDb.Client.Internal.Remote;

internal sealed class InsertLane
{
    private readonly Requests _requests;
    private readonly Channel<Batch> _arrivals =
        Channel.CreateUnbounded<Batch>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });
    private readonly Queue<Batch> _unsettled = new();

    public InsertLane(Requests requests)
    {
        _requests = requests;
        _ = RunAsync();
    }

    /// <summary>Sends a batch after those before; the task ends when it is acknowledged or refused.</summary>
    public Task Send(FrameBuffer frame)
    {
        var batch = new Batch(frame);
        _arrivals.Writer.TryWrite(batch);
        return batch.Settled.Task;
    }

    /// <summary>Takes no more batches, and ends with the last that is under way.</summary>
    public void Complete() => _arrivals.Writer.TryComplete();

    private async Task RunAsync()
    {
        while (_unsettled.Count > 0 || await _arrivals.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            var state = new RetryState();
            try
            {
                await _requests.Retries.RunAsync(state, _ => DeliverAsync(state), CancellationToken.None).ConfigureAwait(false);
            }
#pragma warning disable CA1031 // Every batch on its way gets it; the import reports it.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                TakeArrivals();
                while (_unsettled.TryDequeue(out Batch? batch))
                    batch.Settle(failure);
            }
        }
    }

    /// <summary>Sends what is not settled, and what arrives meanwhile, until nothing is on its way.</summary>
    /// <exception cref="HashDbException">The connection broke or the server is overloaded: the rest must be sent again.</exception>
    private async Task<bool> DeliverAsync(RetryState state)
    {
        TakeArrivals();
        if (_unsettled.Count == 0)
            return true;
        Connection connection = await _requests.Pool.GetAsync(CancellationToken.None).ConfigureAwait(false);
        var sent = new Queue<PendingAnswer<EmptyMessage>>();
        try
        {
            await DeliverAsync(connection, sent, state).ConfigureAwait(false);
            return true;
        }
        finally
        {
            // When this one failed, those behind it fail too, for want of a connection or of the batch before them. Their
            // frames are free to be sent again only then.
            while (sent.TryDequeue(out PendingAnswer<EmptyMessage>? behind))
                await ((Task)behind.Answer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task DeliverAsync(Connection connection, Queue<PendingAnswer<EmptyMessage>> sent, RetryState state)
    {
        while (_unsettled.Count > 0)
        {
            foreach (Batch batch in _unsettled.Skip(sent.Count).ToArray())
            {
                var request = new PendingAnswer<EmptyMessage>(batch.Frame);
                await connection.SendAsync(request, CancellationToken.None).ConfigureAwait(false);
                sent.Enqueue(request);
            }
            Task<IReadOnlyList<EmptyMessage>> next = sent.Peek().Answer;
            Task<bool> arrival = _arrivals.Reader.WaitToReadAsync().AsTask();
            await Task.WhenAny(next, arrival).ConfigureAwait(false);
            if (next.IsCompleted)
            {
                await SettleFirstAsync(sent).ConfigureAwait(false);
                state.Succeeded();
            }
            TakeArrivals();
        }
    }

    private async Task SettleFirstAsync(Queue<PendingAnswer<EmptyMessage>> sent)
    {
        Exception? refusal = null;
        try
        {
            await sent.Peek().Answer.ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Sorted below.
        catch (Exception error)
#pragma warning restore CA1031
        {
            refusal = error;
        }
        sent.Dequeue();
        if (RetryPolicy.IsPassing(refusal))
            throw refusal!;
        _unsettled.Dequeue().Settle(refusal);
    }

    private void TakeArrivals()
    {
        while (_arrivals.Reader.TryRead(out Batch? batch))
            _unsettled.Enqueue(batch);
    }

    private sealed class Batch(FrameBuffer frame)
    {
        public FrameBuffer Frame { get; } = frame;

        public TaskCompletionSource Settled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Settle(Exception? refusal)
        {
            Frame.Dispose();
            if (refusal is null)
                Settled.TrySetResult();
            else
                Settled.TrySetException(refusal);
        }
    }
}
