// The kill test: start a worker on the database, kill it, and look whether what is there is what must be there. The database
// continues from round to round. In half of the rounds a copy is looked at and the database itself is left as the kill left it, so
// that recovery is also recovered from; in the others it is opened and closed in between.
using HashDb.Storage.Faults.Checks;
using HashDb.Storage.Faults.Workload;
using HashDb.Storage.Files;

namespace HashDb.Storage.Faults.Killing;

internal sealed class KillRun : IDisposable
{
    private const int RoundsPerDatabase = 20;

    /// <summary>300,000 records: in larger ones a fault point of a re-index comes so late that little else would be tested.</summary>
    private const int MaxRecords = 300_000;

    /// <summary>5 minutes for a point to come for the twelfth time, also on a machine with other work.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(5);

    private readonly ulong _seed;
    private readonly Random _random;
    private string _directory = "";
    private bool _hasFailed;
    private int _databases;
    private Settlement _settlement = new(0, 0);
    private int _firstRound;
    private int _round;
    private long _records;
    private bool _isMade;

    public KillRun(ulong seed)
    {
        _seed = seed;
        _random = new Random((int)SeedMix.Of(seed, 3));
        BeginDatabase();
    }

    private string PhasePath => _directory + ".phase";

    /// <summary>Kills the worker at a random moment; now and then before it has opened the database.</summary>
    public Task<RoundResult> RunRoundAsync() => RunRoundAsync(null, async worker =>
    {
        bool whileOpening = _random.Next(8) == 0;
        int milliseconds = whileOpening ? _random.Next(60, 500) : _random.Next(20, 1_800);
        if (!whileOpening)
            await worker.ReadyOrEndedAsync().WaitAsync(LongestWait).ConfigureAwait(false);
        await Task.Delay(milliseconds).ConfigureAwait(false);
        await worker.KillAsync().ConfigureAwait(false);
    });

    /// <summary>Kills the worker in the change of a generation or in a checkpoint beside it, or at a random moment.</summary>
    public Task<RoundResult> RunLiveRoundAsync()
    {
        string[] shared = [FaultPoints.CheckpointManifestWritten, FaultPoints.CheckpointCopyWritten, FaultPoints.LogSegmentCreated];
        string[] points = [.. FaultPoints.All.Where(IsOfGenerations), .. shared];
        return _random.Next(4) == 0 ? RunRoundAsync() : RunCrashPointAsync(points[_random.Next(points.Length)], _random.Next(1, 4));
    }

    /// <summary>Is the point passed in changes of generation only?</summary>
    public static bool IsOfGenerations(string point) =>
        point.StartsWith("compaction", StringComparison.Ordinal) || point.StartsWith("reindex", StringComparison.Ordinal)
        || point.StartsWith("rollback", StringComparison.Ordinal) || point.StartsWith("drop-previous", StringComparison.Ordinal);

    /// <summary>Lets the worker kill itself when it passes a fault point for the count-th time.</summary>
    public Task<RoundResult> RunCrashPointAsync(string point, int count) => RunRoundAsync($"{point}:{count}", async worker =>
    {
        string lastWords = await worker.WaitForDeathAsync(LongestWait).ConfigureAwait(false);
        CheckFailedException.Unless(
            lastWords == KillWorker.CrashLine(point), $"the worker should have died at {point}; its last words were '{lastWords}'");
    });

    /// <summary>Removes the database, but keeps one that failed for a look at it.</summary>
    public void Dispose()
    {
        if (!_hasFailed)
            Folders.Delete(_directory);
        File.Delete(PhasePath);
    }

    private async Task<RoundResult> RunRoundAsync(string? crashPoint, Func<WorkerProcess, Task> kill)
    {
        if (++_round - _firstRound >= RoundsPerDatabase || _records > MaxRecords)
            BeginDatabase();
        File.Delete(PhasePath);
        using var worker = new WorkerProcess(new WorkerOptions
        {
            Directory = _directory,
            PhaseFile = PhasePath,
            Seed = _seed,
            FirstRound = _firstRound,
            Round = _round,
            ChurnStep = _settlement.ChurnStep,
            GenerationSteps = _settlement.GenerationSteps,
            LearnStep = _settlement.LearnStep,
            CrashPoint = crashPoint,
        });
        string during = crashPoint ?? "starting";
        try
        {
            await kill(worker).ConfigureAwait(false);
            using var phase = new PhaseFile(PhasePath);
            during = crashPoint ?? phase.Describe(worker.Transcript.IsReady);
            RoundResult result = await CheckAsync(worker.Transcript, during).ConfigureAwait(false);
            _records = result.Records;
            return result;
        }
        catch (Exception exception)
        {
            _hasFailed = true;
            throw new CheckFailedException(
                $"seed {_seed}, round {_round} (database of round {_firstRound}), killed while {during}, folder {_directory}: {exception}");
        }
    }

    private async Task<RoundResult> CheckAsync(Transcript transcript, string during)
    {
        _isMade |= transcript.IsReady;
        if (!File.Exists(Path.Combine(_directory, DatabaseFolder.IdentityFileName)))
        {
            CheckFailedException.Unless(!_isMade, "the database is gone");
            return new RoundResult(_round, during, 0, 0, 0);
        }
        bool onCopy = _random.Next(2) == 0;
        string path = onCopy ? Folders.NewTemporary("kill-copy") : _directory;
        try
        {
            if (onCopy)
                Folders.Copy(_directory, path);
            await VerifyAsync(path, "before it was opened").ConfigureAwait(false);
            RoundResult result;
            HashDatabase database = await HashDatabase.OpenAsync(path, WorkLayout.Options).ConfigureAwait(false);
            await using (database.ConfigureAwait(false))
                result = _settlement.Settle(database, transcript, _round, _ => _isMade, _random) with { Phase = during };
            await VerifyAsync(path, "after it was closed").ConfigureAwait(false);
            return result;
        }
        finally
        {
            if (onCopy)
                Folders.Delete(path);
        }
    }

    private static async Task VerifyAsync(string path, string when)
    {
        VerificationReport report = await HashDatabase.VerifyAsync(path).ConfigureAwait(false);
        CheckFailedException.Unless(report.IsSound, $"verification {when} found damage: {string.Join("; ", report.Damages)}");
    }

    /// <summary>Every other database is on the device, where flushes take time, and every other in memory, where more happens.</summary>
    private void BeginDatabase()
    {
        Folders.Delete(_directory);
        File.Delete(PhasePath);
        _directory = Folders.NewTemporary("kill", onDevice: _databases++ % 2 == 0);
        _firstRound = _round;
        _settlement = new Settlement(_seed, _firstRound);
        _isMade = false;
        _records = 0;
    }
}
