// The requests of one connection that have no final answer yet.
//
// Threading: the reading loop alone adds, cancels and waits for room; requests remove themselves on any thread. A request is
// removed from the table before its final answer is queued (the client may use its id again as soon as it has the answer), and
// gives its place back afterwards (so that the places bound what is queued).
using HashDb.Protocol;
using HashDb.Protocol.Messages;
using HashDb.Server.Internal.Requests;

namespace HashDb.Server.Internal.Connections;

internal sealed class InFlightRequests(int maxRequests)
{
    /// <summary>1 MiB of small bodies on one connection; large ones take their share of the server's request memory instead.</summary>
    public const int MaxSmallBytes = 1024 * 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<uint, ServerRequest> _requests = [];
    private TaskCompletionSource? _room;
    private TaskCompletionSource? _idle;
    private int _places;
    private long _smallBytes;

    /// <summary>Requests that hold a place.</summary>
    public int Count => Volatile.Read(ref _places);

    /// <summary>True when another request may be read.</summary>
    public bool HasRoom => Volatile.Read(ref _places) < maxRequests && Volatile.Read(ref _smallBytes) < MaxSmallBytes;

    /// <summary>Adds a request; it holds a place until <see cref="Release"/>.</summary>
    /// <exception cref="ProtocolException">Another request with the same id is in flight.</exception>
    public void Add(ServerRequest request)
    {
        lock (_gate)
        {
            if (!_requests.TryAdd(request.Id, request))
                throw new ProtocolException($"The request id {request.Id} is in flight already.");
            _places++;
            _smallBytes += request.SmallBytes;
        }
    }

    /// <summary>Cancels a request, if it still runs.</summary>
    public void Cancel(uint id)
    {
        ServerRequest? request;
        lock (_gate)
            _requests.TryGetValue(id, out request);
        request?.Cancel();
    }

    /// <summary>Cancels all requests.</summary>
    public void CancelAll()
    {
        foreach (ServerRequest request in Snapshot())
            request.Cancel();
    }

    /// <summary>Ends the requests that would go on for ever.</summary>
    public void StopEndless()
    {
        foreach (ServerRequest request in Snapshot())
        {
            if (request.IsEndless)
                request.Stop();
        }
    }

    /// <summary>Forgets the id of a request that is about to be answered.</summary>
    public void Remove(ServerRequest request)
    {
        lock (_gate)
            _requests.Remove(request.Id);
    }

    /// <summary>Gives back the place of a request that was answered.</summary>
    public void Release(ServerRequest request)
    {
        TaskCompletionSource? room = null;
        TaskCompletionSource? idle = null;
        lock (_gate)
        {
            _places--;
            _smallBytes -= request.SmallBytes;
            if (HasRoom)
                (room, _room) = (_room, null);
            if (_places == 0)
                (idle, _idle) = (_idle, null);
        }

        room?.SetResult();
        idle?.SetResult();
    }

    /// <summary>Waits until another request may be read.</summary>
    public Task WaitForRoomAsync()
    {
        lock (_gate)
        {
            if (HasRoom)
                return Task.CompletedTask;
            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task;
        }
    }

    /// <summary>Waits until every request was answered.</summary>
    public Task WaitUntilIdleAsync()
    {
        lock (_gate)
        {
            if (_places == 0)
                return Task.CompletedTask;
            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _idle.Task;
        }
    }

    private ServerRequest[] Snapshot()
    {
        lock (_gate)
            return [.. _requests.Values];
    }
}
