using System.Numerics.Tensors;
using HashDb.Models.Data;
using HashDb.Models.Kinds.Lsh;

namespace HashDb.Models.Tests.Kinds.Lsh;

public sealed class LshTrainerTests
{
    [Fact]
    public void Hyperplanes_have_unit_length()
    {
        LshModel model = LshTrainer.Train(new LshOptions { BitCount = 32, Preprocessing = PreprocessingOrder.Unit }, 100);
        for (int bit = 0; bit < 32; bit++)
            TensorPrimitives.Norm(Plane(model, bit)).ShouldBe(1, 1e-6);
    }

    [Fact]
    public void Probability_that_a_bit_differs_is_the_angle_over_pi()
    {
        // Charikar 2002: the reason why Hamming distance estimates the angle. 64 tables of 512 bits, standard error .003.
        LshModel model = LshTrainer.Train(
            new LshOptions { BitCount = 512, TableCount = 64, Seed = 11, Preprocessing = PreprocessingOrder.Unit }, 3);
        foreach (double angle in (double[])[0.1, Math.PI / 4, Math.PI / 2, 3])
        {
            float[] vectors = [1, 0, 0, (float)Math.Cos(angle), (float)Math.Sin(angle), 0];
            byte[] codes = new byte[2 * model.GetHashcodeByteCount()];
            model.Encode(vectors, 2, codes);
            double share = HashcodeMath.HammingDistance(codes.AsSpan(0, codes.Length / 2), codes.AsSpan(codes.Length / 2)) / (64.0 * 512);
            share.ShouldBe(angle / Math.PI, 0.012);
        }
    }

    [Fact]
    public void Orthogonal_hyperplanes_are_orthogonal_within_blocks_of_the_dimensions()
    {
        const int Dimensions = 10;
        LshModel model = LshTrainer.Train(
            new LshOptions { BitCount = 25, Orthogonalize = true, Preprocessing = PreprocessingOrder.None }, Dimensions);
        for (int i = 0; i < 25; i++)
        {
            for (int j = i; j < 25; j++)
            {
                float dot = TensorPrimitives.Dot(Plane(model, i), Plane(model, j));
                if (i == j)
                    dot.ShouldBe(1, 1e-6f);
                else if (i / Dimensions == j / Dimensions)
                    dot.ShouldBe(0, 1e-6f);
            }
        }
    }

    [Fact]
    public void Seeds_and_tables_give_different_hyperplanes_and_more_tables_keep_the_first()
    {
        LshOptions options = new() { BitCount = 16, TableCount = 2, Seed = 1, Preprocessing = PreprocessingOrder.None };
        float[] two = LshTrainer.Train(options, 8).Weights.ToArray();
        float[] three = LshTrainer.Train(options with { TableCount = 3 }, 8).Weights.ToArray();
        float[] other = LshTrainer.Train(options with { Seed = 2 }, 8).Weights.ToArray();
        three[..two.Length].ShouldBe(two);
        two[..128].ShouldNotBe(two[128..]);
        other.ShouldNotBe(two);
    }

    [Fact]
    public void Zero_margin_sets_the_bit()
    {
        LshModel model = LshTrainer.Train(new LshOptions { BitCount = 8, Preprocessing = PreprocessingOrder.None }, 4);
        model.EncodeOne(new float[4]).ToBytes().ShouldBe([0xff]);
    }

    [Fact]
    public void Provenance_tells_options_seed_rows_and_data()
    {
        float[] vectors = TestData.Normal(30, 6);
        LshModel model = LshTrainer.Train(new LshOptions { BitCount = 24, Seed = ulong.MaxValue }, vectors, 30, 6);
        model.Provenance.Kind.ShouldBe("lsh");
        model.Provenance.Seed.ShouldBe(ulong.MaxValue);
        model.Provenance.TrainingRows.ShouldBe(30);
        model.Provenance.DataFingerprint.ShouldBe(DataFingerprint.Compute(vectors, 30, 6));
        model.Provenance.Options["bitCount"].AsInteger().ShouldBe(24);
        model.Provenance.Options["orthogonalize"].AsBoolean().ShouldBeFalse();
    }

    [Theory]
    [InlineData(7, 1)]
    [InlineData(513, 1)]
    [InlineData(16, 0)]
    [InlineData(16, 65)]
    public void Options_out_of_their_limits_are_refused(int bitCount, int tableCount) =>
        Should.Throw<ArgumentOutOfRangeException>(() => new LshOptions { BitCount = bitCount, TableCount = tableCount }.Validate());

    [Fact]
    public void Unknown_preprocessing_is_refused() =>
        Should.Throw<ArgumentOutOfRangeException>(() => new LshOptions { Preprocessing = (PreprocessingOrder)9 }.Validate());

    [Fact]
    public void Model_beyond_the_largest_file_is_refused_before_memory_is_taken() =>
        Should.Throw<ArgumentOutOfRangeException>(() => LshTrainer.Train(
            new LshOptions { BitCount = 512, TableCount = 64, Preprocessing = PreprocessingOrder.None }, ModelLimits.MaxDimensions));

    [Fact]
    public void Mean_without_rows_is_refused() =>
        Should.Throw<ArgumentException>(() => LshTrainer.Train(new LshOptions { Preprocessing = PreprocessingOrder.Center }, 4))
            .Message.ShouldContain("at least one training row");

    private static ReadOnlySpan<float> Plane(LshModel model, int bit) =>
        model.Weights.Span.Slice(bit * model.Dimensions, model.Dimensions);
}
