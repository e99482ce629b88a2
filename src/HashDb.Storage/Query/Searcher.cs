// The path of a query, start to end: encode, probe, gather candidates, re-rank, results. Works on one leased state, and on the
// rows that were published when it began.
using System.Diagnostics;
using HashDb.Models.Kinds.Cells;
using HashDb.Storage.Index;
using HashDb.Storage.Snapshot;

namespace HashDb.Storage.Query;

internal static class Searcher
{
    private const int CandidatesPerCheck = 4_096;

    /// <summary>Below so many values all vectors are compared: as fast as anything else, and exact.</summary>
    private const long SmallFloats = 1 << 20;

    public static SearchResult Search(
        CollectionState state, DistanceMetric metric, ReadOnlySpan<float> query, SearchOptions options, CancellationToken cancellationToken)
    {
        if (state.Model is CellsModel && (options.Radius ?? options.CandidateLimit) is not null)
            throw CellsHaveNoRadius("A search with a radius or a candidate limit", "Give a target recall");
        using var selection = new RowSelection(state, options.Filter?.Matcher);
        if (TargetOf(state, options) is { } target)
        {
            if (target >= 1 || state.Sketches is not { } sketches || state.RowCount * (long)query.Length <= SmallFloats)
                return SearchAll(state, metric, query, options, selection, cancellationToken);
            FilterPlan plan = FilterPlan.Of(sketches, selection, HitReader.RowsWanted(options), target);
            return plan.ComparesAll
                ? SearchAll(state, metric, query, options, selection, cancellationToken)
                : SketchSearcher.Search(state, sketches, metric, query, options, target, plan.Share, selection, cancellationToken);
        }
        long started = Stopwatch.GetTimestamp();
        CandidateSet set = CandidateSet.Rent();
        try
        {
            EncodedQuery encoded = set.Query.Encode(state.Model, state.Shape, query);
            if (options.Radius is { } radius)
                RadiusGatherer.Gather(state, selection, encoded, radius, (ProbeWay)options.Strategy, set, cancellationToken);
            else
                BudgetGatherer.Gather(
                    state,
                    selection,
                    encoded,
                    Math.Max(HitReader.RowsWanted(options), options.CandidateLimit ?? SearchOptions.DefaultCandidateLimit),
                    options.Strategy,
                    set,
                    cancellationToken);
            SearchHit[] hits = Rerank(state, metric, query, set.Entries, options, cancellationToken);
            return new SearchResult
            {
                Hits = hits,
                Statistics = Describe(state, set, selection, set.Entries.Length, started),
            };
        }
        finally
        {
            CandidateSet.Return(set);
        }
    }

    public static ProbeResult Probe(
        CollectionState state, ReadOnlySpan<float> query, ProbeOptions options, CancellationToken cancellationToken)
    {
        if (state.Model is CellsModel)
            throw CellsHaveNoRadius("A probe", "Search with a target recall");
        long started = Stopwatch.GetTimestamp();
        using var selection = new RowSelection(state, options.Filter?.Matcher);
        CandidateSet set = CandidateSet.Rent();
        try
        {
            EncodedQuery encoded = set.Query.Encode(state.Model, state.Shape, query);
            RadiusGatherer.Gather(state, selection, encoded, options.Radius, (ProbeWay)options.Strategy, set, cancellationToken);
            var hits = new ProbeHit[set.Entries.Length];
            for (int i = 0; i < hits.Length; i++)
                hits[i] = new ProbeHit(state.Records.IdOf(PostingBuffer.RowOf(set.Entries[i])), PostingBuffer.DistanceOf(set.Entries[i]));
            Array.Sort(
                hits,
                (left, right) => left.Distance != right.Distance ? left.Distance.CompareTo(right.Distance) : left.Id.CompareTo(right.Id));
            return new ProbeResult
            {
                Hits = hits,
                Statistics = Describe(state, set, selection, 0, started),
            };
        }
        finally
        {
            CandidateSet.Return(set);
        }
    }

    /// <summary>The recall to keep; null when buckets are to be taken up to a limit or a radius.</summary>
    private static double? TargetOf(CollectionState state, SearchOptions options) =>
        options.TargetRecall
        ?? (state.Sketches is null || (options.Radius ?? options.CandidateLimit) is not null ? null : SearchOptions.DefaultTargetRecall);

    /// <summary>The error of a call that compares hashcodes, on a collection where they are numbers of cells.</summary>
    public static HashDbException CellsHaveNoRadius(string what, string instead) => new(
        HashDbErrorCode.InvalidArgument,
        $"{what} needs hashcodes between which distances mean something. This collection has the model kind cells, of which hashcodes "
        + $"are numbers. {instead}, or move the collection to another model first (re-index).");

    /// <summary>Compares all vectors of rows that may be given.</summary>
    private static SearchResult SearchAll(
        CollectionState state,
        DistanceMetric metric,
        ReadOnlySpan<float> query,
        SearchOptions options,
        in RowSelection selection,
        CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        double squaredNorm = DistanceKernel.SquaredNorm(query);
        using NearestHeap nearest = NearestHeap.Rent(HitReader.RowsWanted(options));
        int compared = 0;
        int looked = 0;
        for (uint row = selection.Next(0); row < selection.VisibleRows; row = selection.Next(row + 1))
        {
            if (looked++ % CandidatesPerCheck == 0)
                cancellationToken.ThrowIfCancellationRequested();
            if (!selection.Contains(row))
                continue;
            float distance = DistanceKernel.Distance(metric, query, squaredNorm, state.Records.VectorOf(row));
            compared++;
            if (nearest.Admits(distance))
                nearest.Add(new Near(state.Records.IdOf(row), distance, row));
        }
        return new SearchResult
        {
            Hits = HitReader.Read(state.Records, nearest.Sort(), options),
            Statistics = new SearchStatistics
            {
                Generation = state.Generation,
                Plan = SearchPlan.Exact,
                CompleteRadius = -1,
                Strategy = ProbeStrategy.Scan,
                Probes = 0,
                Buckets = 0,
                Candidates = compared,
                Reranked = compared,
                Filtered = selection.Filter?.Read ?? 0,
                Indexes = selection.Filter?.Indexes,
                ExpectedRecall = 1,
                IsExact = true,
                Elapsed = Stopwatch.GetElapsedTime(started),
            },
        };
    }

    private static SearchHit[] Rerank(
        CollectionState state,
        DistanceMetric metric,
        ReadOnlySpan<float> query,
        ReadOnlySpan<ulong> candidates,
        SearchOptions options,
        CancellationToken cancellationToken)
    {
        double squaredNorm = DistanceKernel.SquaredNorm(query);
        using NearestHeap nearest = NearestHeap.Rent(HitReader.RowsWanted(options));
        for (int i = 0; i < candidates.Length; i++)
        {
            if (i % CandidatesPerCheck == 0)
                cancellationToken.ThrowIfCancellationRequested();
            uint row = PostingBuffer.RowOf(candidates[i]);
            float distance = DistanceKernel.Distance(metric, query, squaredNorm, state.Records.VectorOf(row));
            if (nearest.Admits(distance))
                nearest.Add(new Near(state.Records.IdOf(row), distance, row));
        }
        return HitReader.Read(state.Records, nearest.Sort(), options);
    }

    private static SearchStatistics Describe(
        CollectionState state, CandidateSet set, in RowSelection selection, int reranked, long started) =>
        new()
        {
            Generation = state.Generation,
            CompleteRadius = set.CompleteRadius,
            Strategy = set.Strategy,
            Probes = set.Probes,
            Buckets = set.BucketCount,
            Candidates = set.Entries.Length,
            Reranked = reranked,
            Filtered = selection.Filter?.Read ?? 0,
            Indexes = selection.Filter?.Indexes,
            Elapsed = Stopwatch.GetElapsedTime(started),
        };
}
