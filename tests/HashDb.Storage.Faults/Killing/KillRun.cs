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
    private const int SampledBuckets = 400;
    private const int SampledSearches = 12;
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(80);

    private readonly ulong _seed;
    private readonly Random _random;
    private string _directory = "";
    private bool _hasFailed;
    private int _databases;
    private WriterState[] _writers = [];
    private int _firstRound;
    private int _round;
    private int _churnStep;
    private int[] _generationSteps = [];
    private int _learnStep;
    private LearnedState _learned = new();
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
        if (++_round - _firstRound >= RoundsPerDatabase)
            BeginDatabase();
        File.Delete(PhasePath);
        using var worker = new WorkerProcess(new WorkerOptions
        {
            Directory = _directory,
            PhaseFile = PhasePath,
            Seed = _seed,
            FirstRound = _firstRound,
            Round = _round,
            ChurnStep = _churnStep,
            GenerationSteps = _generationSteps,
            LearnStep = _learnStep,
            CrashPoint = crashPoint,
        });
        string during = crashPoint ?? "starting";
        try
        {
            await kill(worker).ConfigureAwait(false);
            using var phase = new PhaseFile(PhasePath);
            during = crashPoint ?? phase.Describe(worker.Transcript.IsReady);
            return await CheckAsync(worker.Transcript, during).ConfigureAwait(false);
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
                result = Settle(database, transcript, during);
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

    private RoundResult Settle(HashDatabase database, Transcript transcript, string during)
    {
        long acknowledged = 0;
        int survivors = 0;
        long records = 0;
        for (int thread = 0; thread < WorkLayout.ThreadCount; thread++)
        {
            Collection? collection = Find(database, WorkLayout.Names[WorkLayout.CollectionOf(thread)]);
            CheckFailedException.Unless(
                collection is not null || !_isMade, $"collection {WorkLayout.Names[WorkLayout.CollectionOf(thread)]} is gone");
            survivors += _writers[thread].Settle(collection, _round, transcript.Acknowledged(thread), transcript.Tried(thread));
            acknowledged += transcript.Acknowledged(thread);
        }
        for (int i = 0; i < WorkLayout.Names.Length; i++)
        {
            if (Find(database, WorkLayout.Names[i]) is { } collection)
                records += CheckCollection(collection, [.. _writers.Where((_, thread) => WorkLayout.CollectionOf(thread) == i)]);
        }
        for (int i = 0; i < WorkLayout.Names.Length; i++)
            acknowledged += SettleGenerations(Find(database, WorkLayout.Names[i]), i, transcript);
        acknowledged += SettleLearning(Find(database, LearnStep.CollectionName), transcript);
        int churned = SettleChurn(database, transcript);
        acknowledged += transcript.Acknowledged(Transcript.Churn) - _churnStep;
        _churnStep = churned;
        return new RoundResult(_round, during, acknowledged, survivors, records);
    }

    private int CheckCollection(Collection collection, WriterState[] writers)
    {
        var expected = new Dictionary<ulong, StoredItem>();
        foreach ((ulong id, WorkItem item) in writers.SelectMany(writer => writer.State))
            expected.Add(id, item.ToStored(WorkLayout.Dimensions));
        new CollectionChecker(collection, expected).Run(
            writers.SelectMany(writer => writer.Touched), (SampledBuckets, SampledSearches), _random);
        long last = collection.GetStatistics().LastSequenceNumber;
        long atLeast = writers.Sum(writer => writer.SequenceNumbers.AtLeast);
        long atMost = writers.Sum(writer => writer.SequenceNumbers.AtMost);
        CheckFailedException.Unless(
            last >= atLeast && last <= atMost,
            $"collection {collection.Name}: the last sequence number is {last}; the operations that are there took {atLeast} to {atMost}");
        return expected.Count;
    }

    /// <summary>The live generation is the one after the last acknowledged step, or the one after the step under way.</summary>
    private int SettleGenerations(Collection? collection, int number, Transcript transcript)
    {
        int acknowledged = transcript.Acknowledged(Transcript.FirstGeneration + number);
        int done = acknowledged - _generationSteps[number];
        for (int step = acknowledged; collection is not null && step <= transcript.Tried(Transcript.FirstGeneration + number); step++)
        {
            if (!GenerationStep.Matches(collection, number, step))
                continue;
            _generationSteps[number] = step;
            return done;
        }
        CheckFailedException.Unless(
            collection is null,
            $"collection {WorkLayout.Names[number]}: generation {collection?.GetStatistics()} is not what {acknowledged} to "
            + $"{transcript.Tried(Transcript.FirstGeneration + number)} steps leave");
        return 0;
    }

    /// <summary>What was learned is that of the acknowledged steps, or of the one under way besides.</summary>
    private int SettleLearning(Collection? collection, Transcript transcript)
    {
        int acknowledged = transcript.Acknowledged(Transcript.Learn);
        int done = acknowledged - _learnStep;
        CheckFailedException.Unless(collection is not null || !_isMade, "the collection that learns is gone");
        if (collection is null)
            return 0;
        for (; _learnStep < acknowledged; _learnStep++)
            LearnStep.At(_seed, _firstRound, _learnStep).ApplyTo(_learned);
        string? difference = _learned.Difference(collection);
        if (difference is null)
            return done;
        if (transcript.Tried(Transcript.Learn) > acknowledged)
        {
            LearnStep.At(_seed, _firstRound, _learnStep++).ApplyTo(_learned);
            if (_learned.Difference(collection) is null)
                return done;
        }
        throw new CheckFailedException(
            $"learning: {acknowledged} steps were acknowledged and {transcript.Tried(Transcript.Learn)} tried, but neither leaves "
            + $"what is there: {difference}; {_learned.Difference(collection)}");
    }

    /// <summary>The collections that come and go must be as some number of steps left them.</summary>
    private int SettleChurn(HashDatabase database, Transcript transcript)
    {
        string[] found = [.. database.CollectionNames.Where(name => name.StartsWith(ChurnStep.Prefix, StringComparison.Ordinal))];
        int acknowledged = transcript.Acknowledged(Transcript.Churn);
        for (int step = acknowledged; step <= transcript.Tried(Transcript.Churn); step++)
        {
            Dictionary<string, Dictionary<ulong, StoredItem>> expected = ChurnStep.StateAfter(step);
            if (!found.Order(StringComparer.Ordinal).SequenceEqual(expected.Keys.Order(StringComparer.Ordinal))
                || !found.All(name => database.GetCollection(name).GetStatistics().Count == expected[name].Count))
                continue;
            foreach (string name in found)
                new CollectionChecker(database.GetCollection(name), expected[name]).Run([], (SampledBuckets, 2), _random);
            return step;
        }
        throw new CheckFailedException(
            $"the collections that come and go are [{string.Join(", ", found)}], which {acknowledged} to "
            + $"{transcript.Tried(Transcript.Churn)} steps do not leave");
    }

    private static Collection? Find(HashDatabase database, string name) =>
        database.CollectionNames.Contains(name) ? database.GetCollection(name) : null;

    /// <summary>Every other database is on the device, where flushes take time, and every other in memory, where more happens.</summary>
    private void BeginDatabase()
    {
        Folders.Delete(_directory);
        File.Delete(PhasePath);
        _directory = Folders.NewTemporary("kill", onDevice: _databases++ % 2 == 0);
        _firstRound = _round;
        _churnStep = 0;
        _generationSteps = new int[WorkLayout.Names.Length];
        _learnStep = 0;
        _learned = new LearnedState();
        _isMade = false;
        _writers = [.. Enumerable.Range(0, WorkLayout.ThreadCount).Select(thread => new WriterState(_seed, _firstRound, thread))];
    }
}
