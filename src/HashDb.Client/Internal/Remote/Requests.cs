// Sends requests and waits for their answers: retries, the time limit, and cancellation in one place.
using System.Buffers;
using HashDb.Protocol;
using HashDb.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace HashDb.Client.Internal.Remote;

internal sealed class Requests(ConnectionPool pool, HashDbConnectionOptions options, ILogger logger)
{
    public ConnectionPool Pool => pool;

    public RetryPolicy Retries { get; } = new(pool.Address, options.RetryTimeout, logger);

    /// <summary>A request with an answer of one message.</summary>
    public async Task<TAnswer> SendAsync<TRequest, TAnswer>(
        Opcode opcode,
        TRequest message,
        CancellationToken cancellationToken,
        CallKind kind = CallKind.Repeatable,
        RetryState? state = null,
        Action<ReadOnlySequence<byte>>? progress = null)
        where TRequest : IMessage<TRequest>
        where TAnswer : IMessage<TAnswer> =>
        (await SendManyAsync<TRequest, TAnswer>(opcode, message, cancellationToken, kind, state, progress).ConfigureAwait(false))[^1];

    /// <summary>A request with an answer of one message or more.</summary>
    public async Task<IReadOnlyList<TAnswer>> SendManyAsync<TRequest, TAnswer>(
        Opcode opcode,
        TRequest message,
        CancellationToken cancellationToken,
        CallKind kind = CallKind.Repeatable,
        RetryState? state = null,
        Action<ReadOnlySequence<byte>>? progress = null)
        where TRequest : IMessage<TRequest>
        where TAnswer : IMessage<TAnswer>
    {
        pool.ThrowIfClosed();
        cancellationToken.ThrowIfCancellationRequested();
        using FrameBuffer frame = FrameBuffer.Encode(opcode, FrameFlags.None, message, pool.MaxFrameBytes);
        state ??= new RetryState();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (kind == CallKind.Repeatable)
            limit.CancelAfter(options.RequestTimeout);
        try
        {
            return await Retries.RunAsync(
                state,
                token => AttemptAsync<TAnswer>(new PendingAnswer<TAnswer>(frame, progress), kind, state, token),
                limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw TimedOut(opcode);
        }
    }

    /// <summary>The error of a call that took too long.</summary>
    public HashDbException TimedOut(Opcode opcode) => new(
        HashDbErrorCode.Timeout,
        $"{pool.Address} did not answer the call {opcode} within {options.RequestTimeout.TotalSeconds:0.###} s.", isTransient: true);

    private async Task<IReadOnlyList<TAnswer>> AttemptAsync<TAnswer>(
        PendingAnswer<TAnswer> request, CallKind kind, RetryState state, CancellationToken cancellationToken)
        where TAnswer : IMessage<TAnswer>
    {
        Connection connection = await pool.GetAsync(cancellationToken).ConfigureAwait(false);
        uint id = await connection.SendAsync(request, cancellationToken).ConfigureAwait(false);
        state.SentCount++;
        state.MayRetry = kind != CallKind.Once;
        return await WaitAsync(connection, id, request, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Waits for an answer; a caller that gives up is let go at once, and the server told.</summary>
    public static async Task<IReadOnlyList<TAnswer>> WaitAsync<TAnswer>(
        Connection connection, uint id, PendingAnswer<TAnswer> request, CancellationToken cancellationToken)
        where TAnswer : IMessage<TAnswer>
    {
        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static (state, token) =>
            {
                (Connection connection, uint id, PendingAnswer<TAnswer> request) = ((Connection, uint, PendingAnswer<TAnswer>))state!;
                if (request.TryCancel(token))
                    connection.Cancel(id);
            },
            (connection, id, request));
        return await request.Answer.ConfigureAwait(false);
    }
}
