using HashDb.Models.Data;
using HashDb.Models.Kinds.Cells;

namespace HashDb.Models.Tests.Kinds.Cells;

public sealed class CellsModelTests
{
    [Theory]
    [InlineData(DistanceMetric.Cosine)]
    [InlineData(DistanceMetric.Euclidean)]
    [InlineData(DistanceMetric.Dot)]
    public void Hashcode_is_the_number_of_the_nearest_centre(DistanceMetric metric)
    {
        const int Dimensions = 24;
        var rows = new FeatureMatrix(TestData.Normal(900, Dimensions), Dimensions);
        CellsModel model = CellsTrainer.Train(new CellsOptions { CellCount = 31, Metric = metric }, rows);
        byte[] codes = new byte[rows.Count];
        model.Encode(rows.Values.Span, rows.Count, codes);

        var counts = new int[model.CellCount];
        for (int row = 0; row < rows.Count; row++)
        {
            float[] prepared = new float[Dimensions];
            model.Preprocessing.Apply(rows.Values.Span.Slice(row * Dimensions, Dimensions), prepared);
            double[] distances =
            [
                .. Enumerable.Range(0, model.CellCount).Select(cell => Enumerable.Range(0, Dimensions)
                    .Sum(i => Math.Pow(prepared[i] - model.Centres.Span[(cell * Dimensions) + i], 2)))
            ];
            distances[codes[row]].ShouldBeInRange(0, distances.Min() + 1e-5, $"row {row}");
            counts[codes[row]]++;
        }
        counts.ShouldAllBe(count => count > 0);
    }

    [Fact]
    public void Equally_near_centres_give_the_smaller_number()
    {
        CellsModel model = CellsTrainer.Untrained(3, DistanceMetric.Euclidean);
        byte[] code = [255];
        model.Encode([1, 2, 3], 1, code);
        code[0].ShouldBe((byte)0);
        model.CellCount.ShouldBe(1);
        model.IsAutomatic.ShouldBeTrue();
    }

    [Theory]
    [InlineData(1, 8)]
    [InlineData(256, 8)]
    [InlineData(257, 9)]
    [InlineData(CellsModel.MaxCellCount, 16)]
    public void Bits_are_those_of_the_largest_number(int cells, int bits) => CellsModel.BitCountOf(cells).ShouldBe(bits);

    [Fact]
    public void More_cells_than_rows_are_refused_with_both_numbers()
    {
        var rows = new FeatureMatrix(TestData.Normal(20, 4), 4);
        ArgumentException refused = Should.Throw<ArgumentOutOfRangeException>(
            () => CellsTrainer.Train(new CellsOptions { CellCount = 21 }, rows));
        refused.Message.ShouldContain("21");
        refused.Message.ShouldContain("20 training rows");
    }
}
