using HashDb.Models.Numerics;

namespace HashDb.Models.Tests.Numerics;

public sealed class DenseAlgebraTests
{
    // Sizes that are no multiples of tiles, panels or blocks, and one that spans several depth and row blocks.
    public static TheoryData<int, int, int> Sizes => new()
    {
        { 1, 1, 1 }, { 5, 3, 7 }, { 6, 32, 256 }, { 7, 33, 257 }, { 101, 70, 600 }, { 13, 1_030, 19 },
    };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Product_equals_the_sum_in_double(int rows, int columns, int depth)
    {
        float[] left = TestData.Normal(rows, depth, 1), right = TestData.Normal(columns, depth, 2);
        foreach (IDenseAlgebra algebra in Available())
        {
            float[] product = new float[rows * columns];
            algebra.MultiplyTransposed(left, right, rows, columns, depth, product);
            for (int i = 0; i < rows; i++)
            {
                for (int j = 0; j < columns; j++)
                    ((double)product[(i * columns) + j]).ShouldBe(
                        Dot(left, i, right, j, depth), 1e-4 * Math.Sqrt(depth), $"{algebra.Name} {i},{j}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public unsafe void Product_has_the_same_bits_at_every_register_width(int rows, int columns, int depth)
    {
        float[] left = TestData.Normal(rows, depth, 1), right = TestData.Normal(columns, depth, 2);
        float[]? first = null;
        foreach (int width in (int[])[512, 256, 128])
        {
            float[] product = new float[rows * columns];
            fixed (float* a = left, b = right, c = product)
                DenseProducts.Add(
                    new MatrixView<float>(a, depth, 1), new MatrixView<float>(b, 1, depth), rows, columns, depth, 1, c, columns, width);
            (first ??= product).ShouldBe(product);
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(300, 37)]
    [InlineData(1_500, 70)]
    public void Weighted_gram_equals_the_sum_in_double_and_leaves_the_upper_triangle_alone(int count, int width)
    {
        float[] vectors = TestData.Normal(count, width, 3);
        float[] weights = TestData.Normal(count, 1, 4);
        foreach (IDenseAlgebra algebra in Available())
        {
            double[] gram = new double[width * width];
            Array.Fill(gram, 1);
            algebra.AddWeightedGram(vectors, weights, count, width, gram);
            for (int i = 0; i < width; i++)
            {
                for (int j = 0; j < width; j++)
                {
                    double expected = 1;
                    for (int n = 0; n < count && j <= i; n++)
                        expected += (double)weights[n] * vectors[(n * width) + i] * vectors[(n * width) + j];
                    gram[(i * width) + j].ShouldBe(expected, 1e-5 * count, $"{algebra.Name} {i},{j}");
                }
            }
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(100, 31)]
    [InlineData(211, 130)]
    public void Triangular_product_and_its_norms_agree_with_the_full_product(int count, int width)
    {
        float[] vectors = TestData.Normal(count, width, 5);
        float[] lower = TestData.Normal(width, width, 6);
        for (int i = 0; i < width; i++)
            lower.AsSpan((i * width) + i + 1, width - i - 1).Clear();
        foreach (IDenseAlgebra algebra in Available())
        {
            float[] full = new float[count * width], product = new float[count * width];
            double[] norms = new double[count];
            algebra.MultiplyTransposed(vectors, lower, count, width, width, full);
            algebra.MultiplyLower(vectors, lower, count, width, product);
            algebra.LowerSquaredNorms(vectors, lower, count, width, norms);
            for (int n = 0; n < count; n++)
            {
                for (int j = 0; j < width; j++)
                    product[(n * width) + j].ShouldBe(full[(n * width) + j], 1e-3f, algebra.Name);
                norms[n].ShouldBe(StripedMath.SumOfSquares(full.AsSpan(n * width, width)), 1e-3 * (1 + norms[n]), algebra.Name);
            }
        }
    }

    [Fact]
    public void Cross_product_equals_the_sum_in_double()
    {
        const int Count = 2_100, Rows = 9, Columns = 40;
        float[] left = TestData.Normal(Count, Rows, 7), right = TestData.Normal(Count, Columns, 8);
        foreach (IDenseAlgebra algebra in Available())
        {
            double[] product = new double[Rows * Columns];
            algebra.AddCrossProduct(left, right, Count, Rows, Columns, product);
            for (int i = 0; i < Rows; i++)
            {
                for (int j = 0; j < Columns; j++)
                {
                    double expected = 0;
                    for (int n = 0; n < Count; n++)
                        expected += (double)left[(n * Rows) + i] * right[(n * Columns) + j];
                    product[(i * Columns) + j].ShouldBe(expected, 1e-2, algebra.Name);
                }
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(47)]
    [InlineData(48)]
    [InlineData(205)]
    public void Cholesky_factor_inverse_and_solution_fit_the_matrix(int size)
    {
        float[] half = TestData.Normal(size, size, 9);
        double[] matrix = new double[size * size];
        for (int i = 0; i < size; i++)
        {
            for (int j = 0; j < size; j++)
                matrix[(i * size) + j] = Dot(half, i, half, j, size) + (i == j ? 1 : 0);
        }

        double[] factor = (double[])matrix.Clone();
        Cholesky.TryFactor(factor, size).ShouldBeTrue();
        double[] inverse = new double[size * size];
        Cholesky.InvertLower(factor, size, inverse);
        double[] right = Array.ConvertAll(TestData.Normal(size, 1, 10), value => (double)value), solution = new double[size];
        Cholesky.Solve(inverse, right, solution);
        for (int i = 0; i < size; i++)
        {
            double sum = 0;
            for (int j = 0; j < size; j++)
            {
                double product = 0, identity = 0;
                for (int k = 0; k < size; k++)
                {
                    product += factor[(i * size) + k] * factor[(j * size) + k];
                    identity += factor[(i * size) + k] * inverse[(k * size) + j];
                }

                product.ShouldBe(matrix[(i * size) + j], 1e-9 * size);
                identity.ShouldBe(i == j ? 1 : 0, 1e-9 * size);
                sum += matrix[(i * size) + j] * solution[j];
            }

            sum.ShouldBe(right[i], 1e-6 * size);
        }
    }

    [Fact]
    public void Cholesky_refuses_a_matrix_that_is_not_positive_definite()
    {
        Cholesky.TryFactor([1, 0, 2, 1], 2).ShouldBeFalse();
        Cholesky.TryFactor([double.NaN], 1).ShouldBeFalse();
    }

    [Fact]
    public void Wrong_size_names_the_argument_and_both_sizes()
    {
        ArgumentException error = Should.Throw<ArgumentException>(
            () => ManagedAlgebra.Instance.MultiplyTransposed(new float[6], new float[4], 2, 2, 3, new float[4]));
        error.ParamName.ShouldBe("right");
        error.Message.ShouldContain("6 elements, not 4");
    }

    [Fact]
    public void OpenBlas_is_given_only_where_it_is_installed()
    {
        if (OpenBlasAlgebra.IsAvailable)
            DenseAlgebra.Get("openblas").Name.ShouldBe("openblas");
        else
            Should.Throw<HashDbException>(() => DenseAlgebra.Get("openblas")).Message.ShouldContain("libopenblas");
        Should.Throw<ArgumentException>(() => DenseAlgebra.Get("mkl")).Message.ShouldContain("managed, openblas");
    }

    private static IEnumerable<IDenseAlgebra> Available()
    {
        yield return ManagedAlgebra.Instance;
        if (OpenBlasAlgebra.IsAvailable)
            yield return OpenBlasAlgebra.Load();
    }

    private static double Dot(float[] left, int i, float[] right, int j, int depth)
    {
        double sum = 0;
        for (int k = 0; k < depth; k++)
            sum += (double)left[(i * depth) + k] * right[(j * depth) + k];
        return sum;
    }
}
