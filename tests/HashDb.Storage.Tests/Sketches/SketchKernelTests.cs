using HashDb.Models;
using HashDb.Models.Data;
using HashDb.Models.Kinds.Cells;
using HashDb.Storage.Query;
using HashDb.Storage.Sketches;
using HashDb.Storage.Tests.Support;

namespace HashDb.Storage.Tests.Sketches;

public sealed class SketchKernelTests
{
    [Theory]
    [InlineData(64)]
    [InlineData(80)]
    [InlineData(144)]
    [InlineData(512)]
    [InlineData(784)]
    [InlineData(1_536)]
    public void Rotation_keeps_lengths_and_angles_and_spreads_a_single_coordinate(int length)
    {
        var rotation = new SketchRotation(length, 5);
        float[] x = Samples.Vector(new Random(1), length), y = Samples.Vector(new Random(2), length);
        double squares = Dot(x, x), product = Dot(x, y);
        float[] single = new float[length];
        single[3] = 1;

        rotation.Apply(x);
        rotation.Apply(y);
        rotation.Apply(single);

        Dot(x, x).ShouldBe(squares, squares * 1e-5);
        Dot(x, y).ShouldBe(product, squares * 1e-5);
        Dot(single, single).ShouldBe(1, 1e-5);
        single.Max(Math.Abs).ShouldBeLessThan(6 / MathF.Sqrt(length));
    }

    [Theory]
    [InlineData(8)]
    [InlineData(18)]
    [InlineData(64)]
    [InlineData(256)]
    public unsafe void Sums_are_those_of_the_table_at_every_register_width(int lines)
    {
        var random = new Random(lines);
        byte[] bits = new byte[lines * SketchShape.BlockRows];
        random.NextBytes(bits);
        byte[] table = new byte[lines * 2 * QueryTable.EntriesPerNibble];
        for (int i = 0; i < table.Length; i++)
            table[i] = (byte)random.Next(128);
        ushort[] expected = new ushort[SketchShape.BlockRows];
        for (int row = 0; row < SketchShape.BlockRows; row++)
        {
            for (int line = 0; line < lines; line++)
            {
                byte two = bits[(line * SketchShape.BlockRows) + row];
                expected[row] += table[(line * 32) + (two & 15)];
                expected[row] += table[(line * 32) + 16 + (two >> 4)];
            }
        }

        ushort[] sums = new ushort[SketchShape.BlockRows];
        fixed (byte* from = bits, entries = table)
        fixed (ushort* to = sums)
        {
            BlockScan.Sum(from, lines, entries, to);
            sums.ShouldBe(expected);
            Array.Clear(sums);
            BlockScan.Sum128(from, lines, entries, to);
            sums.ShouldBe(expected);
            if (System.Runtime.Intrinsics.X86.Avx2.IsSupported)
            {
                Array.Clear(sums);
                BlockScan.Sum256(from, lines, entries, to);
                sums.ShouldBe(expected);
            }
        }
    }

    [Theory]
    [InlineData(DistanceMetric.Euclidean, 96)]
    [InlineData(DistanceMetric.Cosine, 96)]
    [InlineData(DistanceMetric.Dot, 96)]
    [InlineData(DistanceMetric.Euclidean, 20)]
    [InlineData(DistanceMetric.Cosine, 2_500)]
    [InlineData(DistanceMetric.Dot, 300)]
    public void Estimates_are_unbiased_and_as_exact_as_they_say(DistanceMetric metric, int dimensions)
    {
        const int Rows = 400;
        const float Mean = 1.5f;
        float[] vectors = Vectors(1, Rows, dimensions, Mean);
        float[] queries = Vectors(2, 20, dimensions, Mean);
        CellsModel cells = CellsTrainer.Train(new CellsOptions { CellCount = 3, Metric = metric }, new FeatureMatrix(vectors, dimensions));
        var encoder = new SketchEncoder(metric, cells);
        byte[] codes = new byte[Rows];
        cells.Encode(vectors, Rows, codes);

        double sum = 0, squares = 0;
        for (int q = 0; q < 20; q++)
        {
            float[] query = queries[(q * dimensions)..((q + 1) * dimensions)];
            for (int row = 0; row < Rows; row++)
            {
                (double estimate, double deviation) = Estimate(encoder, query, vectors.AsSpan(row * dimensions, dimensions), codes[row]);
                float distance = DistanceKernel.Distance(
                    metric, query, DistanceKernel.SquaredNorm(query), vectors.AsSpan(row * dimensions, dimensions));
                double error = (estimate - SketchSearcher.KeyOf(metric, distance)) / deviation;
                sum += error;
                squares += error * error;
            }
        }
        Math.Abs(sum / (20 * Rows)).ShouldBeLessThan(.15);
        Math.Sqrt(squares / (20 * Rows)).ShouldBeInRange(.75, 1.25);
    }

    [Fact]
    public void Smallest_keys_are_kept_whatever_the_order_in_which_they_come()
    {
        var random = new Random(9);
        (float Estimate, uint Row)[] rows = [.. Enumerable.Range(0, 5_000).Select(i => ((float)random.Next(-40, 40), (uint)i))];
        uint[] expected = [.. rows.OrderBy(row => row.Estimate).ThenBy(row => row.Row).Take(70).Select(row => row.Row)];
        for (int time = 0; time < 3; time++)
        {
            random.Shuffle(rows);
            var keys = new SketchKeys();
            keys.Begin(70);
            foreach ((float estimate, uint row) in rows)
            {
                keys.MakeRoom();
                if (estimate <= keys.Threshold)
                    keys.Add(estimate, row);
            }
            keys.Shrink();
            keys.Kept.ToArray().Order().Select(SketchKeys.RowOf).ShouldBe(expected);
        }
    }

    private static (double Estimate, double Deviation) Estimate(SketchEncoder encoder, float[] query, ReadOnlySpan<float> vector, int cell)
    {
        SketchShape shape = encoder.Shape;
        byte[] bits = new byte[shape.Lines];
        SketchFactors factors = encoder.Encode(vector, cell, bits, new float[shape.Dimensions + shape.Length]);
        float[] prepared = new float[shape.Dimensions], rotated = new float[shape.Length], scores = new float[encoder.CellCount];
        encoder.Cells.Preprocessing.Apply(query, prepared);
        encoder.Rotate(prepared, rotated);
        encoder.Cells.Score(prepared, 1, scores);
        double sum = 0;
        for (int bit = 0; bit < shape.Bits; bit++)
            sum += (bits[bit / 8] >> (bit % 8) & 1) != 0 ? rotated[bit] : -rotated[bit];
        double ofCentre = scores[cell] + (.5 * encoder.SquaredNorms[cell]);
        double squared = StripedMath.SumOfSquares(prepared) - (2 * ofCentre) + encoder.SquaredNorms[cell];
        double start = encoder.Metric == DistanceMetric.Dot
            ? -ofCentre - StripedMath.Dot(query, encoder.Cells.Preprocessing.Mean.Span)
            : squared;
        return (start + factors.Offset - (factors.Slope * sum), factors.Spread * Math.Sqrt(squared));
    }

    private static float[] Vectors(int seed, int count, int dimensions, float mean)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).SelectMany(_ => Samples.Vector(random, dimensions).Select(value => value + mean))];
    }

    private static double Dot(float[] x, float[] y) => x.Zip(y, (a, b) => (double)a * b).Sum();
}
