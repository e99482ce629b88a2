using HashDb.Models.Data;
using HashDb.Models.Kinds.Gph;
using HashDb.Models.Numerics;
using HashDb.Models.Tests.Training;
using HashDb.Models.Training;

namespace HashDb.Models.Tests.Kinds.Gph;

public sealed class CodeSamplerTests
{
    private const int CodeBits = 16;

    // The grouped and the dense form compute the same conditional distributions in quite different ways, and draw with the same
    // random numbers; so on rows with one label each they must give the same codes.
    [Theory]
    [InlineData(200, 200)]
    [InlineData(300, 50)]
    public void Grouped_and_dense_form_draw_the_same_codes(int count, int representatives)
    {
        int[] classes = Enumerable.Range(0, count).Select(n => n * 7 % 4).ToArray();
        var grouped = new ClassCodeSampler(TrainingLabels.FromClasses(classes), CodeBits, 0.2, representatives, 3);
        var dense = new SetCodeSampler(AsSets(classes), CodeBits, 0.2, representatives, 3);
        float[][] prior = Enumerable.Range(0, CodeBits).Select(k => TestData.Normal(count, 1, (ulong)k)).ToArray();
        for (int sweep = 0; sweep < 5; sweep++)
        {
            float[][]? given = sweep < 2 ? null : prior;
            dense.Sweep(given, new ParallelOptions()).ShouldBe(grouped.Sweep(given, new ParallelOptions()));
            dense.Codes.ShouldBe(grouped.Codes, $"sweep {sweep}");
        }
    }

    // Against the model itself: the log-odds of a bit are the difference of the joint log-likelihoods with the bit set and not.
    [Fact]
    public void Contribution_is_the_difference_of_the_model_log_likelihoods()
    {
        var sampler = new Probe();
        var random = new SeededRandom(2);
        for (int trial = 0; trial < 500; trial++)
        {
            ulong code = ClassCodes.RandomCode(CodeBits, random), other = ClassCodes.RandomCode(CodeBits, random);
            int bit = random.NextInt32(CodeBits);
            bool similar = trial % 2 == 0;
            double s = similar ? 1 : -1;
            double up = StandardNormal.LogCumulative(s * 0.2 * Inner(code | 1UL << bit, other));
            double down = StandardNormal.LogCumulative(s * 0.2 * Inner(code & ~(1UL << bit), other));
            sampler.Of(code, other, bit, similar).ShouldBe(up - down, 1e-12);
        }
    }

    [Fact]
    public void Codes_of_a_class_come_together_and_those_of_classes_stay_apart()
    {
        int[] classes = Enumerable.Range(0, 600).Select(n => n % 6).ToArray();
        var sampler = new ClassCodeSampler(TrainingLabels.FromClasses(classes), CodeBits, 0.2, 600, 1);
        GphFit.BurnIn(sampler, new ParallelOptions(), null);
        double within = 0, between = 0;
        long pairs = 0, others = 0;
        for (int a = 0; a < 600; a++)
        {
            for (int b = 0; b < a; b++)
            {
                int distance = System.Numerics.BitOperations.PopCount(sampler.Codes[a] ^ sampler.Codes[b]);
                if (classes[a] == classes[b])
                    (within, pairs) = (within + distance, pairs + 1);
                else
                    (between, others) = (between + distance, others + 1);
            }
        }

        (within / pairs).ShouldBeLessThan(2);
        (between / others).ShouldBeGreaterThan(6);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void Draws_do_not_depend_on_the_number_of_threads(int threads)
    {
        TrainingLabels labels = TrainingLabels.From(Blobs.Sets(400).Labels);
        var all = new SetCodeSampler(labels, CodeBits, 0.2, 300, 9);
        var some = new SetCodeSampler(labels, CodeBits, 0.2, 300, 9);
        all.Sweep(null, new ParallelOptions());
        some.Sweep(null, new ParallelOptions { MaxDegreeOfParallelism = threads });
        some.Codes.ShouldBe(all.Codes);
    }

    [Theory]
    [InlineData(2, 8)]
    [InlineData(10, 16)]
    [InlineData(100, 32)]
    [InlineData(5, 64)]
    public void Class_codes_are_apart_and_no_bit_is_constant(int classes, int bits)
    {
        ulong[] codes = ClassCodes.Choose(classes, bits, new SeededRandom(1));
        int nearest = bits;
        for (int a = 0; a < classes; a++)
        {
            for (int b = 0; b < a; b++)
                nearest = Math.Min(nearest, System.Numerics.BitOperations.PopCount(codes[a] ^ codes[b]));
        }

        nearest.ShouldBeGreaterThanOrEqualTo(bits / 4);
        for (int k = 0; k < bits; k++)
            codes.Select(code => code >> k & 1).Distinct().Count().ShouldBe(2, $"bit {k}");
    }

    private static int Inner(ulong left, ulong right) => CodeBits - (2 * System.Numerics.BitOperations.PopCount(left ^ right));

    private static TrainingLabels AsSets(int[] classes)
    {
        // A label of its own that only one row has keeps the rows sets, without making any two rows similar.
        var rows = new List<IReadOnlyList<int>>();
        for (int n = 0; n < classes.Length; n++)
            rows.Add(n == 0 ? [classes[n], 9] : [classes[n]]);
        return TrainingLabels.From(LabelSet.FromRows(rows, 10));
    }

    private sealed class Probe() : CodeSampler(2, CodeBits, 0.2, 2, 0)
    {
        public double Of(ulong code, ulong other, int bit, bool similar) => Contribution(code, other, bit, similar);

        protected override long DrawBlock(ReadOnlyMemory<int> rows, float[][]? prior, ulong sweep, ParallelOptions parallel) => 0;
    }
}
