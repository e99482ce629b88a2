// What a filter costs: `filters [ROWS|SET [FOLDER]]`: 200,000 generated rows of 128 dimensions, or a folder that benchmarks/peers has made.
// Searches at the usual recall without a filter and with filters that match half, a twentieth, one in 200 and one in 20,000 of the rows,
// chosen independently of the vectors or by their place among them, first without indexes and then with; recall is counted against an
// exact search with the same filter. One thread.
using System.Diagnostics;
using System.Globalization;
using HashDb.Client;

namespace HashDb.Benchmarks;

internal static class FilterBenchmark
{
    private const int RowsPerInsert = 4_096;
    private const int RecallQueries = 100;
    private static readonly double[] Shares = [.5, .05, .005, .00005];

    public static async Task RunAsync(string[] arguments, TextWriter output)
    {
        string what = arguments.Length > 0 ? arguments[0] : "200000";
        string folder = arguments.Length > 1 ? arguments[1] : Path.Combine(Path.GetTempPath(), "hashdb-filters");
        if (Directory.Exists(folder))
            throw new ArgumentException($"{folder} exists; name a folder that does not.", nameof(arguments));
        FilterSet set = int.TryParse(what, CultureInfo.InvariantCulture, out int rows) ? FilterSet.Generate(rows) : FilterSet.Read(what);
        try
        {
            await using HashDbConnection client = await HashDbClient.OpenAsync(folder);
            HashDbCollection collection = await client.CreateCollectionAsync("rows", set.Dimensions, DistanceMetric.Euclidean);
            for (int first = 0; first < set.Count; first += RowsPerInsert)
                await collection.InsertAsync(
                    [.. Enumerable.Range(first, Math.Min(RowsPerInsert, set.Count - first)).Select(set.Record)]);
            await ReadyAsync(collection);
            double unfiltered = await MeasureAsync(collection, set, null, output, 0);
            foreach (bool isIndexed in (bool[])[false, true])
            {
                if (isIndexed)
                {
                    double seconds = await IndexAsync(collection, FilterSet.Random, FilterSet.Place);
                    output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"indexes of both fields made in {seconds:F2} s"));
                }
                foreach (string field in (string[])[FilterSet.Random, FilterSet.Place])
                {
                    foreach (double share in Shares)
                    {
                        await MeasureAsync(collection, set, Filter.Field(field) < share, output, unfiltered);
                        if (!isIndexed)
                            await FilterAfterwardsAsync(collection, set, field, share, output, unfiltered);
                    }
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
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
        HashDbCollection collection, FilterSet set, Filter? filter, TextWriter output, double unfiltered)
    {
        var options = new SearchOptions { Filter = filter };
        int found = 0, wanted = 0;
        long filtered = 0;
        for (int q = 0; q < RecallQueries; q++)
        {
            // Before the exact one, which asks the filter about all rows; what it said is remembered.
            SearchResult result = await collection.SearchAsync(set.Query(q), options);
            IReadOnlyList<SearchHit> exact =
                (await collection.SearchAsync(set.Query(q), options with { TargetRecall = 1 })).Hits;
            found += exact.Select(hit => hit.Id).Intersect(result.Hits.Select(hit => hit.Id)).Count();
            wanted += exact.Count;
            filtered += result.Statistics.Filtered;
        }
        long started = Stopwatch.GetTimestamp();
        int done = 0;
        for (; Stopwatch.GetElapsedTime(started).TotalSeconds < 2; done++)
            await collection.SearchAsync(set.Query(done), options);
        double rate = done / Stopwatch.GetElapsedTime(started).TotalSeconds;
        SearchStatistics last = (await collection.SearchAsync(set.Query(1), options)).Statistics;
        long matching = await collection.CountAsync(filter);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{filter?.ToString() ?? "no filter",-22} {matching,9:N0} match  recall {found / (double)Math.Max(1, wanted):F3}  "
            + $"{rate,8:N0} queries/s  {(unfiltered > 0 ? rate / unfiltered : 1):F3} of unfiltered  "
            + $"{filtered / RecallQueries,9:N0} rows read for the filter at first; {last.Explain()}"));
        return rate;
    }

    /// <summary>What a program does that has no filters: it asks for more and throws away, until enough are left.</summary>
    private static async Task FilterAfterwardsAsync(
        HashDbCollection collection, FilterSet set, string field, double share, TextWriter output, double unfiltered)
    {
        const int wanted = 10;
        long started = Stopwatch.GetTimestamp();
        int done = 0;
        int failed = 0;
        for (; Stopwatch.GetElapsedTime(started).TotalSeconds < 2; done++)
        {
            for (int top = (int)(1.2 * wanted / share); ; top *= 2)
            {
                SearchResult result = await collection.SearchAsync(
                    set.Query(done), new SearchOptions { Top = Math.Min(top, StorageLimits.MaxTop) });
                if (result.Hits.Count(hit => set.Value(field, (int)hit.Id.Value) < share) >= wanted)
                    break;
                if (top < StorageLimits.MaxTop)
                    continue;
                failed++;
                break;
            }
        }
        double rate = done / Stopwatch.GetElapsedTime(started).TotalSeconds;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{"  filtered afterwards",-47} {rate,17:N0} queries/s  {rate / unfiltered:F3} of unfiltered; {failed} of {done} queries found "
            + $"fewer than {wanted} among {StorageLimits.MaxTop:N0}"));
    }
}
