using System.Numerics.Tensors;
using System.Runtime.Intrinsics;
using HashDb.Models.Encoding;
using HashDb.Models.Numerics;
using MathNet.Numerics.LinearAlgebra.Single;

namespace HashDb.Models.Tests.Encoding;

public sealed class PackedProjectionTests
{
    // Sizes around every edge of the kernel: register block, tile, stretch of 256 dimensions, group of 8 rows, panel of 64.
    public static TheoryData<int, int, int> Shapes => new()
    {
        { 1, 1, 1 }, { 1, 3, 17 }, { 2, 16, 5 }, { 7, 8, 31 }, { 8, 32, 32 }, { 9, 33, 64 }, { 15, 31, 255 }, { 16, 64, 256 },
        { 17, 65, 257 }, { 63, 12, 300 }, { 64, 128, 40 }, { 65, 130, 70 }, { 130, 20, 513 }, { 3, 700, 9 }, { 1, 160, 600 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Outputs_are_one_ascending_fused_chain_from_the_bias_at_every_width(int rows, int outputs, int dimensions)
    {
        float[] weights = TestData.Normal(outputs, dimensions, 2);
        float[] bias = TestData.Normal(outputs, 1, 3);
        float[] vectors = TestData.Normal(rows, dimensions, 4);
        float[] expected = new float[rows * outputs];
        for (int i = 0; i < rows; i++)
        {
            for (int j = 0; j < outputs; j++)
            {
                float sum = bias[j];
                for (int k = 0; k < dimensions; k++)
                    sum = MathF.FusedMultiplyAdd(vectors[(i * dimensions) + k], weights[(j * dimensions) + k], sum);
                expected[(i * outputs) + j] = sum;
            }
        }

        foreach (SimdWidth width in Enum.GetValues<SimdWidth>())
        {
            PackedProjection projection = new(weights, bias, outputs, dimensions, width);
            float[] actual = new float[rows * outputs];
            projection.Project(vectors, rows, actual);
            Bits(actual).ShouldBe(Bits(expected), $"width {width}");
        }
    }

    [Fact]
    public void Outputs_of_a_row_do_not_depend_on_the_batch_it_is_in()
    {
        const int Rows = 77, Outputs = 48, Dimensions = 300;
        float[] vectors = TestData.Normal(Rows, Dimensions);
        PackedProjection projection = new(TestData.Normal(Outputs, Dimensions, 2), [], Outputs, Dimensions);
        float[] all = new float[Rows * Outputs];
        projection.Project(vectors, Rows, all);
        foreach (int size in (int[])[1, 2, 3, 7, 8, 9, 13, 64, 65])
        {
            float[] parts = new float[Rows * Outputs];
            for (int first = 0; first < Rows; first += size)
            {
                int count = Math.Min(size, Rows - first);
                projection.Project(
                    vectors.AsSpan(first * Dimensions, count * Dimensions), count, parts.AsSpan(first * Outputs, count * Outputs));
            }

            Bits(parts).ShouldBe(Bits(all), $"batches of {size}");
        }
    }

    [Fact]
    public void Outputs_agree_with_the_products_of_two_libraries()
    {
        const int Rows = 50, Outputs = 40, Dimensions = 512;
        float[] weights = TestData.Normal(Outputs, Dimensions, 2);
        float[] vectors = TestData.Normal(Rows, Dimensions, 3);
        float[] actual = new float[Rows * Outputs];
        new PackedProjection(weights, [], Outputs, Dimensions).Project(vectors, Rows, actual);
        DenseMatrix product =
            (DenseMatrix)new DenseMatrix(Dimensions, Outputs, weights).TransposeThisAndMultiply(new DenseMatrix(Dimensions, Rows, vectors));
        for (int i = 0; i < Rows; i++)
        {
            for (int j = 0; j < Outputs; j++)
            {
                // Sums of 512 products of about 1: errors of 1e-5 are rounding, more would be a wrong product.
                actual[(i * Outputs) + j].ShouldBe(product[j, i], 2e-4f);
                actual[(i * Outputs) + j].ShouldBe(
                    TensorPrimitives.Dot(vectors.AsSpan(i * Dimensions, Dimensions), weights.AsSpan(j * Dimensions, Dimensions)), 2e-4f);
            }
        }
    }

    [Fact]
    public void Projection_does_not_write_beyond_its_outputs()
    {
        const int Outputs = 35, Dimensions = 20;
        PackedProjection projection = new(TestData.Normal(Outputs, Dimensions), [], Outputs, Dimensions);
        foreach (int rows in (int[])[1, 5, 8, 11])
        {
            float[] guarded = new float[(rows * Outputs) + 64];
            Array.Fill(guarded, 123f);
            projection.Project(TestData.Normal(rows, Dimensions), rows, guarded.AsSpan(32, rows * Outputs));
            guarded[..32].ShouldAllBe(value => value == 123f);
            guarded[^32..].ShouldAllBe(value => value == 123f);
        }
    }

    [Fact]
    public void Best_width_is_one_the_machine_has()
    {
        PackedProjection.BestWidth.ShouldBe(
            Vector512.IsHardwareAccelerated ? SimdWidth.Bits512
            : Vector256.IsHardwareAccelerated ? SimdWidth.Bits256
            : Vector128.IsHardwareAccelerated ? SimdWidth.Bits128 : SimdWidth.Scalar);
    }

    [Fact]
    public void Hyperplanes_that_are_not_finite_are_refused_by_place()
    {
        float[] weights = TestData.Normal(4, 3);
        weights[7] = float.NaN;
        Should.Throw<ArgumentException>(() => new PackedProjection(weights, [], 4, 3)).Message.ShouldContain("Value 1 of hyperplane 2");
    }

    [Fact]
    public void Sizes_that_do_not_fit_are_refused()
    {
        PackedProjection projection = new(TestData.Normal(4, 3), [], 4, 3);
        Should.Throw<ArgumentException>(() => projection.Project(new float[5], 2, new float[8]));
        Should.Throw<ArgumentException>(() => projection.Project(new float[6], 2, new float[9]));
        Should.Throw<ArgumentException>(() => new PackedProjection(new float[11], [], 4, 3));
        Should.Throw<ArgumentException>(() => new PackedProjection(new float[12], new float[3], 4, 3));
        Should.Throw<ArgumentOutOfRangeException>(() => new PackedProjection([], [], 0, 3));
    }

    private static int[] Bits(float[] values) => Array.ConvertAll(values, BitConverter.SingleToInt32Bits);
}
