// A search for a recall, over sketches: the nearest cells are scanned, the rows with the smallest keys (estimated distance minus some
// standard deviations of its error) are kept, and their vectors are read in the order of the keys until a key passes the distance of
// the last of the k nearest so far. What is scanned and read depends on the query, the data and the calibration alone.
using System.Diagnostics;
using HashDb.Storage.Sketches;
using HashDb.Storage.Snapshot;

namespace HashDb.Storage.Query;

internal static class SketchSearcher
{
    private const int FirstBatch = 32;
    private const long MaxPooledBytes = 16L * 1024 * 1024;

    /// <summary>A distance as the keys have it: squared; for the cosine, that of unit vectors.</summary>
    public static float KeyOf(DistanceMetric metric, float distance) => metric switch
    {
        DistanceMetric.Cosine => 2 * distance,
        DistanceMetric.Euclidean => distance * distance,
        _ => distance,
    };

    public static SearchResult Search(
        CollectionState state,
        SketchIndex sketches,
        DistanceMetric metric,
        ReadOnlySpan<float> vector,
        SearchOptions options,
        double target,
        in RowSelection selection,
        CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        int wanted = HitReader.RowsWanted(options);
        SketchSettings settings = SketchCalibration.For(sketches.Calibration, sketches.CellCount, wanted, target);
        SketchQuery query = sketches.Queries.TryTake(out SketchQuery? free) ? free : new SketchQuery(sketches.Encoder);
        try
        {
            query.Begin(vector);
            query.Keys.Begin(Math.Max(settings.Limit, wanted));
            int needed = settings.Cells;
            int ordered = needed;
            query.OrderCells(ordered);
            var rarity = new MatchRarity(selection.Filter, wanted);
            int cells = 0;
            for (; cells < sketches.CellCount && (cells < needed || query.Keys.Count < wanted); cells++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (cells == ordered)
                    query.OrderCells(ordered = Math.Min(sketches.CellCount, 2 * ordered));
                query.Scan(sketches, query.CellAt(cells), settings.Deviations, selection);
                if (rarity.Look() is { } rows && cells + 1 >= needed)
                    needed = SketchCalibration.CellsFor(sketches.Calibration, sketches.CellCount, rows, target);
            }
            bool isAll = cells == sketches.CellCount && query.Keys.Count <= wanted;
            query.Keys.Shrink();
            int read = Read(state, metric, vector, query.Keys, options, out SearchHit[] hits);
            return new SearchResult
            {
                Hits = hits,
                Statistics = new SearchStatistics
                {
                    Generation = state.Generation,
                    Plan = SearchPlan.Sketches,
                    CompleteRadius = -1,
                    Strategy = ProbeStrategy.Scan,
                    Probes = sketches.CellCount,
                    Buckets = cells,
                    Candidates = query.Keys.Count,
                    Estimated = query.Estimated,
                    Reranked = read,
                    Filtered = selection.Filter?.Read ?? 0,
                    ExpectedRecall = isAll ? 1 : float.IsNaN(settings.ExpectedRecall) ? null : settings.ExpectedRecall,
                    IsExact = isAll,
                    Elapsed = Stopwatch.GetElapsedTime(started),
                },
            };
        }
        finally
        {
            // A rare huge query must not keep its memory for ever.
            if (query.Bytes <= MaxPooledBytes)
                sketches.Queries.Add(query);
        }
    }

    /// <summary>Reads vectors in the order of their keys, until none that follows can be near enough.</summary>
    private static int Read(
        CollectionState state,
        DistanceMetric metric,
        ReadOnlySpan<float> vector,
        SketchKeys keys,
        SearchOptions options,
        out SearchHit[] hits)
    {
        int wanted = HitReader.RowsWanted(options);
        double squaredNorm = DistanceKernel.SquaredNorm(vector);
        var nearest = new NearestHeap(wanted);
        Span<ulong> rest = keys.Kept;
        int read = 0;
        for (int batch = Math.Max(FirstBatch, 2 * wanted); rest.Length > 0; batch *= 2)
        {
            Span<ulong> next = rest[..Math.Min(batch, rest.Length)];
            if (next.Length < rest.Length)
                SketchKeys.SelectSmallest(rest, next.Length);
            next.Sort();
            foreach (ulong key in next)
            {
                if (nearest.IsFull && SketchKeys.EstimateOf(key) > KeyOf(metric, nearest.Farthest))
                {
                    hits = HitReader.Read(state.Records, nearest.Sort(), options);
                    return read;
                }
                uint row = SketchKeys.RowOf(key);
                float distance = DistanceKernel.Distance(metric, vector, squaredNorm, state.Records.VectorOf(row));
                read++;
                if (nearest.Admits(distance))
                    nearest.Add(new Near(state.Records.IdOf(row), distance, row));
            }
            rest = rest[next.Length..];
        }
        hits = HitReader.Read(state.Records, nearest.Sort(), options);
        return read;
    }
}
