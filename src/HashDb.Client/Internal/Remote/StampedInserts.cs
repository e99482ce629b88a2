// Inserts whose stamps the caller gives, such as those of an import: those of one client id go one after another on one connection,
// so that none overtakes the one before it and is refused for a gap. A lane lives as long as something is on its way.
using HashDb.Protocol;
using HashDb.Protocol.Messages;

namespace HashDb.Client.Internal.Remote;

internal sealed class StampedInserts(Requests requests)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Guid, (InsertLane Lane, int Users)> _lanes = [];

    /// <summary>Sends a batch after those that were given before under the same client id.</summary>
    /// <param name="request">The batch, with its stamp.</param>
    /// <param name="clientId">The client of its stamp.</param>
    /// <param name="cancellationToken">Gives up waiting; the batch may still be stored.</param>
    public Task InsertAsync(StoreRequest request, Guid clientId, CancellationToken cancellationToken)
    {
        requests.Pool.ThrowIfClosed();
        FrameBuffer frame = FrameBuffer.Encode(Opcode.Insert, FrameFlags.None, request, requests.Pool.MaxFrameBytes);
        Task settled;
        lock (_gate)
        {
            (InsertLane lane, int users) = _lanes.TryGetValue(clientId, out var known) ? known : (new InsertLane(requests), 0);
            _lanes[clientId] = (lane, users + 1);
            settled = lane.Send(frame);
        }
        return LeaveAfterAsync(settled, clientId).WaitAsync(cancellationToken);
    }

    private async Task LeaveAfterAsync(Task settled, Guid clientId)
    {
        try
        {
            await settled.ConfigureAwait(false);
        }
        finally
        {
            lock (_gate)
            {
                (InsertLane lane, int users) = _lanes[clientId];
                if (users > 1)
                {
                    _lanes[clientId] = (lane, users - 1);
                }
                else
                {
                    _lanes.Remove(clientId);
                    lane.Complete();
                }
            }
        }
    }
}
