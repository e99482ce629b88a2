// Records a process. At its end, and every few hundred calls, the recording is proved to be complete: the files that it leads to when
// nothing is lost must be the files on disk, byte for byte. A write by a way that is not watched would be seen there.
using HashDb.Storage.Faults.Checks;
using HashDb.Storage.Faults.SystemCalls;

namespace HashDb.Storage.Faults.PowerLoss;

internal sealed class Recorder : ICallWatcher
{
    private const int CallsBetweenComparisons = 500;
    private const int LongestOpenMilliseconds = 2_000;
    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(3);

    private readonly string _root;
    private readonly List<FileCall> _calls = [];
    private readonly SimulatedFileSystem _simulated = new();

    private Recorder(string root) => _root = root;

    /// <summary>Runs the workload in a folder of its own and records it.</summary>
    /// <param name="seed">Of the workload.</param>
    /// <param name="parts">How often it opens the database, works, and closes it.</param>
    /// <exception cref="NotPermittedException">This system does not let one process watch another.</exception>
    public static Recording Record(ulong seed, int parts)
    {
        string root = Folders.NewTemporary("record");
        Directory.CreateDirectory(root);
        try
        {
            var recorder = new Recorder(root);
            using (var process = new WatchedProcess(root, PowerLossWorker.Command, root, $"{seed}", $"{parts}"))
                process.Run(recorder, LongestRun);
            recorder.Compare();
            return new Recording(recorder._calls);
        }
        finally
        {
            Folders.Delete(root);
        }
    }

    public CallDecision Decide(FileCall call)
    {
        // Nothing is under way now: this thread carries the calls out.
        if (_calls.Count % CallsBetweenComparisons == CallsBetweenComparisons - 1)
            Compare();
        return CallDecision.Run;
    }

    public void Done(FileCall call)
    {
        if (call.Kind is FileCallKind.Open or FileCallKind.Map)
            return;
        _calls.Add(call);
        _simulated.Apply(call);
    }

    private void Compare()
    {
        IReadOnlyDictionary<string, byte[]?> recorded = _simulated.Survivors(LossModel.NothingLost, new Random(0));
        string[] known = [.. recorded.Keys.Order(StringComparer.Ordinal)];
        string[] onDisk = NamesOnDisk();
        // The kernel makes a file after its open was recorded, so another thread may be about to have one made.
        for (int wait = 0; wait < LongestOpenMilliseconds && !known.SequenceEqual(onDisk); wait++)
        {
            Thread.Sleep(1);
            onDisk = NamesOnDisk();
        }
        CheckFailedException.Unless(
            known.SequenceEqual(onDisk),
            $"the recording is not complete after call {_calls.Count} ({_calls[^1]}): recorded and not on disk are ["
            + $"{string.Join(", ", known.Except(onDisk))}], on disk and not recorded [{string.Join(", ", onDisk.Except(known))}]");
        foreach ((string path, byte[]? content) in recorded)
        {
            CheckFailedException.Unless(
                content is null || content.AsSpan().SequenceEqual(Kernel.ReadFile(Path.Combine(_root, path))),
                $"the recording is not complete after call {_calls.Count}: {path} has another content on disk");
        }
    }

    private string[] NamesOnDisk() =>
    [
        .. Directory.EnumerateFileSystemEntries(_root, "*", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(_root, path)).Order(StringComparer.Ordinal),
    ];
}
