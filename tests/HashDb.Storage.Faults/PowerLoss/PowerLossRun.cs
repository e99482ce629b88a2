// The power-loss test: records one run of the worker, makes states of its files after losses of power, and checks each. The calls are
// replayed once; states are checked beside it, on as many threads as there are processors. A state that fails is kept, with the
// recording, and the message has the command that makes and checks it again.
using System.Collections.Concurrent;
using HashDb.Storage.Faults.Checks;
using HashDb.Storage.Faults.SystemCalls;

namespace HashDb.Storage.Faults.PowerLoss;

/// <param name="seed">Of the workload and of the states.</param>
internal sealed class PowerLossRun(ulong seed)
{
    /// <summary>The program's command that checks one state: recording, seed of the workload, call, loss and seed of the state.</summary>
    public const string StateCommand = "power-loss-state";

    /// <summary>How often the worker opens the database and closes it.</summary>
    private const int Parts = 2;

    private readonly ConcurrentQueue<string> _failures = [];

    /// <summary>Calls of the recording, marks not counted.</summary>
    public int CallCount { get; private set; }

    /// <summary>One text for each state that is not as it must be.</summary>
    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>Files and folders whose flushes do nothing, by their paths: a device that lies. None when null.</summary>
    public Func<string, bool>? IsIgnored { get; init; }

    /// <summary>Keep the folders of states that failed, and the recording.</summary>
    public bool KeepsFailures { get; init; } = true;

    /// <summary>Records, and checks so many states.</summary>
    /// <exception cref="NotPermittedException">This system does not let one process watch another.</exception>
    public Task RunAsync(int states) => RunAsync(Recorder.Record(seed, Parts), states);

    /// <summary>Makes one state of a stored recording in a folder and checks it.</summary>
    public static async Task RunStateAsync(string recording, ulong seed, CrashState state, string folder)
    {
        IReadOnlyList<FileCall> calls = Recording.Load(recording).Calls;
        var files = new SimulatedFileSystem();
        var marks = new List<FileCall>();
        int done = 0;
        foreach (FileCall call in calls)
        {
            if (call.Kind == FileCallKind.Mark)
            {
                marks.Add(call);
                continue;
            }
            if (done++ == state.Call)
                break;
            files.Apply(call);
        }
        state.Materialise(files, folder);
        await StateCheck.RunAsync(folder, marks, seed, new Random((int)state.Seed)).ConfigureAwait(false);
    }

    private async Task RunAsync(Recording recording, int states)
    {
        CallCount = recording.Calls.Count(call => call.Kind != FileCallKind.Mark);
        using var places = new SemaphoreSlim(Environment.ProcessorCount);
        var files = new SimulatedFileSystem();
        var marks = new List<FileCall>();
        var checks = new List<Task>();
        int number = 0;
        int done = 0;
        for (int i = 0; i <= recording.Calls.Count; i++)
        {
            FileCall? next = i < recording.Calls.Count ? recording.Calls[i] : null;
            // A mark after the call counts: what is acknowledged between two calls must survive from then on.
            bool isMoment = next?.Kind != FileCallKind.Mark;
            while (isMoment && number < states && CrashState.At(seed, number, states, CallCount) is var state && state.Call <= done)
            {
                await places.WaitAsync().ConfigureAwait(false);
                string folder = Folders.NewTemporary("power-loss");
                state.Materialise(files, folder);
                FileCall[] said = [.. marks];
                string last = recording.Calls[i - 1].ToString();
                checks.Add(Task.Run(async () =>
                {
                    try
                    {
                        await CheckAsync(recording, state, folder, said, last).ConfigureAwait(false);
                    }
                    finally
                    {
                        places.Release();
                    }
                }));
                number++;
            }
            if (next is null)
                break;
            if (next.Kind == FileCallKind.Mark)
            {
                marks.Add(next);
                continue;
            }
            if (next.Kind != FileCallKind.Flush || IsIgnored is null || !IsIgnored(next.Path))
                files.Apply(next);
            done++;
        }
        await Task.WhenAll(checks).ConfigureAwait(false);
    }

    private async Task CheckAsync(Recording recording, CrashState state, string folder, FileCall[] marks, string last)
    {
        try
        {
            await StateCheck.RunAsync(folder, marks, seed, new Random((int)state.Seed)).ConfigureAwait(false);
            Folders.Delete(folder);
        }
        catch (Exception) when (!KeepsFailures)
        {
            _failures.Enqueue(state.ToString());
            Folders.Delete(folder);
        }
        catch (Exception exception)
        {
            string stored = folder + ".recording";
            recording.Save(stored);
            _failures.Enqueue(
                $"{state} (last call: {last}): {exception.GetBaseException().Message}\n  repeat: dotnet "
                + $"{typeof(PowerLossRun).Assembly.Location} {StateCommand} {stored} {seed} {state.Call} {state.Loss} {state.Seed}\n"
                + $"  the folder after the check is {folder}");
        }
    }
}
