using HashDb.Models;
using HashDb.Models.Data;
using HashDb.Models.Kinds.Cells;
using HashDb.Models.Kinds.Lsh;
using HashDb.Storage.Faults.Checks;

namespace HashDb.Storage.Faults.Workload;

/// <summary>The collections of the kill test, and which writer writes where.</summary>
internal static class WorkLayout
{
    public const int Dimensions = 12;
    public const int ThreadCount = 4;

    public static readonly string[] Names = ["alpha", "beta", "gamma"];

    public static readonly DatabaseOptions Options = new()
    {
        Durability = DurabilityMode.Always,
        CheckpointLogBytes = 1024 * 1024,
        PostingMemoryBytes = 8 * 1024 * 1024,
        WriteQueueLength = 16,
    };

    /// <summary>
    /// The models between which each collection moves; the second one's have several tables or more than one substring, and the third
    /// one's are cells, or keep the sketches that came with cells.
    /// </summary>
    private static readonly IHashModel[][] Models =
    [
        [Model(40, 1), Model(8, 3), Model(24, 1)],
        [Model(16, 1), Model(100, 1), Model(80, 2)],
        [Cells(5), Model(20, 1), Cells(3)],
    ];

    private static readonly DistanceMetric[] Metrics = [DistanceMetric.Cosine, DistanceMetric.Euclidean, DistanceMetric.Dot];

    private static readonly KeyKind[] Keys = [KeyKind.String, KeyKind.Number, KeyKind.Guid];

    public static int CollectionOf(int thread) => thread % Names.Length;

    /// <summary>A collection as it is made: under the model that <see cref="GenerationStep"/> begins with.</summary>
    public static CollectionOptions OptionsOf(int collection) =>
        new(ModelOf(collection, GenerationStep.FirstModel), Metrics[collection]) { Keys = Keys[collection] };

    /// <summary>Makes a collection, if it is not there, with an index on every second.</summary>
    public static async Task EnsureAsync(HashDatabase database, int collection)
    {
        string name = Names[collection];
        if (!database.CollectionNames.Contains(name))
            await database.CreateCollectionAsync(name, OptionsOf(collection)).ConfigureAwait(false);
        if (collection % 2 == 0)
            await database.GetCollection(name).CreateIndexAsync(ItemFields.ColourName).ConfigureAwait(false);
    }

    public static IHashModel ModelOf(int collection, int model) => Models[collection][model];

    private static LshModel Model(int bits, int tables) =>
        LshTrainer.Train(
            new LshOptions { BitCount = bits, TableCount = tables, Seed = 11, Preprocessing = PreprocessingOrder.Unit }, Dimensions);

    private static CellsModel Cells(int count)
    {
        const int trainingRows = 200;
        float[] rows = [.. Enumerable.Range(0, trainingRows).SelectMany(i => StoredItem.Make((ulong)i, Dimensions, 1).Vector)];
        return CellsTrainer.Train(
            new CellsOptions { CellCount = count, Metric = DistanceMetric.Dot }, new FeatureMatrix(rows, Dimensions));
    }
}
