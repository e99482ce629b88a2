using HashDb.Storage.Index;

namespace HashDb.Storage.Generations;

/// <summary>Throttles the building of posting tables beside a live generation, and reports it.</summary>
internal sealed class BuildPace(CollectionCore core, double share, BuildMonitor monitor) : IBuildPace
{
    private BuildThrottle? _throttle;

    public void Step(long rowsDone, CancellationToken cancellationToken)
    {
        _throttle ??= new BuildThrottle(core, share, cancellationToken);
        if (rowsDone > 0)
            monitor.Advance(rowsDone);
        _throttle.Pause();
    }
}
