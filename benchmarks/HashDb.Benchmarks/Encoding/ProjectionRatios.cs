// A quick print of the same comparison, in seconds instead of minutes; for ratios, not for absolute figures.
using System.Diagnostics;
using System.Globalization;
using HashDb.Models;
using HashDb.Models.Encoding;
using HashDb.Models.Kinds.Lsh;
using HashDb.Models.Numerics;

namespace HashDb.Benchmarks;

/// <summary>Prints how the projection kernel compares with library products.</summary>
internal static class ProjectionRatios
{
    public static void Print(TextWriter output)
    {
        foreach ((int rows, int bits) in ((int, int)[])[(1024, 16), (1024, 32), (1024, 64), (1024, 512), (1, 32), (1, 64)])
        {
            using ProjectionBenchmarks benchmarks = new() { Rows = rows, Bits = bits };
            benchmarks.Setup();
            double kernel = Seconds(benchmarks.Kernel);
            output.WriteLine($"{rows} x {benchmarks.Dimensions} onto {bits} hyperplanes, one thread");
            Line(output, "kernel", kernel, kernel, benchmarks.Operations);
            Line(output, "TensorPrimitives.Dot", Seconds(benchmarks.Dots), kernel, benchmarks.Operations);
            Line(output, "MathNet managed", Seconds(() => benchmarks.MathNet()), kernel, benchmarks.Operations);
            foreach (SimdWidth width in (SimdWidth[])[SimdWidth.Bits512, SimdWidth.Bits256, SimdWidth.Bits128, SimdWidth.Scalar])
                Line(output, $"kernel, {width}", Seconds(benchmarks.AtWidth(width)), kernel, benchmarks.Operations);
        }

        PrintEncode(output);
    }

    /// <summary>What a whole encode costs beside its product: checks, preprocessing, packing; and what a second thread brings.</summary>
    private static void PrintEncode(TextWriter output)
    {
        const int Rows = 10_000, Dimensions = 512;
        float[] vectors = new float[Rows * Dimensions];
        new SeededRandom(1).FillNormal(vectors);
        foreach (int bits in (int[])[16, 32, 64])
        {
            LshModel model = LshTrainer.Train(new LshOptions { BitCount = bits }, vectors, Rows, Dimensions);
            byte[] codes = new byte[Rows * model.GetHashcodeByteCount()];
            float[] margins = new float[bits];
            float[] products = new float[Rows * bits];
            PackedProjection projection = new(model.Weights.Span, [], bits, Dimensions);
            double product = Seconds(() => projection.Project(vectors, Rows, products));
            double batch = Seconds(() => model.Encode(vectors, Rows, codes));
            double rowByRow = Seconds(() =>
            {
                for (int i = 0; i < Rows; i++)
                    model.Encode(vectors.AsSpan(i * Dimensions, Dimensions), 1, codes.AsSpan(0, bits / 8));
            });
            double withMargins = Seconds(() =>
            {
                for (int i = 0; i < Rows; i++)
                    model.EncodeWithMargins(vectors.AsSpan(i * Dimensions, Dimensions), codes.AsSpan(0, bits / 8), margins);
            });
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{bits} bits, {Dimensions} dimensions, us a vector: product {1e6 * product / Rows:F3} on one thread; "
                + $"encode batch {1e6 * batch / Rows:F3} on {Environment.ProcessorCount} threads, "
                + $"one by one {1e6 * rowByRow / Rows:F3}, with margins {1e6 * withMargins / Rows:F3}"));
        }
    }

    private static void Line(TextWriter output, string name, double seconds, double kernel, double operations) =>
        output.WriteLine(FormattableString.Invariant(
            $"  {name,-22} {1e6 * seconds,10:F2} us {operations / seconds / 1e9,8:F2} GFLOP/s   {seconds / kernel,7:F2} times the kernel"));

    /// <summary>The best of several rounds, each long enough to be timed.</summary>
    private static double Seconds(Action action)
    {
        long warmUp = Stopwatch.GetTimestamp();
        int calls = 0;
        while (Stopwatch.GetElapsedTime(warmUp).TotalSeconds < 0.3)
        {
            action();
            calls++;
        }

        calls = Math.Max(1, calls / 6);
        double best = double.MaxValue;
        for (int round = 0; round < 6; round++)
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < calls; i++)
                action();
            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalSeconds / calls);
        }

        return best;
    }
}
