// Ranking by Hamming distance. There are only a few hundred distances, so nothing is sorted: one pass counts the items and
// the similar items at each distance, which gives every item's first possible rank; a second pass in row order gives each
// similar item its rank. Memory is one row of distances a thread; no matrix of pairs is ever made.
// Queries run in parallel; each query's figures go to a place of its own and are added in order, so results are reproducible.
using HashDb.Models.Data;

namespace HashDb.Models.Evaluation;

/// <summary>Measures how well Hamming distance ranks similar rows before others.</summary>
public static class RankingEvaluation
{
    /// <summary>Every row is a query once, against all the others.</summary>
    /// <param name="codes">Hashcodes of the rows.</param>
    /// <param name="labels">Labels of the same rows; two rows are similar when they share one.</param>
    /// <param name="options">Settings.</param>
    /// <param name="cancellationToken">Stops the measurement.</param>
    /// <exception cref="ArgumentException">There are fewer than two rows, or the numbers of rows differ.</exception>
    public static RankingEvaluationResult LeaveOneOut(
        HashcodeSet codes, LabelSet labels, RankingEvaluationOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(codes);
        ArgumentNullException.ThrowIfNull(labels);
        if (codes.Count < 2)
            throw new ArgumentException("Leaving one out takes at least two rows.", nameof(codes));
        int[] rows = new int[codes.Count];
        for (int i = 0; i < rows.Length; i++)
            rows[i] = i;
        return Run(codes, rows, codes, rows, labels, options, cancellationToken);
    }

    /// <summary>Some rows are queries against other rows.</summary>
    /// <param name="queries">Hashcodes of the queries.</param>
    /// <param name="queryRows">For each query, its row in <paramref name="labels"/>.</param>
    /// <param name="database">Hashcodes of the rows that are ranked.</param>
    /// <param name="databaseRows">For each of them, its row in <paramref name="labels"/>. A query never finds its own row.</param>
    /// <param name="labels">Labels; two rows are similar when they share one.</param>
    /// <param name="options">Settings.</param>
    /// <param name="cancellationToken">Stops the measurement.</param>
    /// <exception cref="ArgumentException">Numbers of rows differ, or there are none.</exception>
    public static RankingEvaluationResult Run(
        HashcodeSet queries,
        ReadOnlyMemory<int> queryRows,
        HashcodeSet database,
        ReadOnlyMemory<int> databaseRows,
        LabelSet labels,
        RankingEvaluationOptions options,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentNullException.ThrowIfNull(database);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (queries.Count != queryRows.Length || queries.Count == 0)
            throw new ArgumentException($"{queries.Count} query codes are given for {queryRows.Length} rows.", nameof(queryRows));
        if (database.Count != databaseRows.Length || database.Count == 0)
            throw new ArgumentException($"{database.Count} database codes are given for {databaseRows.Length} rows.", nameof(databaseRows));

        QueryFigures[] figures = new QueryFigures[queries.Count];
        int radii = database.BitCount + 1;
        long[] found = new long[radii];
        long[] similarFound = new long[radii];
        Parallel.For(
            0,
            queries.Count,
            new ParallelOptions { CancellationToken = cancellationToken },
            () => new Ranker(queries, queryRows, database, databaseRows, labels, options.PrecisionRadius),
            (query, _, ranker) =>
            {
                figures[query] = ranker.Rank(query);
                return ranker;
            },
            ranker =>
            {
                lock (found)
                    ranker.AddPooled(found, similarFound);
            });
        return Summarize(figures, found, similarFound, options, database.CountDistinct());
    }

    private static RankingEvaluationResult Summarize(
        QueryFigures[] figures, long[] found, long[] similarFound, RankingEvaluationOptions options, int distinct)
    {
        int ranked = figures.Count(f => f.Similar > 0);
        PrecisionRecallPoint[] curve = new PrecisionRecallPoint[found.Length];
        long foundSoFar = 0, similarSoFar = 0;
        long similar = Math.Max(1, similarFound.Sum());
        for (int radius = 0; radius < curve.Length; radius++)
        {
            foundSoFar += found[radius];
            similarSoFar += similarFound[radius];
            curve[radius] = new PrecisionRecallPoint(
                radius, foundSoFar == 0 ? 0 : similarSoFar / (double)foundSoFar, similarSoFar / (double)similar);
        }

        return new RankingEvaluationResult
        {
            QueryCount = figures.Length,
            QueriesWithoutSimilar = figures.Length - ranked,
            MeanAveragePrecision = ranked == 0 ? 0 : figures.Sum(f => f.AveragePrecision) / ranked,
            ExpectedMeanAveragePrecision = ranked == 0 ? 0 : figures.Sum(f => f.ExpectedAveragePrecision) / ranked,
            PrecisionRadius = options.PrecisionRadius,
            MeanPrecisionWithinRadius = figures.Sum(f => f.PrecisionWithinRadius) / figures.Length,
            EmptyShare = figures.Count(f => f.IsEmpty) / (double)figures.Length,
            PrecisionRecall = curve,
            DistinctHashcodes = distinct,
        };
    }

    private readonly record struct QueryFigures(
        long Similar, double AveragePrecision, double ExpectedAveragePrecision, double PrecisionWithinRadius, bool IsEmpty);

    /// <summary>Ranks one query at a time with buffers of its own.</summary>
    private sealed class Ranker
    {
        private const ushort Excluded = ushort.MaxValue;

        private readonly HashcodeSet _queries;
        private readonly ReadOnlyMemory<int> _queryRows;
        private readonly HashcodeSet _database;
        private readonly ReadOnlyMemory<int> _databaseRows;
        private readonly int _radius;
        private readonly SimilarityMarks _marks;
        private readonly ushort[] _distances;
        private readonly bool[] _similar;
        private readonly int[] _counts;
        private readonly int[] _similarCounts;
        private readonly double[] _harmonic;
        private readonly long[] _pooled;
        private readonly long[] _pooledSimilar;

        public Ranker(
            HashcodeSet queries, ReadOnlyMemory<int> queryRows, HashcodeSet database, ReadOnlyMemory<int> databaseRows, LabelSet labels,
            int radius)
        {
            _queries = queries;
            _queryRows = queryRows;
            _database = database;
            _databaseRows = databaseRows;
            _radius = radius;
            _marks = new SimilarityMarks(labels);
            _distances = new ushort[database.Count];
            _similar = new bool[database.Count];
            _counts = new int[database.BitCount + 1];
            _similarCounts = new int[_counts.Length];
            _harmonic = new double[database.Count + 1];
            for (int i = 1; i < _harmonic.Length; i++)
                _harmonic[i] = _harmonic[i - 1] + (1.0 / i);
            _pooled = new long[_counts.Length];
            _pooledSimilar = new long[_counts.Length];
        }

        public QueryFigures Rank(int query)
        {
            int row = _queryRows.Span[query];
            _marks.SetQuery(row);
            _database.Distances(_queries, query, 0, _distances);
            Array.Clear(_counts);
            Array.Clear(_similarCounts);
            ReadOnlySpan<int> rows = _databaseRows.Span;
            for (int i = 0; i < rows.Length; i++)
            {
                if (rows[i] == row)
                {
                    _distances[i] = Excluded;
                    continue;
                }

                bool similar = _marks.IsSimilar(rows[i]);
                _similar[i] = similar;
                _counts[_distances[i]]++;
                _similarCounts[_distances[i]] += similar ? 1 : 0;
            }

            long within = 0, similarWithin = 0, total = 0;
            for (int distance = 0; distance < _counts.Length; distance++)
            {
                _pooled[distance] += _counts[distance];
                _pooledSimilar[distance] += _similarCounts[distance];
                total += _similarCounts[distance];
                if (distance <= _radius)
                {
                    within += _counts[distance];
                    similarWithin += _similarCounts[distance];
                }
            }

            double expected = ExpectedSum();
            double byRow = SumByRow();
            return new QueryFigures(
                total,
                total == 0 ? 0 : byRow / total,
                total == 0 ? 0 : expected / total,
                within == 0 ? 0 : similarWithin / (double)within,
                within == 0);
        }

        public void AddPooled(long[] found, long[] similarFound)
        {
            for (int i = 0; i < found.Length; i++)
            {
                found[i] += _pooled[i];
                similarFound[i] += _pooledSimilar[i];
            }
        }

        // Within n tied items of which r are similar, the item at place i is similar with probability r / n, and given that
        // it is, (i - 1) step similar ones stand before it within the tie on average, step = (r - 1) / (n - 1). Its rank is
        // b + i, so the tie adds r / n times the sum over i of (s + 1 + (i - 1) step) / (b + i), which is
        // n step + (s + 1 - step (b + 1)) (H(b + n) - H(b)) with the harmonic numbers H.
        private double ExpectedSum()
        {
            double sum = 0;
            int before = 0, similarBefore = 0;
            for (int distance = 0; distance < _counts.Length; distance++)
            {
                int n = _counts[distance];
                int r = _similarCounts[distance];
                if (r > 0)
                {
                    double step = n == 1 ? 0 : (r - 1) / (double)(n - 1);
                    double harmonic = _harmonic[before + n] - _harmonic[before];
                    sum += r / (double)n * ((n * step) + ((similarBefore + 1 - (step * (before + 1))) * harmonic));
                }

                before += n;
                similarBefore += r;
            }

            return sum;
        }

        // Turns the counts into running ranks, so it comes last.
        private double SumByRow()
        {
            int before = 0, similarBefore = 0;
            for (int distance = 0; distance < _counts.Length; distance++)
            {
                (before, _counts[distance]) = (before + _counts[distance], before);
                (similarBefore, _similarCounts[distance]) = (similarBefore + _similarCounts[distance], similarBefore);
            }

            double sum = 0;
            for (int i = 0; i < _distances.Length; i++)
            {
                int distance = _distances[i];
                if (distance == Excluded)
                    continue;
                int rank = ++_counts[distance];
                if (_similar[i])
                    sum += ++_similarCounts[distance] / (double)rank;
            }

            return sum;
        }
    }
}
