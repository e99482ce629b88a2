// The commands of the program: run, print progress and a last line that sums up, return an exit code.
using System.Diagnostics;
using HashDb.Storage.Faults.Checks;
using HashDb.Storage.Faults.Damaging;
using HashDb.Storage.Faults.Failing;
using HashDb.Storage.Faults.Killing;
using HashDb.Storage.Faults.PowerLoss;
using HashDb.Storage.Files;

namespace HashDb.Storage.Faults;

internal static class LongRuns
{
    private const int PassesPerPoint = 3;

    public static Task<int> KillAsync(int rounds, ulong seed) => KillAsync("kill test", run => run.RunRoundAsync(), rounds, seed);

    public static Task<int> LiveKillAsync(int rounds, ulong seed) =>
        KillAsync("live kill test", run => run.RunLiveRoundAsync(), rounds, seed);

    private static async Task<int> KillAsync(string what, Func<KillRun, Task<RoundResult>> round, int rounds, ulong seed)
    {
        long started = Stopwatch.GetTimestamp();
        var results = new List<RoundResult>();
        try
        {
            using var run = new KillRun(seed);
            for (int i = 0; i < rounds; i++)
                results.Add(Show(await round(run).ConfigureAwait(false)));
        }
        catch (CheckFailedException failure)
        {
            return Fail(failure);
        }
        Console.WriteLine(Summary(what, seed, results, started));
        return 0;
    }

    public static async Task<int> CrashPointsAsync(ulong seed)
    {
        long started = Stopwatch.GetTimestamp();
        var results = new List<RoundResult>();
        var random = new Random((int)seed);
        try
        {
            using var run = new KillRun(seed);
            foreach (string point in FaultPoints.All)
            {
                for (int pass = 0; pass < PassesPerPoint; pass++)
                    results.Add(Show(await run.RunCrashPointAsync(point, pass == 0 ? 1 : random.Next(2, 12)).ConfigureAwait(false)));
            }
        }
        catch (CheckFailedException failure)
        {
            return Fail(failure);
        }
        Console.WriteLine(Summary($"crash points ({FaultPoints.All.Length})", seed, results, started));
        return 0;
    }

    /// <param name="casesPerFile">Cases of each kind for each file, or null for all.</param>
    /// <param name="seed">Chooses them.</param>
    /// <param name="only">One sample, or null for all.</param>
    /// <param name="part">Only files whose paths contain this.</param>
    public static async Task<int> DamageAsync(int? casesPerFile, int seed, SampleEnd? only, string part)
    {
        long started = Stopwatch.GetTimestamp();
        var run = new DamageRun();
        foreach (SampleEnd end in Enum.GetValues<SampleEnd>().Where(end => only is null || end == only))
            await run.RunAsync(end, casesPerFile, seed, part, Console.WriteLine).ConfigureAwait(false);
        foreach (string line in run.Summary)
            Console.WriteLine(line);
        foreach (string failure in run.Failures)
            await Console.Error.WriteLineAsync("FAILED: " + failure).ConfigureAwait(false);
        Console.WriteLine(
            $"damage test: {run.CaseCount} cases, {run.Failures.Count} failures, {Stopwatch.GetElapsedTime(started).TotalSeconds:F0} s");
        return run.Failures.Count == 0 ? 0 : 1;
    }

    /// <summary>Every two thousand states are of another recording, with the next seed.</summary>
    public static async Task<int> PowerLossAsync(int states, ulong seed)
    {
        const int statesPerRecording = 2_000;
        long started = Stopwatch.GetTimestamp();
        int calls = 0;
        int failures = 0;
        for (int done = 0; done < states; done += statesPerRecording)
        {
            var run = new PowerLossRun(seed + (ulong)(done / statesPerRecording));
            await run.RunAsync(Math.Min(statesPerRecording, states - done)).ConfigureAwait(false);
            foreach (string failure in run.Failures)
                await Console.Error.WriteLineAsync("FAILED: " + failure).ConfigureAwait(false);
            calls += run.CallCount;
            failures += run.Failures.Count;
        }
        Console.WriteLine(
            $"power-loss test, seed {seed}: {states} states after {calls} calls, {failures} failures, "
            + $"{Stopwatch.GetElapsedTime(started).TotalSeconds:F0} s");
        return failures == 0 ? 0 : 1;
    }

    /// <summary>Makes one state again, in a folder that is kept, and checks it.</summary>
    public static async Task<int> PowerLossStateAsync(string recording, ulong seed, CrashState state)
    {
        string folder = Folders.NewTemporary("power-loss-state");
        Console.WriteLine(folder);
        await PowerLossRun.RunStateAsync(recording, seed, state, folder).ConfigureAwait(false);
        Console.WriteLine($"the state {state} is sound");
        return 0;
    }

    /// <param name="cases">How many cases, or null for all.</param>
    /// <param name="seed">Chooses them.</param>
    /// <param name="part">Only cases whose text matches this pattern.</param>
    /// <param name="states">States after a loss of power of each.</param>
    /// <param name="spread">So many calls after the failure.</param>
    /// <param name="forgets">The system does not write again what a failed flush has not written.</param>
    public static async Task<int> CallFaultsAsync(int? cases, int seed, string part, int states = 3, int spread = 30, bool forgets = false)
    {
        long started = Stopwatch.GetTimestamp();
        var run = new FailingRun { StatesPerCase = states, ForgetsFailedFlushes = forgets, SpreadOfStates = spread };
        await run.RunAsync(cases, seed, part).ConfigureAwait(false);
        foreach (string failure in run.Failures)
            await Console.Error.WriteLineAsync("FAILED: " + failure).ConfigureAwait(false);
        Console.WriteLine(
            $"system-call fault test: {run.CaseCount} cases, something refused in {run.RefusedCount}, "
            + $"{run.StateCount} of them also without power, {run.Failures.Count} failures, "
            + $"{Stopwatch.GetElapsedTime(started).TotalSeconds:F0} s");
        return run.Failures.Count == 0 ? 0 : 1;
    }

    private static RoundResult Show(RoundResult result)
    {
        Console.WriteLine(
            $"round {result.Round}: killed while {result.Phase}; {result.Acknowledged} operations acknowledged, "
            + $"{result.Survivors} more survived, {result.Records} records");
        return result;
    }

    private static string Summary(string what, ulong seed, List<RoundResult> results, long started)
    {
        string phases = string.Join(
            ", ",
            results.GroupBy(result => result.Phase.Split(':')[0]).OrderByDescending(group => group.Count()).Select(
                group => $"{group.Key} {group.Count()}"));
        return $"{what}, seed {seed}: {results.Count} rounds sound, "
            + $"{results.Sum(result => result.Acknowledged)} operations acknowledged, none lost; "
            + $"{results.Sum(result => result.Survivors)} unacknowledged ones survived whole; killed while: {phases}; "
            + $"{Stopwatch.GetElapsedTime(started).TotalSeconds:F0} s";
    }

    private static int Fail(CheckFailedException failure)
    {
        Console.Error.WriteLine("FAILED: " + failure.Message);
        return 1;
    }
}
