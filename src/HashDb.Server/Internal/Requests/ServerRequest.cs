// One request from the moment its body was decoded to its final answer.
//
// Invariants: exactly one final answer is queued, whatever the operation does; then the place among the requests in flight and
// the share of the request memory are given back. Nothing that an operation throws leaves this class.
//
// Threading: Execute runs once, on a pool thread; Cancel may come from the reading loop at any time until the answer.
using System.Diagnostics;
using HashDb.Protocol;
using HashDb.Protocol.Messages;
using HashDb.Server.Internal.Connections;

namespace HashDb.Server.Internal.Requests;

internal abstract class ServerRequest(
    ClientConnection connection, in FrameHeader header, ServerOperation operation, MemoryShare share) : IThreadPoolWorkItem
{
    // Never disposed of: a cancellation may come at the very end, and a source without a timer holds nothing but memory.
    private readonly CancellationTokenSource _cancellation = new();

    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly MemoryShare _share = share;
    private readonly Lock _memoryGate = new();
    private long _answerBytes;
    private long _takenBytes;
    private bool _isReleased;
    private string? _error;
    private volatile bool _isStopped;

    public uint Id { get; } = header.RequestId;

    /// <summary>Bytes of a body that took no share of the request memory.</summary>
    public int SmallBytes { get; } = share.Bytes == 0 ? (int)header.BodyBytes : 0;

    /// <summary>True when it goes on until it is cancelled.</summary>
    public bool IsEndless => operation.IsEndless;

    /// <summary>True when it takes about as long as one search.</summary>
    public bool IsShort => operation.IsShort;

    /// <summary>True when it is started after those that arrived before it.</summary>
    public bool IsOrdered => operation.IsOrdered;

    public ServerContext Server => connection.Server;

    /// <summary>Cancelled when the client asks for it, and when the connection is gone.</summary>
    public CancellationToken CancellationToken => _cancellation.Token;

    /// <summary>The collection that the request is about, for metrics; null when it is about none.</summary>
    public string? CollectionName { get; set; }

    /// <summary>The collection that the request is about.</summary>
    /// <exception cref="HashDbException"><see cref="HashDbErrorCode.CollectionNotFound"/>: there is none of that name.</exception>
    public HashDbCollection Open(string collection)
    {
        HashDbCollection opened = Server.Database.GetCollection(collection);

        // Only now, so that names which a client makes up do not become labels of metrics.
        CollectionName = opened.Name;
        return opened;
    }

    public void Cancel() => _cancellation.Cancel();

    /// <summary>Gives back what the message holds, where the request is not carried out and not answered.</summary>
    public void Abandon() => ReleaseMessage();

    /// <summary>Ends a request that goes on until it is cancelled, because its connection is about to end.</summary>
    public void Stop()
    {
        _isStopped = true;
        Cancel();
    }

    public void Execute() => _ = RunAsync();

    /// <summary>Sends one of several answer frames, not the last. Waits while the client does not read.</summary>
    /// <exception cref="OperationCanceledException">The request was cancelled.</exception>
    public ValueTask SendMoreAsync<T>(in T message)
        where T : IMessage<T>
    {
        CancellationToken.ThrowIfCancellationRequested();
        return SendAsync(FrameFlags.Answer | FrameFlags.More, message);
    }

    /// <summary>Sends the final answer.</summary>
    public ValueTask SendAsync<T>(in T message)
        where T : IMessage<T> => SendAsync(FrameFlags.Answer, message);

    /// <summary>Sends an answer in parts; they are made one by one, as the client takes them.</summary>
    public async ValueTask SendAllAsync<T>(IEnumerable<T> parts)
        where T : IMessage<T>
    {
        using IEnumerator<T> rest = parts.GetEnumerator();
        rest.MoveNext();
        T part = rest.Current;
        while (rest.MoveNext())
        {
            await SendMoreAsync(part).ConfigureAwait(false);
            part = rest.Current;
        }

        await SendAsync(part).ConfigureAwait(false);
    }

    /// <inheritdoc cref="SendAllAsync{T}(IEnumerable{T})"/>
    public async ValueTask SendAllAsync<T>(IAsyncEnumerable<T> parts)
        where T : IMessage<T>
    {
        await using IAsyncEnumerator<T> rest = parts.GetAsyncEnumerator(CancellationToken);
        await rest.MoveNextAsync().ConfigureAwait(false);
        T part = rest.Current;
        while (await rest.MoveNextAsync().ConfigureAwait(false))
        {
            await SendMoreAsync(part).ConfigureAwait(false);
            part = rest.Current;
        }

        await SendAsync(part).ConfigureAwait(false);
    }

    /// <summary>Refuses an answer that can become larger than all the memory there is, before anything is done for it.</summary>
    /// <exception cref="HashDbException"><see cref="HashDbErrorCode.LimitExceeded"/>.</exception>
    public void CheckCapacity(long bytes)
    {
        if (bytes > Server.Memory.Capacity)
            throw Server.Memory.TooMuch(bytes);
    }

    /// <summary>Counts bytes of the answer that are about to be held, waiting for memory when there is none.</summary>
    /// <exception cref="HashDbException">
    /// <see cref="HashDbErrorCode.Overloaded"/>: there was none in time; <see cref="HashDbErrorCode.LimitExceeded"/>: that is more than
    /// there is at all.
    /// </exception>
    public async ValueTask ChargeAsync(long bytes)
    {
        long more = Count(bytes);
        if (more > 0 && !await _share.TakeAsync(more, Server.Options.MemoryTimeout, CancellationToken).ConfigureAwait(false))
            throw Overload.OfMemory(bytes, Server.Options.MemoryTimeout);
    }

    /// <summary>Counts bytes of the answer that are held already, when there is memory for them at once.</summary>
    /// <inheritdoc cref="ChargeAsync" path="/exception"/>
    public bool TryCharge(long bytes)
    {
        long more = Count(bytes);
        if (more == 0 || _share.TryTake(more))
            return true;
        lock (_memoryGate)
        {
            _answerBytes -= bytes;
            _takenBytes -= more;
        }

        return false;
    }

    /// <summary>Takes bytes of the answer off again that have been sent.</summary>
    public void Release(long bytes)
    {
        long less;
        lock (_memoryGate)
        {
            if (_isReleased)
                return;
            _answerBytes -= bytes;
            less = _takenBytes - Taken(_answerBytes);
            _takenBytes -= less;
        }

        _share.GiveBack(less);
    }

    /// <summary>
    /// Computes a part of the answer whose size is known only then. When there is no memory for it, it is thrown away, and computed
    /// again when there is: so nothing is held that was not counted, except by who computes.
    /// </summary>
    public async ValueTask<T> ComputeAsync<T>(Func<Task<T>> compute, Func<T, long> bytesOf)
    {
        for (long charged = 0; ;)
        {
            T result = await compute().ConfigureAwait(false);
            long bytes = bytesOf(result);
            if (bytes <= charged || TryCharge(bytes - charged))
            {
                Release(Math.Max(charged - bytes, 0));
                return result;
            }

            result = default!;
            await ChargeAsync(bytes - charged).ConfigureAwait(false);
            charged = bytes;
            await TakeTurnAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Goes on when it is this connection's turn of longer work (<see cref="LongReadWorkers"/>), until the next wait.</summary>
    public Task TakeTurnAsync() => connection.TakeTurnAsync();

    /// <summary>Takes one of the subscriptions that the connection may have; disposing of it gives it back.</summary>
    /// <exception cref="HashDbException"><see cref="HashDbErrorCode.LimitExceeded"/>: it has as many as it may.</exception>
    public IDisposable EnterSubscription() => connection.Subscriptions.Enter();

    /// <summary>Lets one request of the connection, and of the whole server, do at a time what takes a core for long.</summary>
    public ValueTask<IDisposable> EnterHeavyAsync() => connection.EnterHeavyAsync(CancellationToken);

    /// <summary>The same with memory for the answer, which is waited for outside of the place: others may need none.</summary>
    /// <inheritdoc cref="ChargeAsync" path="/exception"/>
    public async ValueTask<IDisposable> EnterHeavyAsync(long bytes)
    {
        while (true)
        {
            IDisposable place = await EnterHeavyAsync().ConfigureAwait(false);
            if (TryCharge(bytes))
                return place;
            place.Dispose();
            await ChargeAsync(bytes).ConfigureAwait(false);
            Release(bytes);
        }
    }

    /// <summary>What the operation does; sends the final answer as its last act.</summary>
    protected abstract ValueTask InvokeAsync();

    /// <summary>Gives back what the message holds.</summary>
    protected abstract void ReleaseMessage();

    private async Task RunAsync()
    {
        try
        {
            CancellationToken.ThrowIfCancellationRequested();
            await InvokeAsync().ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Nothing that a client asks for may end more than its own request.
        catch (Exception error)
#pragma warning restore CA1031
        {
            await FailAsync(error).ConfigureAwait(false);
        }

        End();
    }

    private ValueTask SendAsync<T>(FrameFlags flags, in T message)
        where T : IMessage<T>
    {
        if (!connection.Answers.HasRoom)
            return SendSlowlyAsync(flags, message);
        Send(flags, message);
        return ValueTask.CompletedTask;
    }

    private async ValueTask SendSlowlyAsync<T>(FrameFlags flags, T message)
        where T : IMessage<T>
    {
        AnswerQueue answers = connection.Answers;

        // What has changed something is answered with what has come of it, however slow the client is; its body is not needed any more.
        if ((flags & FrameFlags.More) == 0 && operation.Opcode.RequiredScope() > AccessScope.Read)
        {
            ReleaseMessage();
            ReleaseMemory();
        }

        // An answer that holds memory may have to give it up while it waits for its client; one that holds none waits as it is.
        bool isRevocable = _share.Bytes > 0;
        CancellationToken givingUp = isRevocable ? CancellationToken : CancellationToken.None;
        if (isRevocable)
            _share.BeginTransfer(isBody: false, () => answers.FlushedBytes, Cancel);
        try
        {
            await answers.SlowLane.WaitAsync(givingUp).ConfigureAwait(false);
            try
            {
                await answers.WaitForRoomAsync().WaitAsync(givingUp).ConfigureAwait(false);

                // A long answer is encoded piece by piece: that is longer work, too.
                await TakeTurnAsync().ConfigureAwait(false);
                Send(flags, message);
            }
            finally
            {
                answers.SlowLane.Release();
            }
        }
        finally
        {
            if (isRevocable)
                _share.EndTransfer();
        }
    }

    private void Send<T>(FrameFlags flags, in T message)
        where T : IMessage<T>
    {
        if ((flags & FrameFlags.More) == 0)
            connection.InFlight.Remove(this);
        connection.Send(Id, operation.Opcode, flags, message);
    }

    private ValueTask FailAsync(Exception error)
    {
        if (error is OperationCanceledException && _share.IsRevoked)
            error = Overload.OfSlowClient();
        else if (error is OperationCanceledException && (_isStopped || !CancellationToken.IsCancellationRequested))
            error = Overload.OfStopping();
        ErrorMessage answer = Server.Describe(error, operation.Name, connection.Scope);
        _error = answer.Code.ToString();

        // Before the error waits for its client, too.
        ReleaseMemory();
        return SendAsync(FrameFlags.Answer | FrameFlags.Error, answer);
    }

    private long Count(long bytes)
    {
        lock (_memoryGate)
        {
            _answerBytes += bytes;
            long more = Math.Max(Taken(_answerBytes) - _takenBytes, 0);
            _takenBytes += more;
            return more;
        }
    }

    /// <summary>What is taken for an answer: nothing for a small one, and whole slices beyond that.</summary>
    private static long Taken(long answerBytes) =>
        answerBytes <= ServerContext.SmallBytes
            ? 0
            : (answerBytes - 1) / ServerContext.SmallBytes * ServerContext.SmallBytes;

    private void ReleaseMemory()
    {
        lock (_memoryGate)
            _isReleased = true;
        _share.Dispose();
    }

    private void End()
    {
        ReleaseMessage();
        ReleaseMemory();
        Server.Metrics.RequestEnded(operation.Name, CollectionName, _started, _error);
        connection.InFlight.Release(this);
    }
}
