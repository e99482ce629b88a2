// Runs pieces of longer work (the queries of a batch, a search that looks at every row) of all connections, one of each in turn, on threads
// of its own that the system lets wait for all others of the process. So a client with one question waits neither in a line behind such a
// piece nor, for more than a moment, for the core that it runs on; and longer work still gets about a tenth of a core that is never idle.
//
// There are as many threads as cores, from the first piece on. Threading: any thread.
using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace HashDb.Server.Internal.Requests;

internal sealed partial class LongReadWorkers : IDisposable
{
    /// <summary>10: such a thread has about a tenth of the weight of a usual one (sched(7)). To be nicer needs no privilege.</summary>
    private const int Nicer = 10;

    private readonly BlockingCollection<ReadLane> _ready = new(new ConcurrentQueue<ReadLane>());
    private readonly Lock _gate = new();
    private bool _isStarted;
    private bool _isOver;

    /// <summary>Takes a connection in line that has longer work to run.</summary>
    public void Add(ReadLane lane)
    {
        lock (_gate)
        {
            if (!_isOver)
            {
                if (!_isStarted)
                    Start();
                _ready.Add(lane);
                return;
            }
        }

        // The server has stopped: a request that was aborted has still to come to its end.
        ThreadPool.UnsafeQueueUserWorkItem(static lane => lane.RunNext(), lane, preferLocal: false);
    }

    /// <summary>Ends the threads when they have done what is in line.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isOver = true;
            _ready.CompleteAdding();
        }
    }

    private void Start()
    {
        _isStarted = true;
        for (int i = 0; i < Environment.ProcessorCount; i++)
        {
            // The priority is heeded on Windows, the nice value on Linux. Elsewhere they are threads like any other.
            new Thread(Run) { Name = "HashDb longer reads", IsBackground = true, Priority = ThreadPriority.BelowNormal }.Start();
        }
    }

    private void Run()
    {
        if (OperatingSystem.IsLinux())
            _ = Nice(Nicer);
        foreach (ReadLane lane in _ready.GetConsumingEnumerable())
            lane.RunNext();
    }

    /// <summary>On Linux it is the calling thread that becomes nicer, not the process (nice(2), "C library/kernel differences").</summary>
    [LibraryImport("libc", EntryPoint = "nice")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Nice(int increment);
}
