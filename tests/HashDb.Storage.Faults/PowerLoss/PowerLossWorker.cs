// The process that is recorded: opens a database, does everything that can be done to one, closes it, and opens it again. Writers,
// changes of generation, checkpoints, compactions, learning, and the making and dropping of collections run beside each other.
// Says "try thread number" before an operation and "ack thread number" after its acknowledgement, as the worker of the kill test does,
// but into the stream of system calls: so it is exact which calls came before an acknowledgement.
using System.Globalization;
using HashDb.Storage.Faults.Checks;
using HashDb.Storage.Faults.Killing;
using HashDb.Storage.Faults.SystemCalls;
using HashDb.Storage.Faults.Workload;

namespace HashDb.Storage.Faults.PowerLoss;

internal sealed class PowerLossWorker(string folder, ulong seed)
{
    /// <summary>The program's command that runs it: folder, seed and number of parts follow.</summary>
    public const string Command = "power-loss-worker";

    /// <summary>Folder of the database in the watched one: the making of it is recorded, too.</summary>
    public const string DatabaseFolderName = "database";

    /// <summary>Stands for the database where a collection is named that was made.</summary>
    public const string DatabaseName = "DATABASE";

    /// <summary>There is one round, in which the database is made.</summary>
    public const int Round = 0;

    private const int WritesPerPart = 16;
    private const int GenerationStepsPerPart = 3;
    private const int ChurnStepsPerPart = 5;
    private const int LearnStepsPerPart = 14;
    private const int MaintenancePerPart = 3;

    public static async Task<int> RunAsync(string folder, string seed, string parts)
    {
        if (!CallFilter.TryInstall())
            return CallFilter.RefusedCode;
        var worker = new PowerLossWorker(
            Path.Combine(folder, DatabaseFolderName), ulong.Parse(seed, CultureInfo.InvariantCulture));
        for (int part = 0; part < int.Parse(parts, CultureInfo.InvariantCulture); part++)
            await worker.RunPartAsync(part).ConfigureAwait(false);
        return 0;
    }

    private async Task RunPartAsync(int part)
    {
        HashDatabase database = await HashDatabase.OpenAsync(folder, WorkLayout.Options).ConfigureAwait(false);
        if (part == 0)
        {
            CallFilter.Say("made " + DatabaseName);
            for (int i = 0; i < WorkLayout.Names.Length; i++)
            {
                await WorkLayout.EnsureAsync(database, i).ConfigureAwait(false);
                CallFilter.Say("made " + WorkLayout.Names[i]);
            }
            await database.CreateCollectionAsync(LearnStep.CollectionName, LearnStep.Options).ConfigureAwait(false);
            CallFilter.Say("made " + LearnStep.CollectionName);
        }
        await Task.WhenAll(
        [
            .. Enumerable.Range(0, WorkLayout.ThreadCount).Select(thread => Task.Run(() => WriteAsync(database, part, thread))),
            .. Enumerable.Range(0, WorkLayout.Names.Length).Select(number => Task.Run(() => ChangeAsync(database, part, number))),
            Task.Run(() => ChurnAsync(database, part)),
            Task.Run(() => LearnAsync(database, part)),
            Task.Run(() => MaintainAsync(database)),
        ]).ConfigureAwait(false);
        await database.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Issues operations in order with up to as many in flight as the thread's number allows.</summary>
    private async Task WriteAsync(HashDatabase database, int part, int thread)
    {
        Collection collection = database.GetCollection(WorkLayout.Names[WorkLayout.CollectionOf(thread)]);
        var inFlight = new Queue<(int Number, Task Done)>();
        for (int number = part * WritesPerPart + 1; number <= (part + 1) * WritesPerPart; number++)
        {
            if (inFlight.Count > thread)
                await AcknowledgeOldestAsync(thread, inFlight).ConfigureAwait(false);
            WorkOperation operation = WorkOperation.At(seed, Round, Round, thread, number);
            CallFilter.Say($"try {thread} {number}");
            inFlight.Enqueue((number, operation.IssueAsync(collection, WorkLayout.Dimensions)));
        }
        while (inFlight.Count > 0)
            await AcknowledgeOldestAsync(thread, inFlight).ConfigureAwait(false);
    }

    private static async Task AcknowledgeOldestAsync(int thread, Queue<(int Number, Task Done)> inFlight)
    {
        (int number, Task done) = inFlight.Dequeue();
        await done.ConfigureAwait(false);
        CallFilter.Say($"ack {thread} {number}");
    }

    private static Task ChangeAsync(HashDatabase database, int part, int number) =>
        StepAsync(Transcript.FirstGeneration + number, part * GenerationStepsPerPart, GenerationStepsPerPart, step =>
            UnlessInProgressAsync(() => GenerationStep.RunAsync(database.GetCollection(WorkLayout.Names[number]), number, step)));

    private static Task ChurnAsync(HashDatabase database, int part) =>
        StepAsync(Transcript.Churn, part * ChurnStepsPerPart, ChurnStepsPerPart, step => ChurnStep.RunAsync(database, step));

    private Task LearnAsync(HashDatabase database, int part)
    {
        Collection collection = database.GetCollection(LearnStep.CollectionName);
        Guid client = LearnStep.ClientOf(seed, Round);
        long operations = Enumerable.Range(0, part * LearnStepsPerPart)
            .Sum(step => (long)LearnStep.At(seed, Round, step).Operations);
        return StepAsync(Transcript.Learn, part * LearnStepsPerPart, LearnStepsPerPart, async step =>
        {
            LearnStep now = LearnStep.At(seed, Round, step);
            await now.RunAsync(collection, new WriteStamp(client, operations)).ConfigureAwait(false);
            operations += now.Operations;
        });
    }

    private async Task MaintainAsync(HashDatabase database)
    {
        for (int i = 0; i < MaintenancePerPart; i++)
        {
            Collection collection = database.GetCollection(WorkLayout.Names[i % WorkLayout.Names.Length]);
            await UnlessInProgressAsync(() => collection.Maintenance.CompactAsync()).ConfigureAwait(false);
            await database.CheckpointAsync().ConfigureAwait(false);
            float[] query = StoredItem.Make(seed + (uint)i, WorkLayout.Dimensions, 1).Vector;
            await collection.SearchAsync(query, new SearchOptions { Top = 20 }).ConfigureAwait(false);
        }
    }

    private static async Task StepAsync(int thread, int first, int count, Func<int, Task> run)
    {
        for (int step = first; step < first + count; step++)
        {
            CallFilter.Say($"try {thread} {step + 1}");
            await run(step).ConfigureAwait(false);
            CallFilter.Say($"ack {thread} {step + 1}");
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
}
