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

    /// <summary>8 times the rows that may be read: more of them are about as near when nearer ones do not match.</summary>
    private const int FilteredLimitFactor = 8;

    /// <summary>
    /// Matches are rarer near the query when the wanted ones are the nearest among so many times more rows than they would be otherwise.
    /// </summary>
    private const double Late = 2;

    /// <summary>8 times the rows: where matches are rarer near the query they lie in a shell of many rows at about one distance.</summary>
    private const double Shell = 8;

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
        double share,
        in RowSelection selection,
        CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        int wanted = HitReader.RowsWanted(options);
        SketchSettings settings = SettingsFor(sketches, selection, wanted, share, target);
        SketchQuery query = sketches.Queries.TryTake(out SketchQuery? free) ? free : new SketchQuery(sketches.Encoder);
        try
        {
            query.Begin(vector);
            int cells = selection.Filter is null
                ? Scan(sketches, query, settings, 0, settings.Cells, wanted, selection, cancellationToken)
                : ScanFiltered(sketches, query, settings, wanted, share, target, selection, cancellationToken);
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
                    Indexes = selection.Filter?.Indexes,
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

    /// <summary>
    /// Without a filter what was measured for the number of results. With one, what was measured for as many rows as hold so many matches
    /// when those are spread evenly; of these the matches alone are read.
    /// </summary>
    private static SketchSettings SettingsFor(
        SketchIndex sketches, in RowSelection selection, int wanted, double share, double target)
    {
        if (selection.Filter is null)
            return SketchCalibration.For(sketches.Calibration, sketches.CellCount, wanted, target);
        double near = NearOf(wanted, share, selection);
        if (SketchCalibration.IsBeyond(near))
            return Careful(sketches, near, wanted, target) with { Cells = sketches.CellCount };
        SketchSettings settings = SketchCalibration.For(
            sketches.Calibration, sketches.CellCount, (int)Math.Ceiling(near), SketchCalibration.TargetOfMatches(target));
        return settings with
        {
            Cells = SketchCalibration.CellsForMatches(sketches.Calibration, sketches.CellCount, near, target),
            Limit = SketchCalibration.LimitOfShare(settings.Limit, wanted, share),
        };
    }

    private static double NearOf(int wanted, double share, in RowSelection selection) => Math.Min(selection.VisibleRows, wanted / share);

    /// <summary>Scans cells from a rank on up to another, and further until there are as many rows as are wanted.</summary>
    /// <returns>The rank at which it ended.</returns>
    private static int Scan(
        SketchIndex sketches, SketchQuery query, SketchSettings settings, int first, int end, int wanted, in RowSelection selection,
        CancellationToken cancellationToken)
    {
        if (first == 0)
            query.Keys.Begin(Math.Max(settings.Limit, wanted));
        int ordered = Math.Max(first, end);
        query.OrderCells(ordered);
        int cells = first;
        for (; cells < sketches.CellCount && (cells < end || query.Keys.Count < wanted); cells++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (cells == ordered)
                query.OrderCells(ordered = Math.Min(sketches.CellCount, 2 * ordered));
            query.Scan(sketches, query.CellAt(cells), settings.Deviations, selection);
        }
        return cells;
    }

    /// <summary>
    /// Scans until the cells are as many as it takes for the rows among which the wanted matches turn out to be the nearest. When those
    /// are far more than they should be, matches are rarer near the query than elsewhere: it begins again, and is careful.
    /// </summary>
    private static int ScanFiltered(
        SketchIndex sketches, SketchQuery query, SketchSettings settings, int wanted, double share, double target,
        in RowSelection selection, CancellationToken cancellationToken)
    {
        double near = NearOf(wanted, share, selection);
        query.Seen.Clear();
        int cells = Scan(sketches, query, settings, 0, settings.Cells, wanted, selection, cancellationToken);
        for (bool isCareful = SketchCalibration.IsBeyond(near); cells < sketches.CellCount || !isCareful;)
        {
            if (query.Keys.Count < wanted)
                return cells;
            double rank = query.RankOf(wanted);
            if (!isCareful && rank > Late * near)
            {
                isCareful = true;
                settings = Careful(sketches, rank, wanted, target);
                query.Seen.Clear();
                cells = Scan(sketches, query, settings, 0, cells, wanted, selection, cancellationToken);
                continue;
            }
            int needed = isCareful
                ? SketchCalibration.CellsFor(sketches.Calibration, sketches.CellCount, Shell * rank, FilteredTarget(target))
                : SketchCalibration.CellsForMatches(sketches.Calibration, sketches.CellCount, Math.Max(near, rank), target);
            if (needed <= cells)
                return cells;
            // The more was seen, the better is known how many it takes.
            cells = Scan(
                sketches, query, settings, cells, Math.Min(needed, 2 * cells), wanted, selection, cancellationToken);
        }
        return cells;
    }

    private static SketchSettings Careful(SketchIndex sketches, double rank, int wanted, double target)
    {
        SketchSettings settings = SketchCalibration.For(
            sketches.Calibration, sketches.CellCount, (int)Math.Min(int.MaxValue, Math.Ceiling(rank)), target);
        int limit = SketchCalibration.For(sketches.Calibration, sketches.CellCount, wanted, target).Limit;
        return settings with
        {
            Deviations = FilteredDeviations(settings.Deviations, FilteredTarget(target)),
            Limit = FilteredLimitFactor * limit,
        };
    }

    /// <summary>
    /// Rows that match may all lie among the farthest of those that are looked for, where most of what a recall allows to be missed is
    /// missed.
    /// </summary>
    private static double FilteredTarget(double target) => 1 - ((1 - target) / 4);

    /// <summary>
    /// Of the rows that match many may be about equally far, so that only what is subtracted keeps a true neighbour from being passed over:
    /// as many standard deviations of a Gaussian as leave that share above them.
    /// </summary>
    private static float FilteredDeviations(float calibrated, double target)
    {
        ReadOnlySpan<float> quantiles = [0, .53f, .85f, 1.04f, 1.29f, 1.44f, 1.65f, 1.89f, 2.06f, 2.33f, 2.58f, 3.1f];
        int at = 0;
        while (at < quantiles.Length - 1 && SketchCalibration.Targets[at] < (float)target - 1e-6f)
            at++;
        return Math.Max(calibrated, quantiles[at]);
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
        using NearestHeap nearest = NearestHeap.Rent(wanted);
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
