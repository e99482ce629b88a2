// When each fault point was passed last, as ordinal numbers in a mapped file: they outlive the process that is killed, and say
// what it was doing.
using System.IO.MemoryMappedFiles;
using HashDb.Storage.Files;

namespace HashDb.Storage.Faults.Killing;

internal sealed class PhaseFile : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private long _ordinal;

    public PhaseFile(string path)
    {
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.OpenOrCreate, null, FaultPoints.All.Length * sizeof(long));
        _view = _file.CreateViewAccessor();
    }

    public void Pass(string point) => _view.Write(OffsetOf(point), Interlocked.Increment(ref _ordinal));

    /// <summary>What was under way; of several things the rarest.</summary>
    public string Describe(bool isReady)
    {
        if (!isReady)
            return "opening";
        if (LastPass(FaultPoints.RollbackBegun) > LastPass(FaultPoints.RollbackSwitched))
            return "rollback";
        if (LastPass(FaultPoints.ReindexBegun) > LastPass(FaultPoints.ReindexSwitched))
            return "re-index";
        if (LastPass(FaultPoints.CompactionBegun) > LastPass(FaultPoints.CompactionSwitched))
            return "compaction";
        if (LastPass(FaultPoints.CheckpointLogRolled) > LastPass(FaultPoints.CheckpointLogPurged))
            return "checkpoint";
        return LastPass(FaultPoints.BeforeRecordsWritten) > LastPass(FaultPoints.AfterApplied) ? "writing a group" : "between groups";
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }

    private long LastPass(string point) => _view.ReadInt64(OffsetOf(point));

    private static int OffsetOf(string point) => Array.IndexOf(FaultPoints.All, point) * sizeof(long);
}
