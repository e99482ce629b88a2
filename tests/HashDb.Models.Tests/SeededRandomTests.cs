using HashDb.Models.Numerics;

namespace HashDb.Models.Tests;

public sealed class SeededRandomTests
{
    // xoshiro256** with the state 1, 2, 3, 4 begins 11520, 0, 1509978240; but here the state comes from splitmix64, whose
    // first outputs for seed 1234567 are published: 6457827717110365317, 3203168211198807973.
    [Fact]
    public void Sequence_is_that_of_the_published_algorithms()
    {
        ulong[] state = new ulong[4];
        ulong seed = 1234567;
        for (int i = 0; i < 4; i++)
            state[i] = SplitMix(ref seed);
        state[..2].ShouldBe([6457827717110365317UL, 3203168211198807973UL]);

        SeededRandom random = new(1234567);
        for (int i = 0; i < 100; i++)
            random.NextUInt64().ShouldBe(Xoshiro(state));
        Xoshiro([1, 2, 3, 4]).ShouldBe(11520UL);
    }

    [Fact]
    public void Logarithm_is_within_four_units_of_the_last_place()
    {
        SeededRandom random = new(8);
        for (int i = 0; i < 100_000; i++)
        {
            double x = random.NextDouble() * Math.Pow(2, random.NextInt32(100) - 80);
            if (x == 0)
                continue;
            double expected = Math.Log(x);
            Math.Abs(SeededRandom.NaturalLogarithm(x) - expected).ShouldBeLessThanOrEqualTo(
                4 * Math.Max(Math.BitIncrement(Math.Abs(expected)) - Math.Abs(expected), 1e-17));
        }
    }

    [Fact]
    public void Normal_numbers_have_the_moments_of_the_normal_distribution()
    {
        const int Count = 400_000;
        SeededRandom random = new(17);
        double[] values = [.. Enumerable.Range(0, Count).Select(_ => random.NextNormal())];
        values.Average().ShouldBe(0, 0.008);
        values.Average(x => x * x).ShouldBe(1, 0.012);
        values.Average(x => x * x * x).ShouldBe(0, 0.03);
        values.Average(x => x * x * x * x).ShouldBe(3, 0.09);
        (values.Count(x => Math.Abs(x) < 1) / (double)Count).ShouldBe(0.6827, 0.004);
    }

    [Fact]
    public void Integers_are_uniform_and_within_bounds()
    {
        SeededRandom random = new(5);
        int[] counts = new int[7];
        for (int i = 0; i < 70_000; i++)
            counts[random.NextInt32(7)]++;
        counts.ShouldAllBe(count => Math.Abs(count - 10_000) < 500);
        Should.Throw<ArgumentOutOfRangeException>(() => random.NextInt32(0));
    }

    [Fact]
    public void Streams_of_a_seed_differ()
    {
        ulong[] first = [.. Enumerable.Range(0, 1_000).Select(stream => SeededRandom.ForStream(3, (ulong)stream).NextUInt64())];
        first.Distinct().Count().ShouldBe(1_000);
    }

    [Fact]
    public void Shuffle_keeps_every_item()
    {
        int[] items = [.. Enumerable.Range(0, 100)];
        new SeededRandom(2).Shuffle<int>(items);
        items.ShouldNotBe(Enumerable.Range(0, 100));
        items.Order().ShouldBe(Enumerable.Range(0, 100));
    }

    private static ulong SplitMix(ref ulong x)
    {
        ulong z = x += 0x9e3779b97f4a7c15;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }

    private static ulong Xoshiro(ulong[] s)
    {
        static ulong Rotate(ulong x, int k) => (x << k) | (x >> (64 - k));
        ulong result = Rotate(s[1] * 5, 7) * 9;
        ulong t = s[1] << 17;
        s[2] ^= s[0];
        s[3] ^= s[1];
        s[1] ^= s[2];
        s[0] ^= s[3];
        s[2] ^= t;
        s[3] = Rotate(s[3], 45);
        return result;
    }
}
