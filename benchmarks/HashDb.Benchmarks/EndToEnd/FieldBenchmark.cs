// What fields and their indexes cost: `fields [ROWS [FOLDER]]` (200,000 rows of 128 dimensions). Writes the same vectors durably without
// fields, with five fields, and with three of them indexed, then opens each database as a new process would and searches once. Three
// rounds in alternation; the median of each.
using System.Diagnostics;
using System.Globalization;
using HashDb.Client;

namespace HashDb.Benchmarks;

internal static class FieldBenchmark
{
    private const int Rounds = 3;
    private const int RowsPerInsert = 4_096;
    private static readonly string[] Indexed = ["random", "year", "title"];

    private static readonly (string Name, bool HasFields, bool HasIndexes)[] Ways =
        [("vectors alone", false, false), ("with five fields", true, false), ("with five fields, three indexed", true, true)];

    public static async Task RunAsync(string[] arguments, TextWriter output)
    {
        int rows = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 200_000;
        string folder = arguments.Length > 1 ? arguments[1] : Path.Combine(Path.GetTempPath(), "hashdb-fields");
        if (Directory.Exists(folder))
            throw new ArgumentException($"{folder} exists; name a folder that does not.", nameof(arguments));
        FilterSet set = FilterSet.Generate(rows);
        var times = new Dictionary<string, List<(double Written, double Covered, double Opened, double Indexed)>>();
        for (int round = 0; round < Rounds; round++)
        {
            foreach ((string name, bool hasFields, bool hasIndexes) in Ways)
            {
                try
                {
                    (double written, double covered) = await WriteAsync(set, folder, hasFields, hasIndexes);
                    (double opened, double indexed) = await OpenAsync(set, folder);
                    if (!times.TryGetValue(name, out var measured))
                        times.Add(name, measured = []);
                    measured.Add((written, covered, opened, indexed));
                }
                finally
                {
                    Directory.Delete(folder, recursive: true);
                }
            }
        }
        var report = new Report(output);
        Section("durable inserts", "rows/s", time => rows / time.Written);
        Section("durable inserts, and the indexes cover all", "rows/s", time => rows / time.Covered);
        Section("opening and a first search", "ms", time => 1_000 * time.Opened);
        Section("until the indexes cover all after an opening", "ms", time => 1_000 * time.Indexed);

        void Section(string title, string unit, Func<(double Written, double Covered, double Opened, double Indexed), double> value)
        {
            report.Section($"{title}, {rows:N0} rows");
            foreach ((string name, _, _) in Ways)
            {
                double[] sorted = [.. times[name].Select(value).Order()];
                report.Line(name, sorted[Rounds / 2], unit);
            }
        }
    }

    private static async Task<(double Written, double Covered)> WriteAsync(
        FilterSet set, string folder, bool hasFields, bool hasIndexes)
    {
        // Training would come at another moment in each run.
        await using HashDbConnection client = await HashDbClient.OpenAsync(
            folder, new HashDbClientOptions { Database = new() { AutomaticCells = false } });
        HashDbCollection collection = await client.CreateCollectionAsync("rows", set.Dimensions, DistanceMetric.Euclidean);
        foreach (string field in hasIndexes ? Indexed : [])
            await collection.CreateIndexAsync(field);
        var clock = new Stopwatch();
        for (int first = 0; first < set.Count; first += RowsPerInsert)
        {
            // Making the records is the program's work, not the database's.
            VectorRecord[] records =
            [
                .. Enumerable.Range(first, Math.Min(RowsPerInsert, set.Count - first)).Select(
                    row => hasFields ? set.Record(row) : new VectorRecord { Id = new VectorId((ulong)row), Vector = set.Row(row) }),
            ];
            clock.Start();
            await collection.InsertAsync(records);
            clock.Stop();
        }
        double written = clock.Elapsed.TotalSeconds;
        clock.Start();
        await CoveredAsync(collection, set.Count);
        return (written, clock.Elapsed.TotalSeconds);
    }

    private static async Task<(double Opened, double Indexed)> OpenAsync(FilterSet set, string folder)
    {
        long started = Stopwatch.GetTimestamp();
        await using HashDbConnection client = await HashDbClient.OpenAsync(
            folder, new HashDbClientOptions { Database = new() { AutomaticCells = false } });
        HashDbCollection collection = await client.GetCollectionAsync("rows");
        await collection.SearchAsync(set.Query(0), new SearchOptions());
        double opened = Stopwatch.GetElapsedTime(started).TotalSeconds;
        await CoveredAsync(collection, set.Count);
        return (opened, Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    private static async Task CoveredAsync(HashDbCollection collection, int rows)
    {
        while ((await collection.ListIndexesAsync()).Any(index => index.Rows < rows))
            await Task.Delay(5);
    }
}
