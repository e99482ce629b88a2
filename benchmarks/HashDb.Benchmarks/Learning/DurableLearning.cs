// `learning`, second part: LearnAsync of an embedded collection, every call acknowledged when it is durable, against a plain write of
// the same vectors that is flushed as often.
using System.Diagnostics;
using System.Runtime.InteropServices;
using HashDb.Models;
using HashDb.Models.Files;
using HashDb.Models.Kinds.Lsh;
using HashDb.Storage;
using Microsoft.Win32.SafeHandles;

namespace HashDb.Benchmarks;

internal static class DurableLearning
{
    private const int Dimensions = 512;
    private const int Classes = 10;
    private const int Items = 100_000;
    private const int CallsInFlight = 8;

    public static async Task RunAsync(string directory, Report report)
    {
        Directory.CreateDirectory(directory);
        LabelledVector[] items = Prepare();
        await LearnAsync(Path.Combine(directory, "warm-up"), items[..20_000], 1_024, DurabilityMode.Always);
        foreach (int perCall in new[] { 1, 64, 1_024 })
        {
            LabelledVector[] part = perCall == 1 ? items[..10_000] : items;
            report.Section(
                $"Durable learning, 16 bits, {Dimensions} dimensions, {perCall} items a call, {CallsInFlight} calls in flight, "
                + "durability Always");
            double plain = PlainWrite(Path.Combine(directory, "plain"), part, perCall * CallsInFlight);
            report.Line($"plain sequential write of the vectors, fsync every {perCall * CallsInFlight:N0}", part.Length / plain, "items/s");
            report.Line(
                "HashDb: LearnAsync",
                part.Length / await LearnAsync(Path.Combine(directory, $"learn-{perCall}"), part, perCall, DurabilityMode.Always),
                "items/s");
            if (perCall > 1)
                report.Line(
                    "HashDb: LearnAsync, durability None",
                    part.Length / await LearnAsync(Path.Combine(directory, $"none-{perCall}"), part, perCall, DurabilityMode.None),
                    "items/s");
        }
    }

    private static LabelledVector[] Prepare()
    {
        var data = new BenchmarkData(Dimensions, Classes, 3);
        var random = new Random(2);
        int[] labels = [.. Enumerable.Range(0, Items).Select(_ => random.Next(Classes))];
        var items = new LabelledVector[Items];
        Parallel.For(0, Items, i => items[i] = new LabelledVector { Vector = data.Vector(i), Labels = new[] { labels[i] } });
        return items;
    }

    private static async Task<double> LearnAsync(string path, LabelledVector[] items, int perCall, DurabilityMode durability)
    {
        float[] sample = [.. items.Take(1_000).SelectMany(item => item.Vector.ToArray())];
        IHashModel model = LshTrainer.Train(
            new LshOptions { BitCount = 16, Preprocessing = PreprocessingOrder.CenterThenUnit }, sample, 1_000, Dimensions);
        await using HashDatabase database = await HashDatabase.OpenAsync(path, new DatabaseOptions { Durability = durability });
        var collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(model));
        long started = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(
            items.Chunk(perCall),
            new ParallelOptions { MaxDegreeOfParallelism = CallsInFlight },
            async (chunk, cancellation) => await collection.Learning.LearnAsync(chunk, cancellationToken: cancellation));
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        if ((await collection.Learning.GetDraftStatisticsAsync())!.ItemCount != items.Length)
            throw new InvalidOperationException("Items are missing from the draft.");
        return seconds;
    }

    private static double PlainWrite(string path, LabelledVector[] items, int itemsPerFlush)
    {
        long started = Stopwatch.GetTimestamp();
        using (SafeFileHandle handle = File.OpenHandle(path, FileMode.Create, FileAccess.Write))
        {
            byte[] buffer = new byte[itemsPerFlush * Dimensions * sizeof(float)];
            long offset = 0;
            foreach (LabelledVector[] chunk in items.Chunk(itemsPerFlush))
            {
                int length = 0;
                foreach (LabelledVector item in chunk)
                {
                    MemoryMarshal.AsBytes(item.Vector.Span).CopyTo(buffer.AsSpan(length));
                    length += item.Vector.Length * sizeof(float);
                }
                RandomAccess.Write(handle, buffer.AsSpan(0, length), offset);
                offset += length;
                DeviceFlush.File(handle, "the benchmark");
            }
        }
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        File.Delete(path);
        return seconds;
    }
}
