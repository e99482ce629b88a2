// What a filter costs: `filters [ROWS [FOLDER]]` (200,000 rows of 128 dimensions). Searches at the usual recall without a filter and with
// filters that match half, a twentieth, one in 200 and one in 20,000 of the rows, chosen independently of the vectors or by their place
// among them (clusters of 1,000), first without indexes and then with; recall is counted against an exact search with the same filter.
// One thread.
using System.Diagnostics;
using System.Globalization;
using HashDb.Client;

namespace HashDb.Benchmarks;

internal static class FilterBenchmark
{
    private const int Dimensions = 128;
    private const int RowsPerInsert = 4_096;
    private const int Queries = 200;
    private const int RecallQueries = 100;
    private static readonly double[] Shares = [.5, .05, .005, .00005];

    public static async Task RunAsync(string[] arguments, TextWriter output)
    {
        int rows = arguments.Length > 0 ? int.Parse(arguments[0], CultureInfo.InvariantCulture) : 200_000;
        string folder = arguments.Length > 1 ? arguments[1] : Path.Combine(Path.GetTempPath(), "hashdb-filters");
        if (Directory.Exists(folder))
            throw new ArgumentException($"{folder} exists; name a folder that does not.", nameof(arguments));
        var data = new BenchmarkData(Dimensions, Math.Max(1, rows / 1_000), 0.3f);
        try
        {
            await using HashDbConnection client = await HashDbClient.OpenAsync(folder);
            HashDbCollection collection = await client.CreateCollectionAsync("rows", Dimensions, DistanceMetric.Euclidean);
            await InsertAsync(collection, data, rows);
            await ReadyAsync(collection);
            double unfiltered = await MeasureAsync(collection, data, rows, null, output, 0);
            foreach (bool isIndexed in (bool[])[false, true])
            {
                if (isIndexed)
                    output.WriteLine($"indexes of both fields made in {await IndexAsync(collection, "random", "place"):F2} s");
                foreach (string field in (string[])["random", "place"])
                {
                    foreach (double share in Shares)
                        await MeasureAsync(collection, data, rows, Filter.Field(field) < share, output, unfiltered);
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task InsertAsync(HashDbCollection collection, BenchmarkData data, int rows)
    {
        var random = new Random(5);
        for (int first = 0; first < rows; first += RowsPerInsert)
        {
            await collection.InsertAsync(
            [
                .. Enumerable.Range(first, Math.Min(RowsPerInsert, rows - first)).Select(row =>
                {
                    float[] vector = data.Vector(row);
                    return new VectorRecord
                    {
                        Id = new VectorId((ulong)row),
                        Vector = vector,
                        Fields = new RecordFields
                        {
                            ["title"] = $"Title {row}", ["random"] = random.NextDouble(), ["place"] = Math.Clamp((vector[0] + 2) / 4, 0, 1),
                            ["year"] = 2000 + (row % 20), ["tags"] = new[] { $"t{row % 7}", $"u{row % 11}" },
                        },
                    };
                }),
            ]);
        }
    }

    private static async Task<double> IndexAsync(HashDbCollection collection, params string[] fields)
    {
        long started = Stopwatch.GetTimestamp();
        foreach (string field in fields)
            await collection.CreateIndexAsync(field);
        long rows = await collection.CountAsync();
        while ((await collection.ListIndexesAsync()).Any(index => index.Rows < rows))
            await Task.Delay(10);
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task ReadyAsync(HashDbCollection collection)
    {
        while (await collection.GetStatisticsAsync() is { Building: not null } or { Generation: 1 })
            await Task.Delay(200);
        await Task.Delay(1_000);
    }

    private static async Task<double> MeasureAsync(
        HashDbCollection collection, BenchmarkData data, int rows, Filter? filter, TextWriter output, double unfiltered)
    {
        var options = new SearchOptions { Filter = filter };
        int found = 0, wanted = 0;
        long filtered = 0;
        for (int q = 0; q < RecallQueries; q++)
        {
            IReadOnlyList<SearchHit> exact =
                (await collection.SearchAsync(data.Vector(rows + q), options with { TargetRecall = 1 })).Hits;
            SearchResult result = await collection.SearchAsync(data.Vector(rows + q), options);
            found += exact.Select(hit => hit.Id).Intersect(result.Hits.Select(hit => hit.Id)).Count();
            wanted += exact.Count;
            filtered += result.Statistics.Filtered;
        }
        long started = Stopwatch.GetTimestamp();
        int done = 0;
        for (; Stopwatch.GetElapsedTime(started).TotalSeconds < 2; done++)
            await collection.SearchAsync(data.Vector(rows + (done % Queries)), options);
        double rate = done / Stopwatch.GetElapsedTime(started).TotalSeconds;
        SearchStatistics last = (await collection.SearchAsync(data.Vector(rows + 1), options)).Statistics;
        long matching = await collection.CountAsync(filter);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{filter?.ToString() ?? "no filter",-22} {matching,9:N0} match  recall {found / (double)Math.Max(1, wanted):F3}  "
            + $"{rate,8:N0} queries/s  {(unfiltered > 0 ? rate / unfiltered : 1):F3} of unfiltered  "
            + $"{filtered / RecallQueries,9:N0} rows read for the filter at first; {last.Explain()}"));
        return rate;
    }
}
