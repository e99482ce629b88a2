// Runs short reads of all connections, a few at a time, and one of each connection in turn. Without it every request would go
// to the thread pool by itself, and a thousand searches would stand there before the next socket that wants to be read or
// written, and before the one search of a client that asks for little.
//
// Pieces of longer work (the queries of a batch) stand in a line of their own: while short reads wait, one turn in four is theirs, and no
// more of them run at once than there are cores. So a client with one question waits for about one of them.
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

    /// <summary>While short reads wait, every fourth turn goes to longer work: it must not starve either.</summary>
    private const int TurnsOfLong = 4;

    private readonly ConcurrentQueue<ReadLane> _ready = new();
    private readonly ConcurrentQueue<ReadLane> _long = new();
    private int _runningLong;
    private uint _turn;
    private int _workers;
    private long _done;
    private long _doneBefore;

    /// <summary>Takes a connection in line that has requests to run.</summary>
    public void Add(ReadLane lane)
    {
        (lane.IsLong ? _long : _ready).Enqueue(lane);
        StartWorker(UsualWorkers);
    }

    /// <summary>Starts one more worker when requests wait and none has ended since the last call. For one caller, now and then.</summary>
    public void Relieve()
    {
        long done = Volatile.Read(ref _done);
        if (done == _doneBefore && HasWork)
            StartWorker(MaxWorkers);
        _doneBefore = done;
    }

    public void Execute()
    {
        if (TryTake() is { } lane)
        {
            lane.RunNext();
            if (lane.IsLong)
                Interlocked.Decrement(ref _runningLong);
            Interlocked.Increment(ref _done);

            // The workers above the usual number go when they have helped.
            if (Volatile.Read(ref _workers) <= UsualWorkers)
            {
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
                return;
            }
        }

        Interlocked.Decrement(ref _workers);
        if (HasWork)
            StartWorker(UsualWorkers);
    }

    // Longer work that may not run now is taken up by the worker whose turn of it ends.
    private bool HasWork => !_ready.IsEmpty || (!_long.IsEmpty && Volatile.Read(ref _runningLong) < Environment.ProcessorCount);

    private ReadLane? TryTake()
    {
        bool isTurnOfLong = Interlocked.Increment(ref _turn) % TurnsOfLong == 0;
        if (isTurnOfLong && TryTakeLong() is { } first)
            return first;
        return _ready.TryDequeue(out ReadLane? lane) ? lane : TryTakeLong();
    }

    private ReadLane? TryTakeLong()
    {
        if (Interlocked.Increment(ref _runningLong) <= Environment.ProcessorCount && _long.TryDequeue(out ReadLane? lane))
            return lane;
        Interlocked.Decrement(ref _runningLong);
        return null;
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
