// Opens a state and compares it with what was acknowledged before the power went.
using HashDb.Storage.Faults.Checks;
using HashDb.Storage.Faults.Killing;
using HashDb.Storage.Faults.SystemCalls;
using HashDb.Storage.Faults.Workload;

namespace HashDb.Storage.Faults.PowerLoss;

internal static class StateCheck
{
    private const string AddedName = "added-afterwards";
    private const ulong AddedId = 7;

    /// <param name="folder">The watched folder as it survived.</param>
    /// <param name="marks">What the worker had said.</param>
    /// <param name="workSeed">Seed of the workload.</param>
    /// <param name="random">Chooses what is sampled.</param>
    /// <exception cref="CheckFailedException">The state is not what it must be.</exception>
    public static async Task RunAsync(string folder, IEnumerable<FileCall> marks, ulong workSeed, Random random)
    {
        string path = Path.Combine(folder, PowerLossWorker.DatabaseFolderName);
        var transcript = new Transcript(0, new int[WorkLayout.Names.Length], 0);
        foreach (FileCall mark in marks)
            transcript.Read(mark.Path);
        bool isMade = transcript.Made.Contains(PowerLossWorker.DatabaseName);
        if (isMade)
            await VerifyAsync(path, "before it was opened").ConfigureAwait(false);
        try
        {
            HashDatabase database = await HashDatabase.OpenAsync(path, WorkLayout.Options).ConfigureAwait(false);
            await using (database.ConfigureAwait(false))
            {
                new Settlement(workSeed, PowerLossWorker.Round) { Sampled = (40, 2) }.Settle(
                    database, transcript, PowerLossWorker.Round, transcript.Made.Contains, random);
                await AddAsync(database).ConfigureAwait(false);
            }
        }
        catch (HashDbException exception) when (!isMade)
        {
            // Half a database, of which nobody was told that it is there. The next attempt to make one may say what to do.
            CheckFailedException.Unless(exception.Message.Contains(path, StringComparison.Ordinal), $"no path in '{exception.Message}'");
            return;
        }
        await VerifyAsync(path, "after it was closed").ConfigureAwait(false);
        await FindAddedAsync(path).ConfigureAwait(false);
    }

    private static StoredItem Added => StoredItem.Make(AddedId, WorkLayout.Dimensions, 100);

    /// <summary>The survivor takes new writes, in every collection and in a new one.</summary>
    private static async Task AddAsync(HashDatabase database)
    {
        await database.CreateCollectionAsync(AddedName, WorkLayout.OptionsOf(0)).ConfigureAwait(false);
        foreach (string name in database.CollectionNames)
        {
            Collection collection = database.GetCollection(name);
            await collection.UpsertAsync([Added.ToRecord(ItemKey.Of(collection.Keys, AddedId))]).ConfigureAwait(false);
        }
    }

    private static async Task FindAddedAsync(string path)
    {
        HashDatabase database = await HashDatabase.OpenAsync(path, WorkLayout.Options).ConfigureAwait(false);
        await using (database.ConfigureAwait(false))
        {
            foreach (string name in database.CollectionNames)
            {
                Collection collection = database.GetCollection(name);
                VectorRecord? found = collection.Get(ItemKey.Of(collection.Keys, AddedId).Id);
                CheckFailedException.Unless(
                    found is not null && Added.Matches(found), $"what was written to {name} after the loss of power is gone");
            }
        }
    }

    private static async Task VerifyAsync(string path, string when)
    {
        VerificationReport report = await HashDatabase.VerifyAsync(path).ConfigureAwait(false);
        CheckFailedException.Unless(report.IsSound, $"verification {when} found damage: {string.Join("; ", report.Damages)}");
    }
}
