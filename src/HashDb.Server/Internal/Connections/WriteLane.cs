// Starts the writes of one connection one after another, in the order in which they arrived: a write is checked, encoded and
// put into the engine's queue before the next is looked at. Acknowledgements are not waited for here.
//
// Threading: the reading loop adds; one pool thread at a time starts.
using HashDb.Server.Internal.Requests;

namespace HashDb.Server.Internal.Connections;

internal sealed class WriteLane : IThreadPoolWorkItem
{
    private readonly Lock _gate = new();
    private readonly Queue<ServerRequest> _requests = new();
    private bool _isRunning;

    public void Add(ServerRequest request)
    {
        lock (_gate)
        {
            _requests.Enqueue(request);
            if (_isRunning)
                return;
            _isRunning = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    public void Execute()
    {
        while (true)
        {
            ServerRequest? request;
            lock (_gate)
            {
                if (!_requests.TryDequeue(out request))
                {
                    _isRunning = false;
                    return;
                }
            }

            // Runs until the engine has the write; what follows the first wait happens elsewhere.
            request.Execute();
        }
    }
}
