// Five million items of 32 bits with a posting memory of 16 MiB and of 1 GiB: `spill [FOLDER]`. Compares every answer, then the
// times.
using System.Diagnostics;
using HashDb.Models;
using HashDb.Models.Kinds.Lsh;
using HashDb.Storage;

namespace HashDb.Benchmarks;

internal static class SpillBenchmark
{
    private const int Dimensions = 16;
    private const int Rows = 5_000_000;
    private const int Queries = 100;

    public static async Task RunAsync(string[] arguments, TextWriter output)
    {
        string directory = arguments.Length > 0 ? arguments[0] : Path.Combine(Path.GetTempPath(), "hashdb-spill");
        if (Directory.Exists(directory))
            throw new ArgumentException($"{directory} exists; name a folder that does not.", nameof(arguments));
        var report = new Report(output);
        var data = new BenchmarkData(Dimensions, 40_000, 0.3f);
        try
        {
            report.Section($"{Rows:N0} items of 32 bits, {Queries} queries of each kind");
            List<string> small = await AnswerAsync(directory, 16L << 20, data, report, import: true);
            List<string> smallAgain = await AnswerAsync(directory, 16L << 20, data, report, import: false);
            List<string> large = await AnswerAsync(directory, 1L << 30, data, report, import: false);
            int differences = Enumerable.Range(0, small.Count).Count(i => small[i] != large[i] || smallAgain[i] != large[i]);
            report.Note($"{small.Count:N0} answers compared, {differences} differ");
            if (differences > 0)
                throw new InvalidOperationException($"{differences} answers differ.");
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<List<string>> AnswerAsync(
        string directory, long postingMemory, BenchmarkData data, Report report, bool import)
    {
        long started = Stopwatch.GetTimestamp();
        await using HashDatabase database = await HashDatabase.OpenAsync(
            directory, new DatabaseOptions { Durability = DurabilityMode.None, PostingMemoryBytes = postingMemory });
        string memory = $"{postingMemory >> 20} MiB";
        if (import)
        {
            IHashModel model = LshTrainer.Train(new LshOptions { BitCount = 32, Preprocessing = PreprocessingOrder.Unit }, Dimensions);
            var made = (Collection)await database.CreateCollectionAsync("c", new CollectionOptions(model));
            for (int first = 0; first < Rows; first += 16_000)
                await made.InsertAsync(data.Records(first, Math.Min(16_000, Rows - first)));
        }
        report.Line($"{(import ? "import" : "open")}, {memory}", Stopwatch.GetElapsedTime(started).TotalMilliseconds, "ms");
        Collection collection = database.GetCollection("c");
        CollectionStatistics statistics = collection.GetStatistics();
        report.Note($"{statistics.DistinctHashcodes:N0} distinct codes, posting memory {statistics.PostingMemoryBytes >> 20} MiB");
        var answers = new List<string>();
        started = Stopwatch.GetTimestamp();
        for (int i = 0; i < Queries; i++)
        {
            float[] query = data.Vector(Rows + i);
            foreach (int radius in new[] { 0, 1, 2, 3 })
                answers.Add(string.Join(';', collection.Probe(query, new ProbeOptions { Radius = radius }).Hits));
            answers.Add(string.Join(';', collection.Search(query, new SearchOptions { CandidateLimit = 2_000 }).Hits));
        }
        report.Line($"queries, {memory}", Stopwatch.GetElapsedTime(started).TotalMilliseconds / Queries, "ms/query");
        return answers;
    }
}
