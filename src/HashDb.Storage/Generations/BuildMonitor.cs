// What a build has done so far, for statistics and for whoever asked to be told. Told at every change of phase and otherwise
// not more often than people look. Safe for many threads.
using System.Diagnostics;

namespace HashDb.Storage.Generations;

internal sealed class BuildMonitor(IProgress<GenerationProgress>? progress)
{
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private GenerationPhase _phase;
    private long _rowsDone;
    private long _rowsTotal;
    private long _lastReport;

    public GenerationProgress Current
    {
        get
        {
            lock (_gate)
                return Describe();
        }
    }

    public void Enter(GenerationPhase phase, long rowsTotal)
    {
        GenerationProgress now;
        lock (_gate)
        {
            (_phase, _rowsDone, _rowsTotal) = (phase, 0, rowsTotal);
            now = Describe();
        }
        progress?.Report(now);
    }

    public void Advance(long rows)
    {
        GenerationProgress now;
        lock (_gate)
        {
            _rowsDone += rows;
            _rowsTotal = Math.Max(_rowsTotal, _rowsDone);
            if (progress is null || Stopwatch.GetElapsedTime(_lastReport) < ReportInterval)
                return;
            _lastReport = Stopwatch.GetTimestamp();
            now = Describe();
        }
        progress.Report(now);
    }

    private GenerationProgress Describe() => new(_phase, _rowsDone, _rowsTotal);
}
