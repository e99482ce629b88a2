// A collection moves to another model and back while it is searched and written to: `reindex [ROWS [FOLDER [busy]]]`, 200,000 rows
// when not given; with busy, readers do not rest between searches. Prints latencies quiet and during each move, what the moves cost
// compared with the same work alone, and how many of
// the sampled answers are wrong under the model of the generation that they name. Ends with an error when any is.
using System.Diagnostics;
using System.Globalization;
using HashDb.Models;
using HashDb.Models.Data;
using HashDb.Models.Kinds.Itq;
using HashDb.Models.Kinds.Lsh;
using HashDb.Storage;
using HashDb.Storage.Index;
using HashDb.Storage.Records;

namespace HashDb.Benchmarks;

internal static class ReindexBenchmark
{
    private const int DefaultRows = 200_000;
    private const int Dimensions = 128;
    private const int TrainingRows = 10_000;
    private const int BatchRows = 1_024;
    private const int MaxCheckedPerGeneration = 1_000;
    private static readonly TimeSpan QuietTime = TimeSpan.FromSeconds(8);

    public static async Task RunAsync(string[] arguments, TextWriter output)
    {
        int rows = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : DefaultRows;
        string directory = arguments.Length > 1 ? arguments[1] : Path.Combine(Path.GetTempPath(), "hashdb-reindex");
        if (Directory.Exists(directory))
            throw new ArgumentException($"{directory} exists; name a folder that does not.", nameof(arguments));
        var report = new Report(output);
        var data = new BenchmarkData(Dimensions, 2_000, 0.4f);
        try
        {
            await RunAsync(rows, directory, data, report, rests: arguments.Length < 3 || arguments[2] != "busy");
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task RunAsync(int rows, string directory, BenchmarkData data, Report report, bool rests)
    {
        IHashModel first = LshTrainer.Train(new LshOptions { BitCount = 24, Preprocessing = PreprocessingOrder.Unit }, Dimensions);
        var sample = new FeatureMatrix(Enumerable.Range(0, TrainingRows).SelectMany(row => data.Vector(row)).ToArray(), Dimensions);
        IHashModel second = ItqTrainer.Train(new ItqOptions { BitCount = 32 }, sample);
        var models = new Dictionary<long, IHashModel> { [1] = first, [2] = second, [3] = first };

        await using HashDatabase database = await HashDatabase.OpenAsync(Path.Combine(directory, "db"));
        var collection = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(first));
        for (int row = 0; row < rows; row += BatchRows)
            await collection.InsertAsync(data.Records(row, Math.Min(BatchRows, rows - row)));
        await collection.Maintenance.CheckpointAsync();

        report.Section(
            $"{rows:N0} vectors of {Dimensions} dimensions; two readers{(rests ? "" : " that do not rest")} and a writer; 24-bit "
            + "LSH to 32-bit ITQ, and back");
        var load = new ReindexLoad(collection, data, rows, rests);
        load.Begin("warm-up");
        await Task.Delay(QuietTime / 2);
        load.Enter("quiet");
        await Task.Delay(QuietTime);
        load.Enter("re-index");
        GenerationReport reindex = await collection.Maintenance.ReindexAsync(second);
        load.Enter("quiet again");
        await Task.Delay(QuietTime);
        load.Enter("rollback");
        GenerationReport rollback = await collection.Maintenance.RollbackAsync();
        load.Enter("end");
        await load.EndAsync();

        Latencies(report, load);
        report.Section("Time of a move");
        Alone(report, directory, rows, data, second);
        report.Line("re-index beside readers and writer", reindex.Elapsed.TotalMilliseconds, "ms");
        report.Line("rollback beside readers and writer", rollback.Elapsed.TotalMilliseconds, "ms");
        report.Note(
            $"{reindex.EncodedRows:N0} and {rollback.EncodedRows:N0} rows encoded; writes paused for "
            + $"{reindex.WritePause.TotalMilliseconds:N1} and {rollback.WritePause.TotalMilliseconds:N1} ms; the longest write "
            + $"took {load.LongestWriteMilliseconds:N1} ms");

        SampledSearch[] samples =
        [
            .. load.Samples.GroupBy(item => item.Result.Statistics.Generation).SelectMany(group => Spread([.. group]))
        ];
        int wrong = new ReindexCheck(data, load.Stored, models).CountWrong(samples);
        string generations = string.Join(
            ", ",
            samples.GroupBy(item => item.Result.Statistics.Generation).OrderBy(group => group.Key).Select(
                group => $"{group.Count()} of generation {group.Key}"));
        report.Note($"{load.Failed} searches failed; {wrong} of {samples.Length:N0} sampled answers are wrong ({generations})");
        if (wrong > 0 || load.Failed > 0)
            throw new InvalidOperationException($"{wrong} answers were wrong and {load.Failed} searches failed.");
    }

    /// <summary>So many of them as are checked in a few seconds, from all of the run.</summary>
    private static IEnumerable<SampledSearch> Spread(SampledSearch[] all)
    {
        int step = (all.Length + MaxCheckedPerGeneration - 1) / MaxCheckedPerGeneration;
        return all.Where((_, i) => i % step == 0);
    }

    private static void Latencies(Report report, ReindexLoad load)
    {
        string[] phases = ["quiet", "re-index", "quiet again", "rollback"];
        foreach (double quantile in new[] { 0.5, 0.99 })
        {
            report.Section($"Search latency, {quantile * 100:0}th percentile");
            foreach (string phase in phases)
            {
                double[] latencies = load.Latencies(phase);
                report.Line($"{phase} ({latencies.Length:N0} searches)", latencies[(int)((latencies.Length - 1) * quantile)] * 1_000, "us");
            }
        }
    }

    /// <summary>The same work without anything beside it and without stopping for anybody.</summary>
    private static void Alone(Report report, string directory, int rows, BenchmarkData data, IHashModel model)
    {
        float[] vectors = new float[rows * Dimensions];
        Parallel.For(0, rows, row => data.Vector(row).CopyTo(vectors.AsSpan(row * Dimensions)));
        var shape = new PostingShape(model.BitCount, model.TableCount);
        string scratch = Path.Combine(directory, "alone");
        Directory.CreateDirectory(scratch);
        double milliseconds = Report.Median(3, () =>
        {
            byte[] encoded = new byte[rows * shape.RowBytes];
            model.Encode(vectors, rows, encoded);
            using var codes = new CodeStore(
                Directory.CreateDirectory(Path.Combine(scratch, Guid.NewGuid().ToString("N"))).FullName, Guid.NewGuid(), 1, shape.RowBytes);
            for (int row = 0; row < rows; row += BatchRows)
                codes.Write((uint)row, encoded.AsSpan(row * shape.RowBytes, Math.Min(BatchRows, rows - row) * shape.RowBytes));
            PostingTables.Build(
                shape,
                codes,
                new DeadRows(),
                rows,
                Path.Combine(scratch, Guid.NewGuid().ToString("N")),
                256L << 20,
                null,
                CancellationToken.None)
                .Dispose();
        }) / 1e6;
        report.Line("encode all vectors (all cores) and build the tables, alone", milliseconds, "ms");
    }
}
