// All cases of the damage test, or a seeded sample of them, two at a time, each within a time limit. Goes on after a failure, so
// that one run shows all of them.
using System.Collections.Concurrent;
using HashDb.Storage.Faults.Checks;

namespace HashDb.Storage.Faults.Damaging;

internal sealed class DamageRun
{
    private const int ParallelCases = 2;
    private const int ProgressEvery = 2_000;
    private const int RepairEvery = 7;
    private const int MaxFailures = 40;
    private const int SparseStep = 509;
    private static readonly TimeSpan LongestCase = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<(SampleEnd, DamageOutcome), int> _outcomes = new();
    private readonly ConcurrentQueue<string> _failures = new();
    private int _done;

    public IReadOnlyCollection<string> Failures => _failures;

    public IEnumerable<string> Summary => _outcomes
        .OrderBy(pair => pair.Key.Item1).ThenByDescending(pair => pair.Value)
        .Select(pair => $"{pair.Key.Item1}: opening {pair.Key.Item2.Open}, repair {pair.Key.Item2.Repair}: {pair.Value}");

    public int CaseCount => _done;

    /// <param name="end">Which sample.</param>
    /// <param name="casesPerFile">Cases of each kind for each file, or null for all.</param>
    /// <param name="seed">Chooses them.</param>
    /// <param name="part">Only files whose paths contain this.</param>
    /// <param name="progress">Told from time to time.</param>
    public async Task RunAsync(SampleEnd end, int? casesPerFile, int seed, string part, Action<string> progress)
    {
        using SampleDatabase sample = await SampleDatabase.MakeAsync(end).ConfigureAwait(false);
        DamageCase[] cases = [.. DamageCase.All(sample, SparseStep).Where(damage => damage.File.Contains(part, StringComparison.Ordinal))];
        if (casesPerFile is { } count)
        {
            var random = new Random(seed);
            cases = [.. cases.GroupBy(damage => (damage.File, damage.Kind)).SelectMany(group => Choose([.. group], count, random))];
        }
        await Parallel.ForEachAsync(
            cases.Index(),
            new ParallelOptions { MaxDegreeOfParallelism = ParallelCases },
            async (numbered, _) => await RunCaseAsync(
                sample,
                numbered.Item,
                casesPerFile is not null || numbered.Index % RepairEvery == 0,
                cases.Length,
                progress).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private async Task RunCaseAsync(SampleDatabase sample, DamageCase damage, bool alwaysRepair, int of, Action<string> progress)
    {
        if (_failures.Count >= MaxFailures)
            return;
        try
        {
            DamageOutcome outcome =
                await Task.Run(() => new DamageTrial(sample, damage).RunAsync(alwaysRepair)).WaitAsync(LongestCase).ConfigureAwait(false);
            _outcomes.AddOrUpdate((sample.End, outcome), 1, (_, count) => count + 1);
        }
        catch (TimeoutException)
        {
            _failures.Enqueue($"{sample.End} sample, {damage}: no end within {LongestCase}");
        }
        catch (CheckFailedException failure)
        {
            _failures.Enqueue(failure.Message.Contains(damage.ToString(), StringComparison.Ordinal)
                ? failure.Message
                : $"{sample.End} sample, {damage}: {failure.Message}");
        }
        catch (Exception exception)
        {
            _failures.Enqueue($"{sample.End} sample, {damage}: {exception}");
        }
        if (Interlocked.Increment(ref _done) % ProgressEvery == 0)
            progress($"{sample.End}: {_done} cases done ({of} of this sample in all), {_failures.Count} failures");
    }

    private static DamageCase[] Choose(DamageCase[] cases, int count, Random random)
    {
        random.Shuffle(cases);
        return cases[..Math.Min(count, cases.Length)];
    }
}
