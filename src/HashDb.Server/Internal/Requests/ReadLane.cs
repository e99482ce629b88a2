// The short reads of one connection that wait to be run. It stands in the line of the scheduler once, however many they are.
//
// Threading: the reading loop adds; workers take.
namespace HashDb.Server.Internal.Requests;

internal sealed class ReadLane(ReadScheduler scheduler, bool isLong = false)
{
    /// <summary>True for pieces of longer work, which let short reads pass.</summary>
    public bool IsLong => isLong;

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

        scheduler.Add(this);
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
            scheduler.Add(this);
        request.Execute();
    }
}
