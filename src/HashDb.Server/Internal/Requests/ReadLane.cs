// The reads of one connection that wait to be run: short ones (ReadScheduler.cs), or pieces of longer work (LongReadWorkers.cs). It stands
// in their line once, however many it holds.
//
// Threading: the reading loop adds; workers take.
namespace HashDb.Server.Internal.Requests;

/// <param name="enqueue">Puts it at the end of the line; called when there is something to run.</param>
internal sealed class ReadLane(Action<ReadLane> enqueue)
{
    private readonly Lock _gate = new();
    private readonly Queue<IThreadPoolWorkItem> _requests = new();
    private bool _isInLine;

    public void Add(IThreadPoolWorkItem request)
    {
        lock (_gate)
        {
            _requests.Enqueue(request);
            if (_isInLine)
                return;
            _isInLine = true;
        }

        enqueue(this);
    }

    /// <summary>
    /// Runs the request that has waited longest, until its first wait. Called by a worker that took this out of the line.
    /// </summary>
    public void RunNext()
    {
        IThreadPoolWorkItem request;
        bool hasMore;
        lock (_gate)
        {
            request = _requests.Dequeue();
            hasMore = _isInLine = _requests.Count > 0;
        }

        // In line again before the work is done: other workers may take the next one meanwhile.
        if (hasMore)
            enqueue(this);
        request.Execute();
    }
}
