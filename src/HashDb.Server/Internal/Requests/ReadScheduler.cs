// Runs short reads of all connections, a few at a time, and one of each connection in turn. Without it every request would go
// to the thread pool by itself, and a thousand searches would stand there before the next socket that wants to be read or
// written, and before the one search of a client that asks for little.
// Longer work has threads of its own (LongReadWorkers.cs).
//
// A worker is an item in the pool's queue that runs one request and then queues itself again at the end, so that whatever else
// the pool has to do comes in between. There are twice as many as cores. When all are held up (by searches that take long),
// the watch over connections lets one more start every time it looks.
//
// Threading: any thread.
using System.Collections.Concurrent;

namespace HashDb.Server.Internal.Requests;

internal sealed class ReadScheduler : IThreadPoolWorkItem
{
    /// <summary>64 workers: by then it is the searches that are too slow, not the waiting for them.</summary>
    private const int MaxWorkers = 64;

    private static readonly int UsualWorkers = Math.Min(2 * Environment.ProcessorCount, MaxWorkers);

    private readonly ConcurrentQueue<ReadLane> _ready = new();
    private int _workers;
    private long _done;
    private long _doneBefore;

    /// <summary>Takes a connection in line that has requests to run.</summary>
    public void Add(ReadLane lane)
    {
        _ready.Enqueue(lane);
        StartWorker(UsualWorkers);
    }

    /// <summary>Starts one more worker when requests wait and none has ended since the last call. For one caller, now and then.</summary>
    public void Relieve()
    {
        long done = Volatile.Read(ref _done);
        if (done == _doneBefore && !_ready.IsEmpty)
            StartWorker(MaxWorkers);
        _doneBefore = done;
    }

    public void Execute()
    {
        if (_ready.TryDequeue(out ReadLane? lane))
        {
            lane.RunNext();
            Interlocked.Increment(ref _done);

            // The workers above the usual number go when they have helped.
            if (Volatile.Read(ref _workers) <= UsualWorkers)
            {
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                return;
            }
        }

        Interlocked.Decrement(ref _workers);
        if (!_ready.IsEmpty)
            StartWorker(UsualWorkers);
    }

    private void StartWorker(int limit)
    {
        for (int workers = Volatile.Read(ref _workers); workers < limit;)
        {
            int seen = Interlocked.CompareExchange(ref _workers, workers + 1, workers);
            if (seen == workers)
            {
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                return;
            }

            workers = seen;
        }
    }
}
