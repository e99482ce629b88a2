using HashDb.Storage.Query;
using HashDb.Storage.Tests.Support;

namespace HashDb.Storage.Tests.Engine;

// A distance is part of an answer: it must have the same bits on every machine, so its sums have a written order.
public sealed class DistanceOrderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(16)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(144)]
    [InlineData(512)]
    [InlineData(1_000)]
    public void Euclidean_distance_follows_its_written_order(int dimensions)
    {
        float[] x = Samples.Vector(new Random(1), dimensions), y = Samples.Vector(new Random(2), dimensions);
        float[] stripes = new float[64];
        for (int i = 0; i < dimensions; i++)
            stripes[i % 64] = MathF.FusedMultiplyAdd(x[i] - y[i], x[i] - y[i], stripes[i % 64]);
        float[] lanes = new float[16];
        for (int j = 0; j < lanes.Length; j++)
            lanes[j] = (stripes[j] + stripes[j + 16]) + (stripes[j + 32] + stripes[j + 48]);
        for (int half = 8; half >= 4; half /= 2)
        {
            for (int j = 0; j < half; j++)
                lanes[j] += lanes[j + half];
        }
        float expected = MathF.Sqrt((lanes[0] + lanes[2]) + (lanes[1] + lanes[3]));

        float distance = DistanceKernel.Distance(DistanceMetric.Euclidean, x, DistanceKernel.SquaredNorm(x), y);

        BitConverter.SingleToInt32Bits(distance).ShouldBe(BitConverter.SingleToInt32Bits(expected));
    }
}
