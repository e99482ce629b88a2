// The test of failing system calls: one process runs the workload again and again, each time with another call of it failing, and the
// database of each case is opened and compared here when the case has ended.
using System.Collections.Concurrent;
using HashDb.Storage.Faults.Checks;
using HashDb.Storage.Faults.SystemCalls;

namespace HashDb.Storage.Faults.Failing;

internal sealed class FailingRun : ICallWatcher
{
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestCase = TimeSpan.FromSeconds(3);

    private readonly ConcurrentQueue<string> _failures = [];
    private readonly List<Task> _checks = [];
    private readonly Dictionary<FileCallKind, int> _counts = [];
    private readonly List<string> _refusals = [];
    private readonly SemaphoreSlim _places = new(Environment.ProcessorCount);
    private readonly string _root = Folders.NewTemporary("call-faults");
    private IReadOnlyList<CallFault?> _faults = [null];
    private Facts _facts = new();
    private CallFault? _fault;
    private string? _broken;
    private int _case;
    private bool _isInCase;

    /// <summary>One text for each case that did not end as it must.</summary>
    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>How many cases there are.</summary>
    public int CaseCount { get; private set; }

    /// <summary>In how many cases something was refused.</summary>
    public int RefusedCount { get; private set; }

    /// <summary>Runs all cases, or so many of them.</summary>
    /// <param name="cases">Number of cases; null for all.</param>
    /// <param name="seed">Chooses them.</param>
    /// <param name="part">Only cases whose text contains this; all when empty.</param>
    /// <exception cref="NotPermittedException">This system does not let one process watch another.</exception>
    public async Task RunAsync(int? cases, int seed, string part)
    {
        Directory.CreateDirectory(_root);
        try
        {
            // Without a fault everything is acknowledged; this also counts the calls.
            await RunCasesAsync([null]).ConfigureAwait(false);
            CheckFailedException.Unless(RefusedCount == 0, $"without a fault something was refused: {string.Join("; ", _refusals)}");
            CallFault[] all = [.. CallFault.All(_counts).Where(fault => $"{fault}".Contains(part, StringComparison.Ordinal))];
            if (cases is not null)
                new Random(seed).Shuffle(all);
            await RunCasesAsync(all[..Math.Min(cases ?? all.Length, all.Length)]).ConfigureAwait(false);
        }
        finally
        {
            if (_failures.IsEmpty)
                Folders.Delete(_root);
        }
    }

    public int Decide(FileCall call)
    {
        // The folder of the case itself is not the database's.
        if (!_isInCase || !call.Path.Contains("/" + FailingLayout.DatabaseFolderName, StringComparison.Ordinal))
            return 0;
        int number = _counts[call.Kind] = _counts.GetValueOrDefault(call.Kind) + 1;
        return _fault?.Kind == call.Kind && _fault.Concerns(number) ? (int)_fault.Error : 0;
    }

    public void Done(FileCall call)
    {
        if (call.Kind != FileCallKind.Mark || _facts.TryRead(call.Path))
            return;
        string[] words = call.Path.Split(' ', 2);
        switch (words[0])
        {
            case FailingWorker.CaseWord:
                _case = int.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture);
                _fault = _faults[_case];
                _facts = new Facts();
                _broken = null;
                _counts.Clear();
                _refusals.Clear();
                _isInCase = true;
                break;
            case FailingWorker.RefusedWord:
                _refusals.Add(words[1]);
                break;
            case FailingWorker.BrokenWord:
                _broken = words[1];
                break;
            default:
                EndCase();
                break;
        }
    }

    private async Task RunCasesAsync(IReadOnlyList<CallFault?> faults)
    {
        _faults = faults;
        if (faults.Count == 0)
            return;
        using (var process = new WatchedProcess(_root, FailingWorker.Command, _root, $"{faults.Count}"))
        {
            try
            {
                process.Run(this, LongestStart + LongestCase * faults.Count);
            }
            catch (CheckFailedException exception)
            {
                throw new CheckFailedException($"in the case in which {_fault}: {exception.Message}");
            }
        }
        await Task.WhenAll(_checks).ConfigureAwait(false);
        _checks.Clear();
    }

    private void EndCase()
    {
        _isInCase = false;
        CaseCount++;
        RefusedCount += _refusals.Count > 0 ? 1 : 0;
        if (_fault?.Error == CallError.EINTR && _refusals.Count > 0)
            _broken ??= "an interrupted call was not made again";
        (Facts facts, CallFault? fault, string? broken) = (_facts, _fault, _broken);
        string folder = FailingLayout.CasePath(_root, _case);
        string refused = string.Join("; ", _refusals);
        _places.Wait();
        _checks.Add(Task.Run(() => CheckAsync(folder, facts, fault, broken, refused)).ContinueWith(
            _ => _places.Release(), TaskScheduler.Default));
    }

    private async Task CheckAsync(string folder, Facts facts, CallFault? fault, string? broken, string refused)
    {
        try
        {
            CheckFailedException.Unless(broken is null, broken ?? "");
            await FailingCheck.RunAsync(Path.Combine(folder, FailingLayout.DatabaseFolderName), facts).ConfigureAwait(false);
            Folders.Delete(folder);
        }
        catch (Exception exception)
        {
            // A folder that cannot be told from that of another run would be overwritten by it.
            string kept = Folders.NewTemporary("call-fault-failed");
            Directory.Move(folder, kept);
            _failures.Enqueue($"{fault}: {exception.Message}\n  refused in turn: {refused}\n  the folder is {kept}");
        }
    }
}
