// Compares a database, after a stop of any kind, with what its worker said before the stop: every operation that was acknowledged is
// there, of those under way any number in their order, and nothing else. Goes on from round to round: what is found is what the next
// round begins with.
using HashDb.Storage.Faults.Checks;
using HashDb.Storage.Faults.Workload;

namespace HashDb.Storage.Faults.Killing;

internal sealed class Settlement(ulong seed, int firstRound)
{
    private readonly WriterState[] _writers =
        [.. Enumerable.Range(0, WorkLayout.ThreadCount).Select(thread => new WriterState(seed, firstRound, thread))];

    private readonly LearnedState _learned = new();

    /// <summary>Steps of the thread that makes and drops collections that were carried out.</summary>
    public int ChurnStep { get; private set; }

    /// <summary>For each collection, the changes of generation that were carried out.</summary>
    public int[] GenerationSteps { get; } = new int[WorkLayout.Names.Length];

    /// <summary>Steps of the thread that learns that were carried out.</summary>
    public int LearnStep { get; private set; }

    /// <summary>How many ids are looked for in their buckets and how many searches are made, in each collection.</summary>
    public (int Buckets, int Searches) Sampled { get; init; } = (400, 12);

    /// <summary>Compares everything.</summary>
    /// <param name="database">The database.</param>
    /// <param name="transcript">What the worker said.</param>
    /// <param name="round">Number of the round.</param>
    /// <param name="mustExist">Was the making of a collection acknowledged, so that it must be there?</param>
    /// <param name="random">Chooses what is sampled.</param>
    /// <exception cref="CheckFailedException">Something is lost, or there and must not be.</exception>
    public RoundResult Settle(
        HashDatabase database, Transcript transcript, int round, Func<string, bool> mustExist, Random random)
    {
        long acknowledged = 0;
        int survivors = 0;
        long records = 0;
        for (int thread = 0; thread < WorkLayout.ThreadCount; thread++)
        {
            string name = WorkLayout.Names[WorkLayout.CollectionOf(thread)];
            Collection? collection = Find(database, name);
            CheckFailedException.Unless(
                collection is not null || !mustExist(name), $"collection {name} is gone");
            survivors += _writers[thread].Settle(collection, round, transcript.Acknowledged(thread), transcript.Tried(thread));
            acknowledged += transcript.Acknowledged(thread);
        }
        for (int i = 0; i < WorkLayout.Names.Length; i++)
        {
            if (Find(database, WorkLayout.Names[i]) is { } collection)
                records += CheckCollection(collection, [.. _writers.Where((_, thread) => WorkLayout.CollectionOf(thread) == i)], random);
        }
        for (int i = 0; i < WorkLayout.Names.Length; i++)
            acknowledged += SettleGenerations(Find(database, WorkLayout.Names[i]), i, transcript);
        const string learning = Workload.LearnStep.CollectionName;
        acknowledged += SettleLearning(Find(database, learning), transcript, mustExist(learning));
        int churned = SettleChurn(database, transcript, random);
        acknowledged += transcript.Acknowledged(Transcript.Churn) - ChurnStep;
        ChurnStep = churned;
        return new RoundResult(round, "", acknowledged, survivors, records);
    }

    private int CheckCollection(Collection collection, WriterState[] writers, Random random)
    {
        var expected = new Dictionary<ulong, StoredItem>();
        foreach ((ulong id, WorkItem item) in writers.SelectMany(writer => writer.State))
            expected.Add(id, item.ToStored(WorkLayout.Dimensions));
        new CollectionChecker(collection, expected).Run(
            writers.SelectMany(writer => writer.Touched), Sampled, random);
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
        int done = acknowledged - GenerationSteps[number];
        for (int step = acknowledged; collection is not null && step <= transcript.Tried(Transcript.FirstGeneration + number); step++)
        {
            if (!GenerationStep.Matches(collection, number, step))
                continue;
            GenerationSteps[number] = step;
            return done;
        }
        CheckFailedException.Unless(
            collection is null,
            $"collection {WorkLayout.Names[number]}: generation {collection?.GetStatistics()} is not what {acknowledged} to "
            + $"{transcript.Tried(Transcript.FirstGeneration + number)} steps leave");
        return 0;
    }

    /// <summary>What was learned is that of the acknowledged steps, or of the one under way besides.</summary>
    private int SettleLearning(Collection? collection, Transcript transcript, bool mustExist)
    {
        int acknowledged = transcript.Acknowledged(Transcript.Learn);
        int done = acknowledged - LearnStep;
        CheckFailedException.Unless(collection is not null || !mustExist, "the collection that learns is gone");
        if (collection is null)
            return 0;
        for (; LearnStep < acknowledged; LearnStep++)
            Workload.LearnStep.At(seed, firstRound, LearnStep).ApplyTo(_learned);
        string? difference = _learned.Difference(collection);
        if (difference is null)
            return done;
        if (transcript.Tried(Transcript.Learn) > acknowledged)
        {
            Workload.LearnStep.At(seed, firstRound, LearnStep++).ApplyTo(_learned);
            if (_learned.Difference(collection) is null)
                return done;
        }
        throw new CheckFailedException(
            $"learning: {acknowledged} steps were acknowledged and {transcript.Tried(Transcript.Learn)} tried, but neither leaves "
            + $"what is there: {difference}; {_learned.Difference(collection)}");
    }

    /// <summary>The collections that come and go must be as some number of steps left them.</summary>
    private int SettleChurn(HashDatabase database, Transcript transcript, Random random)
    {
        string[] found = [.. database.CollectionNames.Where(name => name.StartsWith(Workload.ChurnStep.Prefix, StringComparison.Ordinal))];
        int acknowledged = transcript.Acknowledged(Transcript.Churn);
        for (int step = acknowledged; step <= transcript.Tried(Transcript.Churn); step++)
        {
            Dictionary<string, ChurnedCollection> expected = Workload.ChurnStep.StateAfter(step);
            if (!found.Order(StringComparer.Ordinal).SequenceEqual(expected.Keys.Order(StringComparer.Ordinal))
                || !found.All(name => Workload.ChurnStep.Matches(database.GetCollection(name), expected[name])))
                continue;
            foreach (string name in found)
                new CollectionChecker(database.GetCollection(name), expected[name].Items).Run([], (Sampled.Buckets, 2), random);
            return step;
        }
        throw new CheckFailedException(
            $"the collections that come and go are [{string.Join(", ", found)}], which {acknowledged} to "
            + $"{transcript.Tried(Transcript.Churn)} steps do not leave");
    }

    private static Collection? Find(HashDatabase database, string name) =>
        database.CollectionNames.Contains(name) ? database.GetCollection(name) : null;
}
