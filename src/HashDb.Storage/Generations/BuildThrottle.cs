// Keeps a build from standing in the way of searches. Threads of a build cannot be given a low priority on Linux without the
// whole process having it, so each works in slices of about a millisecond and, when a search ran during the slice, rests for so
// long that its share of the time is kept. A search is then held up by one slice at most, and while nobody searches the build
// rests never. One for each thread of a build.
using System.Diagnostics;
using HashDb.Storage.Snapshot;

namespace HashDb.Storage.Generations;

internal sealed class BuildThrottle(CollectionCore core, double share, CancellationToken cancellationToken)
{
    /// <summary>Below the time for which a scheduler lets a thread run, and above what waking up costs.</summary>
    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(1);

    /// <summary>However long a step took in one piece, nobody gains when the build then sleeps for minutes.</summary>
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(1);

    private long _since = Stopwatch.GetTimestamp();
    private CollectionState? _state;
    private int _leasesTaken;

    /// <summary>To be called between steps that take much less than a slice, or as near to that as the work allows.</summary>
    public void Pause()
    {
        TimeSpan worked = Stopwatch.GetElapsedTime(_since);
        if (worked < Slice)
            return;
        cancellationToken.ThrowIfCancellationRequested();
        if (share < 1 && SearchesHaveRun())
        {
            TimeSpan rest = worked * ((1 - share) / share);
            cancellationToken.WaitHandle.WaitOne(rest < LongestRest ? rest : LongestRest);
        }
        _since = Stopwatch.GetTimestamp();
    }

    private bool SearchesHaveRun()
    {
        CollectionState state = core.Live.State;
        int taken = state.LeasesTaken;
        bool haveRun = state.IsInUse || !ReferenceEquals(state, _state) || taken != _leasesTaken;
        (_state, _leasesTaken) = (state, taken);
        return haveRun;
    }
}
