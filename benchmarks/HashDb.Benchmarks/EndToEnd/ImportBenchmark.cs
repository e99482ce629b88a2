// Durable import of 512-d vectors, against a plain sequential write of the same bytes with a flush as often; and re-ranking of
// stored vectors against a plain read of the same bytes.
using System.Diagnostics;
using System.Runtime.InteropServices;
using HashDb.Models;
using HashDb.Models.Files;
using HashDb.Models.Kinds.Lsh;
using HashDb.Storage;
using Microsoft.Win32.SafeHandles;

namespace HashDb.Benchmarks;

internal static class ImportBenchmark
{
    private const int Dimensions = 512;
    private const int Rows = 100_000;
    private const int BatchRows = 1_024;
    private const int BatchesInFlight = 8;

    public static async Task RunAsync(string directory, Report report)
    {
        var data = new BenchmarkData(Dimensions, 2_000, 0.5f);
        VectorRecord[][] batches =
        [
            .. Enumerable.Range(0, (Rows + BatchRows - 1) / BatchRows)
                .Select(i => data.Records(i * BatchRows, Math.Min(BatchRows, Rows - i * BatchRows)))
        ];
        IHashModel model = LshTrainer.Train(new LshOptions { BitCount = 32, Preprocessing = PreprocessingOrder.Unit }, Dimensions);

        // The first run compiles the code that the others measure.
        await ImportAsync(Path.Combine(directory, "warm-up-import"), batches[..10], model, DurabilityMode.Always, null, data);
        report.Section(
            $"Durable import, {Rows:N0} vectors of {Dimensions} dimensions, {BatchRows} a batch, {BatchesInFlight} batches in flight");
        PlainWrite(Path.Combine(directory, "warm-up"), batches, 1);
        double plain = PlainWrite(Path.Combine(directory, "plain"), batches, 1);
        double grouped = PlainWrite(Path.Combine(directory, "plain"), batches, BatchesInFlight);
        report.Line("plain sequential write, fsync every batch", Rows / plain, "vectors/s");
        report.Line($"plain sequential write, fsync every {BatchesInFlight} batches", Rows / grouped, "vectors/s");
        foreach (DurabilityMode mode in new[] { DurabilityMode.Always, DurabilityMode.Interval, DurabilityMode.None })
        {
            await ImportAsync(Path.Combine(directory, $"import-{mode}"), batches, model, mode, report, data);
        }
    }

    private static async Task ImportAsync(
        string path, VectorRecord[][] batches, IHashModel model, DurabilityMode mode, Report? report, BenchmarkData data)
    {
        await using HashDatabase database = await HashDatabase.OpenAsync(path, new DatabaseOptions { Durability = mode });
        var collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(model));
        long started = Stopwatch.GetTimestamp();
        using var gate = new SemaphoreSlim(BatchesInFlight);
        var pending = new List<Task>();
        foreach (VectorRecord[] batch in batches)
        {
            await gate.WaitAsync();
            pending.Add(Task.Run(async () =>
            {
                await collection.InsertAsync(batch);
                gate.Release();
            }));
        }
        await Task.WhenAll(pending);
        report?.Line($"HashDb import, durability {mode}", Rows / Stopwatch.GetElapsedTime(started).TotalSeconds, "vectors/s");
        if (mode == DurabilityMode.None && report is not null)
            Rerank(report, collection, data);
    }

    private static double PlainWrite(string path, VectorRecord[][] batches, int batchesPerFlush)
    {
        long started = Stopwatch.GetTimestamp();
        using (SafeFileHandle handle = File.OpenHandle(path, FileMode.Create, FileAccess.Write))
        {
            byte[] buffer = new byte[BatchRows * Dimensions * sizeof(float)];
            long offset = 0;
            for (int i = 0; i < batches.Length; i++)
            {
                int length = 0;
                foreach (VectorRecord record in batches[i])
                {
                    MemoryMarshal.AsBytes(record.Vector.Span).CopyTo(buffer.AsSpan(length));
                    length += Dimensions * sizeof(float);
                }
                RandomAccess.Write(handle, buffer.AsSpan(0, length), offset);
                offset += length;
                if ((i + 1) % batchesPerFlush == 0 || i == batches.Length - 1)
                    DeviceFlush.File(handle, "the benchmark");
            }
        }
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        File.Delete(path);
        return seconds;
    }

    private static void Rerank(Report report, Collection collection, BenchmarkData data)
    {
        report.Section($"Re-rank, {Dimensions} dimensions, one thread, all {Rows:N0} vectors as candidates");
        float[] copy = new float[Rows * Dimensions];
        for (int row = 0; row < Rows; row++)
            collection.Get(new VectorId((ulong)row))!.Vector.Span.CopyTo(copy.AsSpan(row * Dimensions));
        float[] query = data.Vector(Rows + 1);
        float sink = 0;
        double read = Report.Median(5, () => sink += System.Numerics.Tensors.TensorPrimitives.Sum<float>(copy));
        double dot = Report.Median(5, () =>
        {
            for (int row = 0; row < Rows; row++)
                sink += System.Numerics.Tensors.TensorPrimitives.CosineSimilarity<float>(query, copy.AsSpan(row * Dimensions, Dimensions));
        });
        SearchResult result = collection.Search(query, new SearchOptions { Top = 10, Radius = 32 });
        var all = new SearchOptions { Top = 10, Radius = 32, Strategy = ProbeStrategy.Scan };
        for (int i = 0; i < 20; i++)
            result = collection.Search(query, all);
        HashDb.Storage.Snapshot.CollectionState state = collection.Core.Live.State;
        double kernel = Report.Median(5, () =>
        {
            for (uint row = 0; row < Rows; row++)
                sink += HashDb.Storage.Query.DistanceKernel.Distance(DistanceMetric.Cosine, query, 1, state.Records.VectorOf(row));
        });
        double search = Report.Median(5, () => collection.Search(query, all));
        report.Line("plain sequential read of the same bytes (vector sum)", read / Rows, "ns/vector");
        report.Line("TensorPrimitives.CosineSimilarity over an array", dot / Rows, "ns/vector");
        report.Line("HashDb: distances of the stored vectors, in row order", kernel / Rows, "ns/vector");
        report.Line("HashDb: whole search (probe, gather, re-rank, top 10)", search / Rows, "ns/vector");
        report.Note($"{result.Statistics.Reranked:N0} candidates re-ranked; check {sink:E1}");
    }
}
