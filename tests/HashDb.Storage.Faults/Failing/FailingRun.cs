// The test of failing system calls: one process runs the workload again and again, each time with another call of it failing, and the
// database of each case is opened and compared here when the case has ended.
using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using HashDb.Storage.Faults.Checks;
using HashDb.Storage.Faults.PowerLoss;
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
    private Random _random = new(1);
    private readonly SemaphoreSlim _places = new(Environment.ProcessorCount);
    private readonly string _root = Folders.NewTemporary("call-faults");
    private IReadOnlyList<CallFault?> _faults = [null];
    private Facts _facts = new();
    private CallFault? _fault;
    private string? _broken;
    private SimulatedFileSystem _files = new();
    private int _case;
    private int _statesLeft;
    private int _concerned;
    private bool _isInCase;
    private bool _isHit;
    private bool _isHalted;

    private string FolderName => FailingLayout.CaseName(_case);

    /// <summary>So many times in a case the power goes, too, soon after the failure.</summary>
    public int StatesPerCase { get; init; }

    /// <summary>States are spread over about so many calls after the failure.</summary>
    public int SpreadOfStates { get; init; } = 30;

    /// <summary>The calls that fail are told to have succeeded: the proof that the test can fail.</summary>
    public bool Lies { get; init; }

    /// <summary>What a failed flush did not write is never written, see <see cref="SimulatedFile.FailFlush"/>.</summary>
    public bool ForgetsFailedFlushes { get; init; }

    /// <summary>Keep the folders of cases that failed.</summary>
    public bool KeepsFailures { get; init; } = true;

    /// <summary>States after a loss of power that were checked.</summary>
    public int StateCount { get; private set; }

    /// <summary>One text for each case that did not end as it must.</summary>
    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>How many cases there are.</summary>
    public int CaseCount { get; private set; }

    /// <summary>In how many cases something was refused.</summary>
    public int RefusedCount { get; private set; }

    /// <summary>Runs all cases, or so many of them.</summary>
    /// <param name="cases">Number of cases; null for all.</param>
    /// <param name="seed">Chooses them.</param>
    /// <param name="part">Only cases whose text matches this pattern; all when empty.</param>
    /// <exception cref="NotPermittedException">This system does not let one process watch another.</exception>
    public async Task RunAsync(int? cases, int seed, string part)
    {
        _random = new Random(seed);
        await RunInFolderAsync(async () =>
        {
            // Without a fault everything is acknowledged; this also counts the calls.
            await RunCasesAsync([null]).ConfigureAwait(false);
            CheckFailedException.Unless(RefusedCount == 0, $"without a fault something was refused: {string.Join("; ", _refusals)}");
            CallFault[] all = [.. CallFault.All(_counts).Concat(CallFault.Halts(_counts)).Where(fault => Regex.IsMatch($"{fault}", part))];
            if (cases is not null)
                new Random(seed).Shuffle(all);
            await RunCasesAsync(all[..Math.Min(cases ?? all.Length, all.Length)]).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }

    /// <summary>Runs these cases.</summary>
    public Task RunAsync(IReadOnlyList<CallFault> faults) => RunInFolderAsync(() => RunCasesAsync(faults));

    public CallDecision Decide(FileCall call)
    {
        // The folder of the case itself is not the database's.
        if (!_isInCase || !call.Path.Contains("/" + FailingLayout.DatabaseFolderName, StringComparison.Ordinal))
            return CallDecision.Run;
        if (_isHit)
            TakeStates();
        _counts[call.Kind] = _counts.GetValueOrDefault(call.Kind) + 1;
        if (_fault?.IsHalt == true)
            return DecideHalt(call);
        if (_fault?.Kind != call.Kind || !call.Path.EndsWith(_fault.PathEnd, StringComparison.Ordinal))
            return CallDecision.Run;
        CallDecision decision = _fault.Decide(++_concerned);
        _isHit |= decision != CallDecision.Run;
        if (ForgetsFailedFlushes && call.Kind == FileCallKind.Flush && decision.Error is not (0 or (int)CallError.EINTR))
            _files.FailFlush(call.Path);
        return Lies && decision.Error != 0 ? CallDecision.Pretend : decision;
    }

    private CallDecision DecideHalt(FileCall call)
    {
        if (++_concerned == _fault!.Number)
            _isHit = _isHalted = true;
        bool changesNothing = call.Kind is FileCallKind.Open or FileCallKind.Map;
        return _isHalted && !changesNothing ? new CallDecision((int)_fault.Error) : CallDecision.Run;
    }

    public void Done(FileCall call)
    {
        if (call.Kind != FileCallKind.Mark)
        {
            if (_isInCase)
                _files.Apply(call);
            return;
        }
        if (_facts.TryRead(call.Path))
            return;
        string[] words = call.Path.Split(' ', 2);
        switch (words[0])
        {
            case FailingWorker.CaseWord:
                BeginCase(int.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture));
                break;
            case FailingWorker.RefusedWord:
                _refusals.Add(words[1]);
                break;
            case FailingWorker.OpenWord:
                _isHalted = false;
                break;
            case FailingWorker.BrokenWord:
                _broken = words[1];
                break;
            default:
                EndCase();
                break;
        }
    }

    private async Task RunInFolderAsync(Func<Task> run)
    {
        Directory.CreateDirectory(_root);
        try
        {
            await run().ConfigureAwait(false);
        }
        finally
        {
            Folders.Delete(_root);
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

    private void BeginCase(int number)
    {
        _case = number;
        _fault = _faults[number];
        _facts = new Facts();
        _broken = null;
        _counts.Clear();
        _refusals.Clear();
        _isHit = false;
        _concerned = 0;
        _isHalted = false;
        _statesLeft = StatesPerCase;
        _files = new SimulatedFileSystem();
        _files.Apply(new FileCall(FileCallKind.MakeDirectory, FolderName));
        _files.Apply(new FileCall(FileCallKind.Flush, ""));
        _isInCase = true;
    }

    /// <summary>About as many states at each call as lead to the wanted number soon after the failure.</summary>
    private void TakeStates()
    {
        for (int due = StatesPerCase + _random.Next(SpreadOfStates); due >= SpreadOfStates && _statesLeft > 0; due -= SpreadOfStates)
            TakeState();
    }

    /// <summary>Lets the power go between the failure and what follows it.</summary>
    private void TakeState()
    {
        _statesLeft--;
        StateCount++;
        var state = new CrashState(_counts.Values.Sum(), LossModel.At(_random), (ulong)_random.NextInt64());
        string folder = Folders.NewTemporary("call-fault-state");
        state.Materialise(_files, folder);
        Facts facts = _facts.Copy();
        (CallFault? fault, string refused) = (_fault, string.Join("; ", _refusals));
        string name = FolderName;
        Begin(async () =>
        {
            try
            {
                await FailingCheck.RunAsync(
                    Path.Combine(folder, name, FailingLayout.DatabaseFolderName), facts, isPowerLost: true).ConfigureAwait(false);
                Folders.Delete(folder);
            }
            catch (Exception exception)
            {
                Fail(fault, exception, $"{refused}; the power went {state}", folder);
            }
        });
    }

    private void Begin(Func<Task> check)
    {
        _places.Wait();
        _checks.Add(Task.Run(async () =>
        {
            try
            {
                await check().ConfigureAwait(false);
            }
            finally
            {
                _places.Release();
            }
        }));
    }

    private void Fail(CallFault? fault, Exception exception, string refused, string folder)
    {
        _failures.Enqueue($"{fault}: {exception.Message}\n  refused in turn: {refused}\n  the folder is {folder}");
        if (!KeepsFailures)
            Folders.Delete(folder);
    }

    private void EndCase()
    {
        _isInCase = false;
        CaseCount++;
        RefusedCount += _refusals.Count > 0 ? 1 : 0;
        if (_fault is { Error: CallError.EINTR } && _refusals.Count > 0)
            _broken ??= "an interrupted call was not made again";
        (Facts facts, CallFault? fault, string? broken) = (_facts, _fault, _broken);
        string folder = FailingLayout.CasePath(_root, _case);
        string refused = string.Join("; ", _refusals);
        Begin(() => CheckAsync(folder, facts, fault, broken, refused));
    }

    private async Task CheckAsync(string folder, Facts facts, CallFault? fault, string? broken, string refused)
    {
        try
        {
            CheckFailedException.Unless(broken is null, broken ?? "");
            string path = Path.Combine(folder, FailingLayout.DatabaseFolderName);
            await FailingCheck.RunAsync(path, facts, isPowerLost: false).ConfigureAwait(false);
            Folders.Delete(folder);
        }
        catch (Exception exception)
        {
            // A folder that cannot be told from that of another run would be overwritten by it.
            string kept = Folders.NewTemporary("call-fault-failed");
            Directory.Move(folder, kept);
            Fail(fault, exception, refused, kept);
        }
    }
}
