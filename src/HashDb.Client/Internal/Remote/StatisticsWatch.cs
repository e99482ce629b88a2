// The figures of a collection as a stream: one subscription, made again when the connection breaks.
using System.Runtime.CompilerServices;
using HashDb.Protocol;
using HashDb.Protocol.Messages;

namespace HashDb.Client.Internal.Remote;

internal static class StatisticsWatch
{
    public static async IAsyncEnumerable<CollectionStatistics> RunAsync(
        Requests requests, SubscribeStatisticsRequest message, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using FrameBuffer frame = FrameBuffer.Encode(Opcode.SubscribeStatistics, FrameFlags.None, message);
        var state = new RetryState();
        Subscription? current = null;
        try
        {
            while (true)
            {
                // Waiting for the first figures is part of the attempt: only then is it known that the server takes the request.
                StatisticsAnswer? answer = await requests.Retries.RunAsync(
                    state,
                    async token =>
                    {
                        current ??= await SubscribeAsync(requests, frame, token).ConfigureAwait(false);
                        try
                        {
                            return await current.Stream.Messages.WaitToReadAsync(token).ConfigureAwait(false)
                                && current.Stream.Messages.TryRead(out StatisticsAnswer next)
                                ? next
                                : (StatisticsAnswer?)null;
                        }
                        catch (HashDbException)
                        {
                            // Does nothing when the request has ended; otherwise its answers could not be read.
                            current.Connection.Cancel(current.Id);
                            current = null;
                            throw;
                        }
                    },
                    cancellationToken).ConfigureAwait(false);
                if (answer is not { } figures)
                    yield break;
                state.Succeeded();
                yield return figures.Statistics;
            }
        }
        finally
        {
            current?.Connection.Cancel(current.Id);
        }
    }

    private static async Task<Subscription> SubscribeAsync(Requests requests, FrameBuffer frame, CancellationToken cancellationToken)
    {
        Connection connection = await requests.Pool.GetAsync(cancellationToken).ConfigureAwait(false);
        var stream = new PendingStream<StatisticsAnswer>(frame);
        uint id = await connection.SendAsync(stream, cancellationToken).ConfigureAwait(false);
        return new Subscription(connection, id, stream);
    }

    private sealed record Subscription(Connection Connection, uint Id, PendingStream<StatisticsAnswer> Stream);
}
