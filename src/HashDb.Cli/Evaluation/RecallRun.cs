// Measures recall and speed of searches over a file of vectors, in a database that is made for it and deleted afterwards.
using System.Diagnostics;
using System.Runtime.CompilerServices;
using HashDb.Cli.Input;
using HashDb.Client;
using HashDb.Models.Files;

namespace HashDb.Cli.Evaluation;

internal sealed class RecallRun(string features, int queryCount, DistanceMetric metric, int top)
{
    private const int BatchRows = 1_000;

    /// <summary>A collection that has built nothing for so long, in looks a tenth of a second apart, is ready.</summary>
    private const int QuietLooks = 10;

    private static readonly int[] CandidateLimits = [500, 1_000, 5_000];

    public async IAsyncEnumerable<RecallFigures> MeasureAsync(
        double[] targets, string[] models, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string folder = Directory.CreateTempSubdirectory("hashdb-recall-").FullName;
        try
        {
            await using HashDbConnection client = await HashDbClient.OpenAsync(
                Path.Combine(folder, "db"), cancellationToken: cancellationToken);
            SearchOptions[] settings = [.. targets.Select(target => new SearchOptions { Top = top, TargetRecall = target })];
            await foreach (RecallFigures figures in MeasureAsync(client, "cells", null, settings, cancellationToken))
                yield return figures;
            SearchOptions[] limits = [.. CandidateLimits.Select(limit => new SearchOptions { Top = top, CandidateLimit = limit })];
            foreach (string model in models)
            {
                var options = new CollectionOptions(HashModelFile.Load(model), metric);
                await foreach (RecallFigures figures in MeasureAsync(client, model, options, limits, cancellationToken))
                    yield return figures;
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async IAsyncEnumerable<RecallFigures> MeasureAsync(
        HashDbConnection client, string name, CollectionOptions? options, SearchOptions[] settings,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using FeatureSource source = FeatureSource.Open(features, null);
        if (source.Count <= queryCount)
            throw new ArgumentException(
                $"{features} has {source.Count} rows; {queryCount} of them are to be queries. Give fewer --queries.");
        HashDbCollection collection = await client.CreateCollectionAsync(
            "recall", options ?? new CollectionOptions(source.Dimensions, metric), cancellationToken);
        long started = Stopwatch.GetTimestamp();
        float[] queries = await InsertAsync(source, collection, cancellationToken);
        double inserts = (source.Count - queryCount) / Stopwatch.GetElapsedTime(started).TotalSeconds;
        TimeSpan ready = await WhenReadyAsync(collection, started, cancellationToken);
        CollectionStatistics statistics = await collection.GetStatisticsAsync(cancellationToken);
        double bytes = (statistics.PostingMemoryBytes + statistics.SketchBytes) / (double)statistics.Count;
        HashSet<VectorId>[] truth = await NearestAsync(collection, queries, cancellationToken);
        foreach (SearchOptions setting in settings)
        {
            string what = setting.TargetRecall is { } target ? $"target {target}" : $"candidates {setting.CandidateLimit}";
            (double recall, double speed, double read) = await MeasureAsync(collection, queries, truth, setting, cancellationToken);
            yield return new RecallFigures(name, what, recall, speed, inserts, ready, bytes, read);
        }
        await client.DropCollectionAsync("recall", cancellationToken);
    }

    private async Task<float[]> InsertAsync(FeatureSource source, HashDbCollection collection, CancellationToken cancellationToken)
    {
        long stored = source.Count - queryCount;
        for (long first = 0; first < stored; first += BatchRows)
        {
            int count = (int)Math.Min(BatchRows, stored - first);
            float[] rows = new float[count * source.Dimensions];
            ReadAll(source, rows);
            await collection.InsertAsync(
                [
                    .. Enumerable.Range(0, count).Select(i => new VectorRecord
                    {
                        Id = new VectorId((ulong)(first + i)),
                        Vector = rows.AsMemory(i * source.Dimensions, source.Dimensions),
                    }),
                ],
                cancellationToken: cancellationToken);
        }
        float[] queries = new float[queryCount * source.Dimensions];
        ReadAll(source, queries);
        return queries;
    }

    private static void ReadAll(FeatureSource source, Span<float> rows)
    {
        while (!rows.IsEmpty)
        {
            int read = source.Read(rows);
            if (read == 0)
                throw new EndOfStreamException($"{source.Path} has fewer rows than it had.");
            rows = rows[(read * source.Dimensions)..];
        }
    }

    private static async Task<TimeSpan> WhenReadyAsync(HashDbCollection collection, long started, CancellationToken cancellationToken)
    {
        TimeSpan ready = Stopwatch.GetElapsedTime(started);
        long generation = 0;
        for (int quiet = 0; quiet < QuietLooks; quiet++)
        {
            CollectionStatistics statistics = await collection.GetStatisticsAsync(cancellationToken);
            if (statistics.Building is not null || statistics.Generation != generation)
                (quiet, generation, ready) = (0, statistics.Generation, Stopwatch.GetElapsedTime(started));
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
        }
        return ready;
    }

    private async Task<HashSet<VectorId>[]> NearestAsync(HashDbCollection collection, float[] queries, CancellationToken cancellationToken)
    {
        IReadOnlyList<SearchResult> exact = await collection.SearchBatchAsync(
            queries, new SearchOptions { Top = top, TargetRecall = 1 }, cancellationToken);
        return [.. exact.Select(result => result.Hits.Select(hit => hit.Id).ToHashSet())];
    }

    private static async Task<(double Recall, double QueriesPerSecond, double Read)> MeasureAsync(
        HashDbCollection collection, float[] queries, HashSet<VectorId>[] truth, SearchOptions options, CancellationToken cancellationToken)
    {
        int dimensions = collection.Dimensions;
        long found = 0, wanted = 0, read = 0, ticks = 0;

        // The first pass warms up the code and the files, and is not counted.
        for (int pass = 0; pass < 2; pass++)
        {
            (found, wanted, read, ticks) = (0, 0, 0, 0);
            for (int q = 0; q < truth.Length; q++)
            {
                long started = Stopwatch.GetTimestamp();
                SearchResult result = await collection.SearchAsync(
                    queries.AsMemory(q * dimensions, dimensions), options, cancellationToken);
                ticks += Stopwatch.GetTimestamp() - started;
                found += result.Hits.Count(hit => truth[q].Contains(hit.Id));
                wanted += truth[q].Count;
                read += result.Statistics.Reranked;
            }
        }
        double seconds = ticks / (double)Stopwatch.Frequency;
        return (found / (double)wanted, truth.Length / seconds, read / (double)truth.Length);
    }
}
