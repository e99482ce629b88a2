// What the workload of the system-call faults writes, and how what is found is turned into the values of Facts: a batch is absent (0), or
// has its first or second content whole; anything else is a wrong answer.
using HashDb.Models;
using HashDb.Models.Files;
using HashDb.Models.Kinds.Lsh;
using HashDb.Storage.Faults.Checks;

namespace HashDb.Storage.Faults.Failing;

internal static class FailingLayout
{
    public const string DatabaseFolderName = "database";
    public const string CollectionName = "items";
    public const string OtherName = "others";
    public const int BatchCount = 13;

    /// <summary>From this one on, batches are written at the same time.</summary>
    public const int FirstBatchOfMany = 7;
    public const int BatchRecords = 5;
    public const int LearnedItems = 12;
    public const int ModelCount = 2;

    /// <summary>Names of things in <see cref="Facts"/>.</summary>
    public const string Draft = "draft";
    public const string Model = "model";
    public const string Other = "other";
    public const string Index = "index";
    private const int Dimensions = 8;
    private const int FieldBytes = 60;
    private const KeyKind Keys = KeyKind.String;

    public static readonly DatabaseOptions Options = new() { PostingMemoryBytes = DatabaseOptions.MinPostingMemoryBytes };

    private static readonly LshModel[] Models = [.. Enumerable.Range(1, ModelCount).Select(seed => LshTrainer.Train(
        new LshOptions { BitCount = 12, Seed = (ulong)seed, Preprocessing = PreprocessingOrder.Unit }, Dimensions))];

    /// <summary>A collection of texts as keys, which learns.</summary>
    public static CollectionOptions First => new(Models[0]) { Keys = Keys };

    /// <summary>A collection of cells.</summary>
    public static CollectionOptions Second => new(Dimensions);

    /// <summary>A generation with sketches.</summary>
    public static GenerationOptions Sketched => new() { Sketches = true };

    public static string Batch(int batch) => $"batch-{batch}";

    public static string CaseName(int number) => $"case-{number}";

    public static string CasePath(string root, int number) => Path.Combine(root, CaseName(number));

    public static IHashModel ModelOf(int number) => Models[number - 1];

    public static VectorId[] Ids(int batch) => [.. Numbers(batch).Select(number => ItemKey.Of(Keys, number).Id)];

    public static VectorRecord[] Records(int batch, int version) =>
        [.. Numbers(batch).Select(number => Item(number, version).ToRecord(ItemKey.Of(Keys, number)))];

    public static LabelledVector[] Labelled() =>
    [
        .. Enumerable.Range(0, LearnedItems).Select(i => new LabelledVector
        {
            Vector = Make((ulong)(1_000 + i)).Vector,
            Labels = new[] { i % 2 },
        }),
    ];

    /// <summary>Version of a batch that is there whole; 0 when nothing of it is.</summary>
    public static int VersionOf(Collection collection, int batch)
    {
        VectorRecord?[] found = [.. Ids(batch).Select(id => collection.Get(id))];
        for (int version = 0; version <= 2; version++)
        {
            if (Numbers(batch).Zip(found).All(pair => version == 0
                ? pair.Second is null
                : pair.Second is not null && Item(pair.First, version).Matches(pair.Second)))
                return version;
        }
        throw new CheckFailedException(
            $"of {Batch(batch)}, {found.Count(record => record is not null)} records are there, or with the content of two writes");
    }

    public static int NumberOfModel(Collection collection) => 1 + Array.FindIndex(
        Models, model => HashModelFile.Fingerprint(model) == collection.GetStatistics().ModelFingerprint);

    /// <summary>Every stored record is found by a search for it, once.</summary>
    public static void CheckSearches(Collection collection, IReadOnlyList<int> versions)
    {
        var expected = new Dictionary<ulong, StoredItem>();
        for (int batch = 0; batch < versions.Count; batch++)
        {
            foreach (ulong number in Numbers(batch).Where(_ => versions[batch] > 0))
                expected.Add(number, Item(number, versions[batch]));
        }
        new CollectionChecker(collection, expected).Run([], (expected.Count, 2), new Random(1));
    }

    private static IEnumerable<ulong> Numbers(int batch) =>
        Enumerable.Range(0, BatchRecords).Select(i => (ulong)(batch * BatchRecords + i));

    private static StoredItem Item(ulong number, int version) => Make(SeedMix.Of(number, (ulong)version));

    private static StoredItem Make(ulong seed) => StoredItem.Make(seed, Dimensions, FieldBytes);
}
