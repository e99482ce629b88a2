// The writer that makes and drops collections: step after step, also across rounds. Collection k is made in step 3k, filled
// with one batch in step 3k + 1, and dropped in step 3(k + 2) + 2, so that at most three are there.
using HashDb.Storage.Faults.Checks;

namespace HashDb.Storage.Faults.Workload;

internal static class ChurnStep
{
    public const string Prefix = "churn-";
    private const int StepsPerCollection = 3;
    private const int KeptCollections = 2;
    private const int ItemCount = 9;

    public static async Task RunAsync(HashDatabase database, int step)
    {
        int number = step / StepsPerCollection;
        switch (step % StepsPerCollection)
        {
            case 0:
                await database.CreateCollectionAsync(Prefix + number, WorkLayout.OptionsOf(0)).ConfigureAwait(false);
                break;
            case 1:
                await database.GetCollection(Prefix + number)
                    .InsertAsync([.. ItemsOf(number).Select(item => item.Value.ToRecord(item.Key))]).ConfigureAwait(false);
                break;
            case 2 when number >= KeptCollections:
                await database.DropCollectionAsync(Prefix + (number - KeptCollections)).ConfigureAwait(false);
                break;
        }
    }

    /// <summary>The collections that are there when a number of steps has been carried out, and what is in them.</summary>
    public static Dictionary<string, Dictionary<ulong, StoredItem>> StateAfter(int steps)
    {
        var state = new Dictionary<string, Dictionary<ulong, StoredItem>>(StringComparer.Ordinal);
        for (int step = Math.Max(0, steps - StepsPerCollection * (KeptCollections + 2)); step < steps; step++)
        {
            int number = step / StepsPerCollection;
            switch (step % StepsPerCollection)
            {
                case 0:
                    state[Prefix + number] = [];
                    break;
                case 1:
                    state[Prefix + number] = ItemsOf(number);
                    break;
                default:
                    state.Remove(Prefix + (number - KeptCollections));
                    break;
            }
        }
        return state;
    }

    private static Dictionary<ulong, StoredItem> ItemsOf(int number)
    {
        var items = new Dictionary<ulong, StoredItem>();
        for (int i = 0; i < ItemCount; i++)
            items.Add((ulong)(number * ItemCount + i), StoredItem.Make(SeedMix.Of((ulong)number, (ulong)i), WorkLayout.Dimensions, 100));
        return items;
    }
}
