namespace HashDb.Models.Tests;

public sealed class PreprocessingTests
{
    private const int Rows = 40, Dimensions = 37;

    public static TheoryData<PreprocessingOrder> Orders => [.. Enum.GetValues<PreprocessingOrder>()];

    [Theory]
    [MemberData(nameof(Orders))]
    public void Apply_agrees_with_the_plain_formula(PreprocessingOrder order)
    {
        float[] vectors = TestData.Normal(Rows, Dimensions);
        Preprocessing preprocessing = Preprocessing.Fit(order, vectors, Rows, Dimensions);
        float[] actual = new float[vectors.Length];
        preprocessing.Apply(vectors, Rows, Dimensions, actual);

        double[][] rows = [.. vectors.Chunk(Dimensions).Select(row => row.Select(value => (double)value).ToArray())];
        double[][] expected = order switch
        {
            PreprocessingOrder.Center => Center(rows),
            PreprocessingOrder.Unit => Unit(rows),
            PreprocessingOrder.CenterThenUnit => Unit(Center(rows)),
            PreprocessingOrder.UnitThenCenter => Center(Unit(rows)),
            _ => rows,
        };
        double[] flat = [.. expected.SelectMany(row => row)];
        for (int i = 0; i < flat.Length; i++)
            ((double)actual[i]).ShouldBe(flat[i], 1e-6);
    }

    [Theory]
    [MemberData(nameof(Orders))]
    public void Apply_may_overwrite_its_input(PreprocessingOrder order)
    {
        float[] vectors = TestData.Normal(Rows, Dimensions);
        Preprocessing preprocessing = Preprocessing.Fit(order, vectors, Rows, Dimensions);
        float[] expected = new float[vectors.Length];
        preprocessing.Apply(vectors, Rows, Dimensions, expected);
        preprocessing.Apply(vectors, Rows, Dimensions, vectors);
        vectors.ShouldBe(expected);
    }

    [Theory]
    [InlineData(1e-30f)]
    [InlineData(1e-44f)]
    [InlineData(1e38f)]
    public void Unit_length_is_reached_from_any_finite_length(float scale)
    {
        float[] result = new float[3];
        Preprocessing.Unit.Apply([0, -scale, 0], result);
        result.ShouldBe([0, -1, 0]);
    }

    [Fact]
    public void Zero_vector_has_no_direction()
    {
        float[] vectors = new float[6];
        vectors[0] = 1;
        Should.Throw<ArgumentException>(() => Preprocessing.Unit.Apply(vectors, 2, 3, new float[6]))
            .Message.ShouldContain("Row 1 has no direction");
        Should.Throw<ArgumentException>(() => Preprocessing.Fit(PreprocessingOrder.UnitThenCenter, vectors, 2, 3))
            .Message.ShouldContain("Row 1 has no direction");
    }

    [Fact]
    public void Difference_from_the_mean_that_overflows_is_refused()
    {
        Preprocessing centre = Preprocessing.Create(PreprocessingOrder.CenterThenUnit, [-float.MaxValue]);
        Should.Throw<ArgumentException>(() => centre.Apply([float.MaxValue], new float[1])).Message.ShouldContain("overflows");
    }

    [Fact]
    public void Fit_refuses_a_row_that_is_not_finite_by_number()
    {
        float[] vectors = TestData.Normal(Rows, Dimensions);
        vectors[(5 * Dimensions) + 3] = float.NaN;
        Should.Throw<ArgumentException>(() => Preprocessing.Fit(PreprocessingOrder.Center, vectors, Rows, Dimensions))
            .Message.ShouldContain("Row 5 is not finite");
    }

    [Fact]
    public void Create_refuses_a_mean_that_does_not_fit_the_order()
    {
        Should.Throw<ArgumentException>(() => Preprocessing.Create(PreprocessingOrder.Center, []));
        Should.Throw<ArgumentException>(() => Preprocessing.Create(PreprocessingOrder.Unit, [1]));
        Should.Throw<ArgumentException>(() => Preprocessing.Create(PreprocessingOrder.Center, [float.NaN]));
        Should.Throw<ArgumentOutOfRangeException>(() => Preprocessing.Create((PreprocessingOrder)5, []));
    }

    [Fact]
    public void Sum_of_squares_keeps_its_documented_order()
    {
        float[] values = TestData.Normal(1, 1_003);
        double[] stripes = new double[16];
        for (int i = 0; i < values.Length; i++)
            stripes[i % 16] += (double)values[i] * values[i];
        double[] s = new double[8];
        for (int i = 0; i < 8; i++)
            s[i] = stripes[i] + stripes[i + 8];
        StripedMath.SumOfSquares(values).ShouldBe(((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7])));
    }

    private static double[][] Center(double[][] rows)
    {
        double[] mean = [.. Enumerable.Range(0, Dimensions).Select(j => rows.Average(row => row[j]))];
        return [.. rows.Select(row => row.Select((value, j) => value - mean[j]).ToArray())];
    }

    private static double[][] Unit(double[][] rows) =>
        [.. rows.Select(row => row.Select(value => value / Math.Sqrt(row.Sum(other => other * other))).ToArray())];
}
