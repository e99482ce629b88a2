using HashDb.Models;
using HashDb.Models.Kinds.Lsh;

namespace HashDb.Client.Tests.Support;

/// <summary>Models and vectors of the tests, all from seeds.</summary>
internal static class Data
{
    public const int Dimensions = 12;
    public const int BitCount = 16;

    public static IHashModel Model(int tableCount = 1, int bitCount = BitCount, PreprocessingOrder order = PreprocessingOrder.Unit) =>
        LshTrainer.Train(new LshOptions { BitCount = bitCount, TableCount = tableCount, Seed = 7, Preprocessing = order }, Dimensions);

    public static CollectionOptions Options(DistanceMetric metric = DistanceMetric.Cosine, int tableCount = 1) =>
        new(Model(tableCount), metric);

    /// <summary>The vector of a number; the same number gives the same vector. Numbers a hundred apart have near vectors.</summary>
    public static float[] Vector(int number)
    {
        var centre = new Random(number % 100);
        var noise = new Random(number);
        float[] vector = new float[Dimensions];
        for (int i = 0; i < vector.Length; i++)
            vector[i] = (float)(centre.NextDouble() - 0.5 + 0.2 * (noise.NextDouble() - 0.5));
        return vector;
    }

    public static VectorRecord Record(int number, int version = 0) => new()
    {
        Id = new VectorId((ulong)number),
        Vector = Vector(number + 1_000 * version),
        Labels = new[] { number % 10, 10 + version },
    };

    public static VectorRecord[] Records(int first, int count) => [.. Enumerable.Range(first, count).Select(number => Record(number))];

    public static async IAsyncEnumerable<VectorRecord> Stream(IEnumerable<VectorRecord> records)
    {
        foreach (VectorRecord record in records)
        {
            await Task.Yield();
            yield return record;
        }
    }

    /// <summary>Fails unless both records hold the same values.</summary>
    public static void ShouldBeSame(VectorRecord? actual, VectorRecord expected)
    {
        actual.ShouldNotBeNull();
        actual.Id.ShouldBe(expected.Id);
        actual.Vector.ToArray().ShouldBe(expected.Vector.ToArray());
        actual.Labels.ToArray().ShouldBe(expected.Labels.ToArray());
        actual.Payload.ToArray().ShouldBe(expected.Payload.ToArray());
    }
}
