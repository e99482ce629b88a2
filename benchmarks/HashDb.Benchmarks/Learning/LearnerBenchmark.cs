// `learning`: the stream learner against what touching its weights once an item costs, measured in the same run. Both are bound by
// the same memory: a pass that loads every weight, adds to it and stores it.
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using HashDb.Models;
using HashDb.Models.Kinds.Grh.Streaming;
using HashDb.Models.Kinds.Lsh;
using HashDb.Models.Training;

namespace HashDb.Benchmarks;

internal static unsafe class LearnerBenchmark
{
    private const int Classes = 10;

    public static void Run(Report report)
    {
        foreach ((int bits, int dimensions, int items) in new[] { (16, 512, 200_000), (64, 512, 50_000), (64, 4_096, 5_000) })
        {
            report.Section(
                $"Learning, {bits} bits, {dimensions} dimensions, one thread, every item moves every hyperplane "
                + $"({bits * dimensions * sizeof(float) / 1024} KiB of weights)");
            (GrhStreamLearner learner, StreamBatch batch, float[] vectors, ReadOnlyMemory<int>[] labels) = Prepare(bits, dimensions);
            int rounds = items / batch.Count;
            for (int i = 0; i < 2; i++)
            {
                learner.Learn(batch);
                StreamBatch.Create(learner.Preprocessing, vectors, dimensions, labels);
            }

            double bound = Report.Median(5, () => Touch(bits * dimensions, items)) / items;
            double learn = Report.Median(5, () => Repeat(rounds, () => learner.Learn(batch))) / (rounds * batch.Count);
            double prepare = Report.Median(
                5,
                () => Repeat(
                    rounds, () => StreamBatch.Create(learner.Preprocessing, vectors, dimensions, labels))) / (rounds * batch.Count);
            report.Line("bound: load, add to and store every weight once", 1e9 / bound, "items/s");
            report.Line("learner: project, find the target, move, average", 1e9 / learn, "items/s");
            report.Line("check and preprocess the raw vectors (any thread)", 1e9 / prepare, "items/s");
        }
    }

    private static (
        GrhStreamLearner Learner, StreamBatch Batch, float[] Vectors, ReadOnlyMemory<int>[] Labels) Prepare(int bits, int dimensions)
    {
        var data = new BenchmarkData(dimensions, Classes, 3);
        const int Rows = 1_000;
        float[] vectors = new float[Rows * dimensions];
        for (int row = 0; row < Rows; row++)
            data.Vector(row).CopyTo(vectors, row * dimensions);

        // Labels at random: nothing can be learned from them, so no item is ever free of loss.
        var random = new Random(2);
        ReadOnlyMemory<int>[] labels = [.. Enumerable.Range(0, Rows).Select(_ => (ReadOnlyMemory<int>)new[] { random.Next(Classes) })];
        LshModel start = LshTrainer.Train(
            new LshOptions { BitCount = bits, Preprocessing = PreprocessingOrder.CenterThenUnit }, vectors, Rows, dimensions);
        GrhStreamLearner learner = new(start, new GrhStreamOptions());
        return (learner, StreamBatch.Create(learner.Preprocessing, vectors, dimensions, labels), vectors, labels);
    }

    private static void Repeat(int times, Action body)
    {
        for (int i = 0; i < times; i++)
            body();
    }

    private static void Touch(int floats, int times)
    {
        float* memory = (float*)NativeMemory.AlignedAlloc((nuint)floats * sizeof(float), 64);
        new Span<float>(memory, floats).Clear();
        Vector512<float> step = Vector512.Create(1e-6f);
        for (int i = 0; i < times; i++)
            TouchOnce(memory, floats, step);
        NativeMemory.AlignedFree(memory);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void TouchOnce(float* memory, int floats, Vector512<float> step)
    {
        for (int i = 0; i < floats; i += 64)
        {
            (Vector512.Load(memory + i) + step).Store(memory + i);
            (Vector512.Load(memory + i + 16) + step).Store(memory + i + 16);
            (Vector512.Load(memory + i + 32) + step).Store(memory + i + 32);
            (Vector512.Load(memory + i + 48) + step).Store(memory + i + 48);
        }
    }
}
