using HashDb.Models;
using HashDb.Models.Kinds.Lsh;

namespace HashDb.Storage.Tests.Support;

/// <summary>Models and vectors made from seeds.</summary>
internal static class Samples
{
    public static IHashModel Model(int dimensions, int bitCount, int tableCount = 1, ulong seed = 7) =>
        LshTrainer.Train(
            new LshOptions { BitCount = bitCount, TableCount = tableCount, Seed = seed, Preprocessing = PreprocessingOrder.Unit },
            dimensions);

    public static float[] Vector(Random random, int dimensions)
    {
        float[] vector = new float[dimensions];
        for (int i = 0; i < dimensions; i++)
            vector[i] = (float)(random.NextDouble() * 2 - 1);
        return vector;
    }

    public static VectorRecord[] Records(int seed, ulong firstId, int count, int dimensions)
    {
        var random = new Random(seed);
        var records = new VectorRecord[count];
        for (int i = 0; i < count; i++)
            records[i] = new VectorRecord { Id = new VectorId(firstId + (ulong)i), Vector = Vector(random, dimensions) };
        return records;
    }
}
