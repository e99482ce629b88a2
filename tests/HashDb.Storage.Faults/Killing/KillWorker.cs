// The process that is killed. Writers issue their operations with several in flight; checkpoints, compactions, changes of
// generation, searches and the making and dropping of collections run beside them. Every operation is announced on standard output
// before it is issued
// ("try thread number") and after its acknowledgement ("ack thread number"), each line in one write to the pipe, so that what
// was said before the kill is what the parent reads.
using System.Diagnostics;
using System.Text;
using HashDb.Storage.Faults.Checks;
using HashDb.Storage.Faults.Workload;
using HashDb.Storage.Files;

namespace HashDb.Storage.Faults.Killing;

internal sealed class KillWorker : IDisposable
{
    public const string ReadyLine = "ready";
    private const int FaultExitCode = 3;
    private static readonly TimeSpan LongestLife = TimeSpan.FromSeconds(90);

    private readonly WorkerOptions _options;
    private readonly PhaseFile _phase;
    private readonly Stream _output = Console.OpenStandardOutput();
    private readonly string? _crashPoint;
    private int _passesLeft;

    private KillWorker(WorkerOptions options)
    {
        _options = options;
        _phase = new PhaseFile(options.PhaseFile);
        if (options.CrashPoint?.Split(':') is [string point, string count])
        {
            CheckFailedException.Unless(FaultPoints.All.Contains(point), $"there is no fault point '{point}'");
            _crashPoint = point;
            _passesLeft = int.Parse(count, System.Globalization.CultureInfo.InvariantCulture);
        }
    }

    /// <summary>Runs until the process is killed; returns only when nobody does, or when something fails.</summary>
    public static async Task<int> RunAsync(WorkerOptions options)
    {
        using var worker = new KillWorker(options);
        try
        {
            await worker.WorkAsync().ConfigureAwait(false);
            return FaultExitCode;
        }
        catch (Exception exception)
        {
            await Console.Error.WriteLineAsync("fault " + exception).ConfigureAwait(false);
            return FaultExitCode;
        }
    }

    public void Dispose() => _phase.Dispose();

    private async Task WorkAsync()
    {
        DatabaseOptions options = WorkLayout.Options with { FaultPoints = new FaultPoints { Hook = Pass } };
        HashDatabase database = await HashDatabase.OpenAsync(_options.Directory, options).ConfigureAwait(false);
        for (int i = 0; i < WorkLayout.Names.Length; i++)
            await WorkLayout.EnsureAsync(database, i).ConfigureAwait(false);
        if (!database.CollectionNames.Contains(LearnStep.CollectionName))
            await database.CreateCollectionAsync(LearnStep.CollectionName, LearnStep.Options).ConfigureAwait(false);
        Say(ReadyLine);
        var tasks = new List<Task> { Task.Run(() => ChurnAsync(database)), Task.Run(
            () => MaintainAsync(database)), Task.Run(() => Search(database)), Task.Run(() => LearnAsync(database)) };
        for (int thread = 0; thread < WorkLayout.ThreadCount; thread++)
        {
            int own = thread;
            tasks.Add(Task.Run(() => WriteAsync(database, own)));
        }
        for (int collection = 0; collection < WorkLayout.Names.Length; collection++)
        {
            int own = collection;
            tasks.Add(Task.Run(() => ChangeGenerationsAsync(database, own)));
        }
        Task ended = await Task.WhenAny([.. tasks, Task.Delay(LongestLife)]).ConfigureAwait(false);
        await ended.ConfigureAwait(false);
        throw new CheckFailedException($"nobody killed this process within {LongestLife}");
    }

    /// <summary>Issues operations in order with up to as many in flight as the thread's number allows.</summary>
    private async Task WriteAsync(HashDatabase database, int thread)
    {
        Collection collection = database.GetCollection(WorkLayout.Names[WorkLayout.CollectionOf(thread)]);
        var inFlight = new Queue<(int Number, Task Done)>();
        for (int number = 1; ; number++)
        {
            if (inFlight.Count > thread)
                await AcknowledgeOldestAsync(thread, inFlight).ConfigureAwait(false);
            WorkOperation operation = WorkOperation.At(_options.Seed, _options.FirstRound, _options.Round, thread, number);
            Say($"try {thread} {number}");
            inFlight.Enqueue((number, operation.IssueAsync(collection, WorkLayout.Dimensions)));
        }
    }

    private async Task AcknowledgeOldestAsync(int thread, Queue<(int Number, Task Done)> inFlight)
    {
        (int number, Task done) = inFlight.Dequeue();
        await done.ConfigureAwait(false);
        Say($"ack {thread} {number}");
    }

    private async Task LearnAsync(HashDatabase database)
    {
        Guid client = LearnStep.ClientOf(_options.Seed, _options.FirstRound);
        Collection collection = database.GetCollection(LearnStep.CollectionName);
        long operations = 0;
        for (int step = 0; ; step++)
        {
            LearnStep now = LearnStep.At(_options.Seed, _options.FirstRound, step);
            var stamp = new WriteStamp(client, operations);
            operations += now.Operations;
            if (step < _options.LearnStep)
                continue;
            Say($"try {Transcript.Learn} {step + 1}");
            await now.RunAsync(collection, stamp).ConfigureAwait(false);
            Say($"ack {Transcript.Learn} {step + 1}");
        }
    }

    private async Task ChurnAsync(HashDatabase database)
    {
        for (int step = _options.ChurnStep; ; step++)
        {
            Say($"try {Transcript.Churn} {step + 1}");
            await ChurnStep.RunAsync(database, step).ConfigureAwait(false);
            Say($"ack {Transcript.Churn} {step + 1}");
            await Task.Delay(15).ConfigureAwait(false);
        }
    }

    private async Task ChangeGenerationsAsync(HashDatabase database, int collection)
    {
        var random = new Random((int)SeedMix.Of(_options.Seed, (ulong)(_options.Round + collection)));
        for (int step = _options.GenerationSteps[collection]; ; step++)
        {
            Say($"try {Transcript.FirstGeneration + collection} {step + 1}");
            await UnlessInProgressAsync(() => GenerationStep.RunAsync(
                database.GetCollection(WorkLayout.Names[collection]), collection, step)).ConfigureAwait(false);
            Say($"ack {Transcript.FirstGeneration + collection} {step + 1}");
            await Task.Delay(random.Next(30)).ConfigureAwait(false);
        }
    }

    /// <summary>Compactions and changes of generation refuse each other; whoever is refused tries again.</summary>
    private static async Task UnlessInProgressAsync(Func<Task> change)
    {
        while (true)
        {
            try
            {
                await change().ConfigureAwait(false);
                return;
            }
            catch (HashDbException exception) when (exception.Code == HashDbErrorCode.GenerationInProgress)
            {
                await Task.Delay(3).ConfigureAwait(false);
            }
        }
    }

    private async Task MaintainAsync(HashDatabase database)
    {
        var random = new Random((int)SeedMix.Of(_options.Seed, (ulong)_options.Round));
        while (true)
        {
            Collection collection = database.GetCollection(WorkLayout.Names[random.Next(WorkLayout.Names.Length)]);
            switch (random.Next(3))
            {
                case 0:
                    await UnlessInProgressAsync(() => collection.Maintenance.CompactAsync()).ConfigureAwait(false);
                    break;
                case 1:
                    await database.CheckpointAsync().ConfigureAwait(false);
                    break;
                default:
                    await collection.Maintenance.CheckpointAsync().ConfigureAwait(false);
                    break;
            }
            await Task.Delay(random.Next(40)).ConfigureAwait(false);
        }
    }

    private void Search(HashDatabase database)
    {
        var random = new Random(_options.Round);
        while (true)
        {
            Collection collection = database.GetCollection(WorkLayout.Names[random.Next(WorkLayout.Names.Length)]);
            float[] query = StoredItem.Make((ulong)random.Next(), WorkLayout.Dimensions, 1).Vector;
            string colour = ItemFields.Colours[random.Next(ItemFields.Colours.Length)];
            collection.Search(
                query, new SearchOptions { Top = 20, Filter = random.Next(2) == 0 ? null : ItemFields.ColourField == colour });
            Thread.Sleep(2);
        }
    }

    private void Pass(string point)
    {
        _phase.Pass(point);
        if (point != _crashPoint || Interlocked.Decrement(ref _passesLeft) != 0)
            return;
        Console.Error.WriteLine(CrashLine(point));
        Console.Error.Flush();
        using Process self = Process.GetCurrentProcess();
        self.Kill();
        Thread.Sleep(Timeout.Infinite);
    }

    public static string CrashLine(string point) => "crash " + point;

    private void Say(string line)
    {
        byte[] bytes = Encoding.ASCII.GetBytes(line + "\n");
        lock (_output)
        {
            _output.Write(bytes);
            _output.Flush();
        }
    }
}
