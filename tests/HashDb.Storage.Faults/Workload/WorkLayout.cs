using HashDb.Models;
using HashDb.Models.Kinds.Lsh;

namespace HashDb.Storage.Faults.Workload;

/// <summary>The collections of the kill test, and which writer writes where.</summary>
internal static class WorkLayout
{
    public const int Dimensions = 12;
    public const int ThreadCount = 4;

    public static readonly string[] Names = ["alpha", "beta"];

    public static readonly DatabaseOptions Options = new()
    {
        Durability = DurabilityMode.Always,
        CheckpointLogBytes = 1024 * 1024,
        PostingMemoryBytes = 8 * 1024 * 1024,
        WriteQueueLength = 16,
    };

    /// <summary>The models between which each collection moves; the second one's have several tables or more than one substring.</summary>
    private static readonly IHashModel[][] Models =
    [
        [Model(40, 1), Model(8, 3), Model(24, 1)],
        [Model(16, 1), Model(100, 1), Model(80, 2)],
    ];

    public static int CollectionOf(int thread) => thread % Names.Length;

    /// <summary>A collection as it is made: under the model that <see cref="GenerationStep"/> begins with.</summary>
    public static CollectionOptions OptionsOf(int collection) => collection == 0
        ? new CollectionOptions(ModelOf(0, GenerationStep.FirstModel))
        : new CollectionOptions(ModelOf(1, GenerationStep.FirstModel), DistanceMetric.Euclidean);

    public static IHashModel ModelOf(int collection, int model) => Models[collection][model];

    private static LshModel Model(int bits, int tables) =>
        LshTrainer.Train(
            new LshOptions { BitCount = bits, TableCount = tables, Seed = 11, Preprocessing = PreprocessingOrder.Unit }, Dimensions);
}
