// Rows around many centres and queries of the same kind, and what tests ask of a collection that holds them.
using HashDb.Storage.Tests.Support;

namespace HashDb.Storage.Tests.Sketches;

internal static class ClusteredRows
{
    public const int Dimensions = 64;
    public const int Rows = 20_000;
    public const int Queries = 100;

    /// <summary>The rows, and behind them the queries.</summary>
    public static readonly float[] Clustered = Blobs(Rows + Queries, 11);

    public static async Task TrainedAsync(HashDbCollection collection, int cells)
    {
        for (int i = 0; i < 600; i++)
        {
            var core = ((Collection)collection).Core;
            if (core.Live.State.Sketches is { CellCount: var count, Calibration: not null } && count == cells)
                return;
            await Task.Delay(100);
        }
        throw new TimeoutException("No cells were trained within a minute.");
    }

    public static async Task<(double Recall, SearchStatistics Last)> RecallAsync(HashDbCollection collection, SearchOptions? options)
    {
        int found = 0, wanted = 0;
        SearchStatistics? last = null;
        for (int q = 0; q < Queries; q++)
        {
            SearchResult exact = await collection.SearchAsync(QueryAt(q), new SearchOptions { TargetRecall = 1 });
            SearchResult result = await collection.SearchAsync(QueryAt(q), options);
            found += exact.Hits.Select(hit => hit.Id).Intersect(result.Hits.Select(hit => hit.Id)).Count();
            wanted += exact.Hits.Count;
            last = result.Statistics;
        }
        return (found / (double)wanted, last!);
    }

    public static async Task ShouldAnswerAsync(string path, string expected)
    {
        await using HashDatabase database = await HashDatabase.OpenAsync(path);
        (await AnswersAsync(await database.GetCollectionAsync("c"))).ShouldBe(expected);
    }

    public static async Task<string> AnswersAsync(HashDbCollection collection)
    {
        var lines = new List<string>();
        for (int q = 0; q < Queries; q++)
        {
            foreach (double target in (double[])[.5, .95])
            {
                SearchResult result = await collection.SearchAsync(QueryAt(q), new SearchOptions { TargetRecall = target });
                lines.Add($"{result.Statistics.Plan} {result.Statistics.Reranked} "
                    + string.Join(" ", result.Hits.Select(hit => $"{hit.Id}:{BitConverter.SingleToInt32Bits(hit.Distance)}")));
            }
        }
        return string.Join("\n", lines);
    }

    /// <summary>Deletes the files of sketches and writes a NaN into the vector of a row. The database is closed.</summary>
    public static void LoseSketchesAndDamage(string path, int row)
    {
        foreach (string file in Directory.GetFiles(path, "sketches-*", SearchOption.AllDirectories))
            File.Delete(file);
        string vectors = Directory.GetFiles(path, "vectors-0000", SearchOption.AllDirectories).ShouldHaveSingleItem();
        using FileStream stream = File.OpenWrite(vectors);
        stream.Position = 64 + ((long)row * Dimensions * sizeof(float));
        stream.Write(BitConverter.GetBytes(float.NaN));
    }

    public static async Task InsertAsync(HashDbCollection collection, int first, int count, int batch = 2_000)
    {
        for (int done = 0; done < count; done += batch)
            await collection.InsertAsync(RowsFrom(first + done, Math.Min(batch, count - done)));
    }

    public static VectorRecord[] RowsFrom(int first, int count, int shift = 0) =>
    [
        .. Enumerable.Range(first, count).Select(i => new VectorRecord
        {
            Id = new VectorId((ulong)i),
            Vector = Clustered.AsMemory((i + shift) * Dimensions, Dimensions),
        }),
    ];

    public static ReadOnlyMemory<float> QueryAt(int q) => Clustered.AsMemory((Rows + q) * Dimensions, Dimensions);

    /// <summary>Vectors around 200 centres that do not lie around zero.</summary>
    private static float[] Blobs(int count, int seed)
    {
        var random = new Random(seed);
        float[][] centres = [.. Enumerable.Range(0, 200).Select(_ => Samples.Vector(random, Dimensions))];
        float[] vectors = new float[count * Dimensions];
        for (int i = 0; i < count; i++)
        {
            float[] centre = centres[random.Next(centres.Length)];
            for (int j = 0; j < Dimensions; j++)
                vectors[(i * Dimensions) + j] = .7f + centre[j] + ((float)(random.NextDouble() - .5) * 1.4f);
        }
        return vectors;
    }
}
