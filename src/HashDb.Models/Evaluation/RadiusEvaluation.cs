// Precision by Hamming radius, the GRH tutorial's protocol: the candidates of a query are the database rows within the
// radius, the nearest of them by cosine of the raw vectors are looked at, and precision is the share that has a label of
// the query.
// The similarities are a matrix product, computed once for all models and in blocks: each block of queries streams over
// the database in chunks and keeps, for each query, model and distance, the nearest rows at exactly that distance. Merging
// these lists in ascending distance gives every radius. So memory does not grow with queries times database.
// Blocks run in parallel; each query's numbers go to a place of its own and are added in order, so results are reproducible.
using System.Diagnostics;
using System.Numerics.Tensors;
using HashDb.Models.Data;
using HashDb.Models.Encoding;

namespace HashDb.Models.Evaluation;

/// <summary>Measures how good the neighbours are that a search within a Hamming radius finds.</summary>
public static class RadiusEvaluation
{
    private const int BlockQueries = 32;
    private const int ChunkRows = 1_024;

    /// <summary>Measures models on one split. The models may have been trained on its training rows, on no others.</summary>
    /// <param name="models">The models.</param>
    /// <param name="vectors">All raw vectors.</param>
    /// <param name="labels">The labels of all rows; two rows are similar when they share one.</param>
    /// <param name="split">Which rows are queries and which are searched.</param>
    /// <param name="options">Settings.</param>
    /// <param name="cancellationToken">Stops the measurement.</param>
    /// <returns>One result a model, in their order.</returns>
    /// <exception cref="ArgumentException">Sizes do not fit each other, or a row cannot be encoded or has no direction.</exception>
    public static IReadOnlyList<RadiusEvaluationResult> Run(
        IReadOnlyList<IHashModel> models,
        FeatureMatrix vectors,
        LabelSet labels,
        EvaluationSplit split,
        RadiusEvaluationOptions options,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(models);
        ArgumentNullException.ThrowIfNull(vectors);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(split);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (labels.Count != vectors.Count)
            throw new ArgumentException($"{vectors.Count} vectors have {labels.Count} rows of labels.", nameof(labels));

        Work work = new(models, vectors, labels, split, options);
        int blocks = (split.Queries.Length + BlockQueries - 1) / BlockQueries;
        Parallel.For(0, blocks, new ParallelOptions { CancellationToken = cancellationToken }, work.RunBlock);
        RadiusEvaluationResult[] results = new RadiusEvaluationResult[models.Count];
        for (int model = 0; model < results.Length; model++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            results[model] = work.Summarize(model);
        }

        return results;
    }

    private sealed class Work
    {
        private readonly IReadOnlyList<IHashModel> _models;
        private readonly FeatureMatrix _vectors;
        private readonly LabelSet _labels;
        private readonly int[] _queries;
        private readonly int[] _database;
        private readonly RadiusEvaluationOptions _options;
        private readonly int _radii;
        private readonly HashcodeSet[] _queryCodes;
        private readonly HashcodeSet[] _databaseCodes;
        private readonly float[] _inverseLengths;

        // One number for each model, query and radius.
        private readonly int[] _hits;
        private readonly int[] _candidates;

        public Work(
            IReadOnlyList<IHashModel> models, FeatureMatrix vectors, LabelSet labels, EvaluationSplit split,
            RadiusEvaluationOptions options)
        {
            _models = models;
            _vectors = vectors;
            _labels = labels;
            _queries = split.Queries.ToArray();
            _database = split.Database.ToArray();
            _options = options;
            _radii = options.MaxRadius + 1;
            _queryCodes = [.. models.Select(model => HashcodeSet.Encode(model, vectors, _queries))];
            _databaseCodes = [.. models.Select(model => HashcodeSet.Encode(model, vectors, _database))];
            _inverseLengths = new float[_database.Length];
            for (int i = 0; i < _database.Length; i++)
                _inverseLengths[i] = InverseLength(_database[i]);
            _hits = new int[models.Count * _queries.Length * _radii];
            _candidates = new int[_hits.Length];
        }

        public void RunBlock(int block)
        {
            int first = block * BlockQueries;
            int count = Math.Min(BlockQueries, _queries.Length - first);
            int dimensions = _vectors.Dimensions;
            float[] planes = new float[count * dimensions];
            _vectors.Gather(_queries.AsSpan(first, count), planes);
            for (int i = 0; i < count; i++)
            {
                Span<float> plane = planes.AsSpan(i * dimensions, dimensions);
                StripedMath.Scale(plane, InverseLength(_queries[first + i]), plane);
            }

            PackedProjection products = new(planes, [], count, dimensions);
            NearestList[] nearest = new NearestList[_models.Count * count * _radii];
            for (int i = 0; i < nearest.Length; i++)
                nearest[i] = new NearestList(_options.NeighborCount);

            float[] rows = new float[ChunkRows * dimensions];
            float[] similarities = new float[ChunkRows * count];
            ushort[] distances = new ushort[ChunkRows];
            for (int from = 0; from < _database.Length; from += ChunkRows)
            {
                int size = Math.Min(ChunkRows, _database.Length - from);
                _vectors.Gather(_database.AsSpan(from, size), rows);
                products.Project(rows.AsSpan(0, size * dimensions), size, similarities.AsSpan(0, size * count));
                for (int model = 0; model < _models.Count; model++)
                {
                    for (int i = 0; i < count; i++)
                    {
                        _databaseCodes[model].Distances(_queryCodes[model], first + i, from, distances.AsSpan(0, size));
                        Span<NearestList> lists = nearest.AsSpan(((model * count) + i) * _radii, _radii);
                        Span<int> counts = _candidates.AsSpan(Place(model, first + i), _radii);
                        for (int j = 0; j < size; j++)
                        {
                            int distance = distances[j];
                            if (distance >= _radii)
                                continue;
                            counts[distance]++;
                            lists[distance].Add(similarities[(j * count) + i] * _inverseLengths[from + j], _database[from + j]);
                        }
                    }
                }
            }

            Judge(nearest, first, count);
        }

        public RadiusEvaluationResult Summarize(int model)
        {
            TimeSpan[] times = MeasureTimes(model);
            RadiusPoint[] points = new RadiusPoint[_radii];
            for (int radius = 0; radius < _radii; radius++)
            {
                long hits = 0, candidates = 0;
                int answered = 0;
                for (int query = 0; query < _queries.Length; query++)
                {
                    int at = Place(model, query) + radius;
                    hits += _hits[at];
                    candidates += _candidates[at];
                    answered += _candidates[at] > 0 ? 1 : 0;
                }

                double sum = hits / (double)_options.NeighborCount;
                points[radius] = new RadiusPoint
                {
                    Radius = radius,
                    PrecisionOfAnswered = answered == 0 ? 0 : sum / answered,
                    Precision = sum / _queries.Length,
                    AnsweredShare = answered / (double)_queries.Length,
                    MeanCandidates = candidates / (double)_queries.Length,
                    MeanQueryTime = times[radius],
                };
            }

            return new RadiusEvaluationResult
            {
                Kind = _models[model].Kind,
                BitCount = _models[model].BitCount,
                QueryCount = _queries.Length,
                Points = points,
            };
        }

        /// <summary>Merges the lists of a block in ascending distance and counts candidates and hits within each radius.</summary>
        private void Judge(NearestList[] nearest, int first, int count)
        {
            SimilarityMarks marks = new(_labels);
            NearestList within = new(_options.NeighborCount);
            for (int i = 0; i < count; i++)
            {
                marks.SetQuery(_queries[first + i]);
                for (int model = 0; model < _models.Count; model++)
                {
                    within.Clear();
                    int place = Place(model, first + i);
                    for (int radius = 0; radius < _radii; radius++)
                    {
                        within.Add(nearest[(((model * count) + i) * _radii) + radius]);
                        foreach (int row in within.Rows)
                            _hits[place + radius] += marks.IsSimilar(row) ? 1 : 0;
                        if (radius > 0)
                            _candidates[place + radius] += _candidates[place + radius - 1];
                    }
                }
            }
        }

        // A search as a small program would do it, so that models can be compared by time as well as by candidates.
        private TimeSpan[] MeasureTimes(int model)
        {
            TimeSpan[] times = new TimeSpan[_radii];
            int timed = Math.Min(_options.TimedQueryCount, _queries.Length);
            if (timed == 0)
                return times;
            ushort[] distances = new ushort[_database.Length];
            NearestList nearest = new(_options.NeighborCount);

            // The round before the first radius is for the compiler and the caches; its time is not kept.
            for (int radius = -1; radius < _radii; radius++)
            {
                long start = Stopwatch.GetTimestamp();
                for (int query = 0; query < timed; query++)
                {
                    ReadOnlySpan<float> vector = _vectors[_queries[query]];
                    HashcodeSet code = HashcodeSet.Encode(_models[model], _vectors, [_queries[query]]);
                    _databaseCodes[model].Distances(code, 0, 0, distances);
                    nearest.Clear();
                    for (int i = 0; i < distances.Length; i++)
                    {
                        if (distances[i] <= (radius < 0 ? _radii / 2 : radius))
                            nearest.Add(TensorPrimitives.Dot(vector, _vectors[_database[i]]) * _inverseLengths[i], _database[i]);
                    }
                }

                if (radius >= 0)
                    times[radius] = Stopwatch.GetElapsedTime(start) / timed;
            }

            return times;
        }

        private int Place(int model, int query) => ((model * _queries.Length) + query) * _radii;

        private float InverseLength(int row)
        {
            double squares = StripedMath.SumOfSquares(_vectors[row]);
            if (squares == 0 || !double.IsFinite(squares))
                throw Preprocessing.BadRow(squares == 0 ? RowFault.NoDirection : RowFault.NotFinite, row, "vectors");
            return (float)(1 / Math.Sqrt(squares));
        }
    }
}
