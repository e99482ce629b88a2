using HashDb.Models;

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

    public static int CollectionOf(int thread) => thread % Names.Length;

    /// <summary>The second collection has several tables and codes of more than one substring.</summary>
    public static CollectionOptions OptionsOf(int collection) => collection == 0
        ? new CollectionOptions(Model(24, 1))
        : new CollectionOptions(Model(80, 2), DistanceMetric.Euclidean);

    private static LshModel Model(int bits, int tables) =>
        LshTrainer.Train(new LshOptions { BitCount = bits, TableCount = tables, Seed = 11, Preprocessing = PreprocessingOrder.Unit }, Dimensions);
}
