using HashDb.Models.Numerics;

namespace HashDb.Models.Tests.Numerics;

public sealed class FixedExponentialTests
{
    [Fact]
    public void Exponential_is_within_a_unit_in_the_last_place()
    {
        float[] arguments = Enumerable.Range(0, 400_001).Select(i => -87f * i / 400_000).ToArray();
        float[] values = [.. arguments];
        FixedExponential.Apply(values);
        for (int i = 0; i < values.Length; i++)
        {
            double exact = Math.Exp(arguments[i]);
            double unit = MathF.BitIncrement((float)exact) - (float)exact;
            Math.Abs(values[i] - exact).ShouldBeLessThan(1.05 * unit, $"exp({arguments[i]})");
        }
    }

    [Fact]
    public void Exponential_has_exact_ends()
    {
        float[] values = [0f, -0f, -87.5f, -1e30f, float.NegativeInfinity];
        FixedExponential.Apply(values);
        values.ShouldBe([1f, 1f, 0f, 0f, 0f]);
    }

    // Kept bits: who changes them changes every hashcode of every stored kernel model.
    [Fact]
    public void Exponential_has_the_kept_bits_in_vectors_and_in_remainders()
    {
        float[] arguments = [-0.001f, -0.1f, -0.5f, -1f, -2.5f, -10f, -50f, -86.9f];
        uint[] kept = KeptBits;
        for (int length = 1; length <= 40; length++)
        {
            float[] values = Enumerable.Range(0, length).Select(i => arguments[i % arguments.Length]).ToArray();
            FixedExponential.Apply(values);
            for (int i = 0; i < length; i++)
                BitConverter.SingleToUInt32Bits(values[i]).ShouldBe(kept[i % arguments.Length], $"exp({arguments[i % arguments.Length]})");
        }
    }

    private static readonly uint[] KeptBits =
    [
        0x3F7FBE7F, 0x3F67A36D, 0x3F1B4598, 0x3EBC5AB2, 0x3DA81C2E, 0x383E6BCE, 0x1B692BEB, 0x00C60F89
    ];
}
