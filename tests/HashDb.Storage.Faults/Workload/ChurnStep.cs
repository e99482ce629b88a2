// The writer that makes and drops collections and indexes: step after step, also across rounds. Collection k is made in step 5k, filled
// with one batch in step 5k + 1, gets an index in step 5k + 2, loses it in step 5(k + 1) + 3, and is dropped in step 5(k + 2) + 4, so
// that at most three are there.
using HashDb.Storage.Faults.Checks;

namespace HashDb.Storage.Faults.Workload;

/// <summary>What is in a collection that comes and goes.</summary>
internal sealed record ChurnedCollection(Dictionary<ulong, StoredItem> Items, bool IsIndexed);

internal static class ChurnStep
{
    public const string Prefix = "churn-";
    private const int StepsPerCollection = 5;
    private const int KeptCollections = 2;
    private const int ItemCount = 9;

    public static async Task RunAsync(HashDatabase database, int step)
    {
        int number = step / StepsPerCollection;
        string name = Prefix + number;
        switch (step % StepsPerCollection)
        {
            case 0:
                await database.CreateCollectionAsync(name, WorkLayout.OptionsOf(number % WorkLayout.Names.Length)).ConfigureAwait(false);
                break;
            case 1:
                Collection collection = database.GetCollection(name);
                await collection.InsertAsync(
                    [.. ItemsOf(number).Select(item => item.Value.ToRecord(ItemKey.Of(collection.Keys, item.Key)))]).ConfigureAwait(false);
                break;
            case 2:
                await database.GetCollection(name).CreateIndexAsync(ItemFields.ColourName).ConfigureAwait(false);
                break;
            case 3 when number >= 1:
                await database.GetCollection(Prefix + (number - 1)).DropIndexAsync(ItemFields.ColourName).ConfigureAwait(false);
                break;
            case 4 when number >= KeptCollections:
                await database.DropCollectionAsync(Prefix + (number - KeptCollections)).ConfigureAwait(false);
                break;
        }
    }

    /// <summary>The collections that are there when a number of steps has been carried out, and what is in them.</summary>
    public static Dictionary<string, ChurnedCollection> StateAfter(int steps)
    {
        var state = new Dictionary<string, ChurnedCollection>(StringComparer.Ordinal);
        // From the beginning of the first collection that may still be there; what a step did to those before it is left out.
        int first = Math.Max(0, steps / StepsPerCollection - KeptCollections - 1);
        for (int step = first * StepsPerCollection; step < steps; step++)
        {
            int number = step / StepsPerCollection;
            switch (step % StepsPerCollection)
            {
                case 0:
                    state[Prefix + number] = new ChurnedCollection([], IsIndexed: false);
                    break;
                case 1:
                    state[Prefix + number] = new ChurnedCollection(ItemsOf(number), IsIndexed: false);
                    break;
                case 2:
                    state[Prefix + number] = state[Prefix + number] with { IsIndexed = true };
                    break;
                case 3 when state.TryGetValue(Prefix + (number - 1), out ChurnedCollection? indexed):
                    state[Prefix + (number - 1)] = indexed with { IsIndexed = false };
                    break;
                case 4:
                    state.Remove(Prefix + (number - KeptCollections));
                    break;
            }
        }
        return state;
    }

    /// <summary>Is there what the steps left, but for the contents?</summary>
    public static bool Matches(Collection collection, ChurnedCollection expected) =>
        collection.GetStatistics().Count == expected.Items.Count
        && collection.ListIndexesAsync().GetAwaiter().GetResult().Select(index => index.Field)
            .SequenceEqual(expected.IsIndexed ? [ItemFields.ColourName] : []);

    private static Dictionary<ulong, StoredItem> ItemsOf(int number)
    {
        var items = new Dictionary<ulong, StoredItem>();
        for (int i = 0; i < ItemCount; i++)
            items.Add((ulong)(number * ItemCount + i), StoredItem.Make(SeedMix.Of((ulong)number, (ulong)i), WorkLayout.Dimensions, 100));
        return items;
    }
}
