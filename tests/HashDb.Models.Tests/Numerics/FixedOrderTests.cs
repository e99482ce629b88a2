using HashDb.Models.Numerics;

namespace HashDb.Models.Tests.Numerics;

// Sums are written down in one order, and computed in another register width on another machine: the same bits must come out.
public sealed class FixedOrderTests
{
    public static TheoryData<int> Lengths => [0, 1, 3, 15, 16, 17, 31, 32, 33, 63, 64, 65, 100, 512, 1_001];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Dot_product_of_training_follows_its_written_order(int length)
    {
        (float[] x, float[] y) = (TestData.Normal(1, Math.Max(1, length), 3), TestData.Normal(1, Math.Max(1, length), 4));
        (x, y) = (x[..length], y[..length]);
        float[] stripes = new float[32];
        int whole = length / 32 * 32;
        for (int i = 0; i < whole; i++)
            stripes[i % 32] = MathF.FusedMultiplyAdd(x[i], y[i], stripes[i % 32]);
        for (int half = 16; half >= 4; half /= 2)
        {
            for (int j = 0; j < half; j++)
                stripes[j] += stripes[j + half];
        }
        float expected = stripes[0] + stripes[1] + (stripes[2] + stripes[3]);
        for (int i = whole; i < length; i++)
            expected = MathF.FusedMultiplyAdd(x[i], y[i], expected);

        Bits(FixedOrder.Dot(x, y)).ShouldBe(Bits(expected));
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Dot_product_of_preprocessing_follows_the_order_that_the_model_file_states(int length)
    {
        (float[] x, float[] y) = (TestData.Normal(1, Math.Max(1, length), 5), TestData.Normal(1, Math.Max(1, length), 6));
        (x, y) = (x[..length], y[..length]);
        double[] stripes = new double[16];
        for (int i = 0; i < length; i++)
            stripes[i % 16] += (double)x[i] * y[i];
        double[] s = [.. Enumerable.Range(0, 8).Select(j => stripes[j] + stripes[j + 8])];
        double expected = ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));

        BitConverter.DoubleToInt64Bits(StripedMath.Dot(x, y)).ShouldBe(BitConverter.DoubleToInt64Bits(expected));
    }

    [Theory]
    [InlineData(1UL, 0x5692161D100B05E5UL)]
    [InlineData(SplitMix64.Golden, 0xE220A8397B1DCDAFUL)]
    public void Mixer_gives_the_numbers_of_its_publication(ulong value, ulong mixed) => SplitMix64.Mix(value).ShouldBe(mixed);

    private static int Bits(float value) => BitConverter.SingleToInt32Bits(value);
}
