// Opens the database of a case when nothing fails any more, and compares it with what may be true of it.
using HashDb.Storage.Faults.Checks;

namespace HashDb.Storage.Faults.Failing;

internal static class FailingCheck
{
    private const string When = "when nothing fails any more";

    /// <param name="path">Folder of the database.</param>
    /// <param name="facts">What may be true.</param>
    /// <param name="isPowerLost">Half a database may then be found, if nothing in it was acknowledged.</param>
    /// <exception cref="CheckFailedException">The database is not what it must be.</exception>
    public static async Task RunAsync(string path, Facts facts, bool isPowerLost)
    {
        bool mayBeAbsent = facts.Of(FailingLayout.Model).Contains(0);
        if (mayBeAbsent && !Directory.Exists(path))
            return;
        try
        {
            await CheckAsync(path, facts).ConfigureAwait(false);
        }
        catch (HashDbException) when (mayBeAbsent && isPowerLost)
        {
            // Half a database, of which nobody was told that it is there.
        }
    }

    private static async Task CheckAsync(string path, Facts facts)
    {
        HashDatabase database = await HashDatabase.OpenAsync(path, FailingLayout.Options).ConfigureAwait(false);
        await using (database.ConfigureAwait(false))
        {
            facts.Check(FailingLayout.Other, database.CollectionNames.Contains(FailingLayout.OtherName) ? 1 : 0, When);
            bool isThere = database.CollectionNames.Contains(FailingLayout.CollectionName);
            if (!isThere)
                facts.Check(FailingLayout.Model, 0, When);
            else
                await CheckItemsAsync(database.GetCollection(FailingLayout.CollectionName), facts).ConfigureAwait(false);
        }
        VerificationReport report = await HashDatabase.VerifyAsync(path).ConfigureAwait(false);
        CheckFailedException.Unless(report.IsSound, $"verification found damage: {string.Join("; ", report.Damages)}");
    }

    private static async Task CheckItemsAsync(Collection items, Facts facts)
    {
        facts.Check(FailingLayout.Model, FailingLayout.NumberOfModel(items), When);
        facts.Check(FailingLayout.Index, (await items.ListIndexesAsync().ConfigureAwait(false)).Count, When);
        int[] versions = new int[FailingLayout.BatchCount + 1];
        for (int batch = 0; batch < FailingLayout.BatchCount; batch++)
        {
            versions[batch] = FailingLayout.VersionOf(items, batch);
            facts.Check(FailingLayout.Batch(batch), versions[batch], When);
        }
        long learned = (await items.Learning.GetDraftStatisticsAsync().ConfigureAwait(false))?.ItemCount ?? 0;
        CheckFailedException.Unless(learned is 0 or FailingLayout.LearnedItems, $"{learned} items are learned, part of a write");
        facts.Check(FailingLayout.Draft, learned > 0 ? 1 : 0, When);
        // It takes writes again.
        await items.InsertAsync(FailingLayout.Records(FailingLayout.BatchCount, 1)).ConfigureAwait(false);
        versions[FailingLayout.BatchCount] = 1;
        FailingLayout.CheckSearches(items, versions);
    }
}
