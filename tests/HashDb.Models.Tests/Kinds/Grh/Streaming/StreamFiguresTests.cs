// What learning from a stream is worth on real vectors: one pass, 16 bits, from random hyperplanes. 1,000 images are queries, 20,000 are
// searched, 29,000 others are learned from, in random order.
using System.Globalization;
using HashDb.Models.Data;
using HashDb.Models.Evaluation;
using HashDb.Models.Kinds.Grh.Streaming;
using HashDb.Models.Kinds.Lsh;
using HashDb.Models.Numerics;
using HashDb.Models.Training;

namespace HashDb.Models.Tests.Kinds.Grh.Streaming;

[Trait("Category", "Figures")]
public sealed class StreamFiguresTests
{
    private const int QueryCount = 1_000;
    private const int DatabaseCount = 20_000;

    // The standard error of a precision of 1,000 queries is .012, and random hyperplanes differ: means over four draws of both.
    private const ulong Draws = 4;

    [Fact]
    public void Anchored_targets_reach_the_reference_and_the_naive_rule_collapses()
    {
        List<Figures> starts = [], anchored = [], naive = [];
        for (ulong draw = 1; draw <= Draws; draw++)
        {
            Stream stream = new(draw);
            starts.Add(stream.Measure("start", stream.Start));
            GrhStreamLearner learner = new(stream.Start, new GrhStreamOptions());
            stream.Feed(learner, stream.Order);
            anchored.Add(stream.Measure("anchored", learner.CreateModel()));
            naive.Add(stream.Measure("naive", stream.LearnNaively()));
        }

        Figures before = Mean("start", starts), after = Mean("anchored", anchored), collapsed = Mean("naive", naive);
        after.MeanAveragePrecision.ShouldBeGreaterThanOrEqualTo(0.27);
        after.Precision.ShouldBeGreaterThanOrEqualTo(0.45);
        after.Candidates.ShouldBeLessThanOrEqualTo(600);
        after.MeanAveragePrecision.ShouldBeGreaterThan(before.MeanAveragePrecision + 0.1);
        collapsed.DistinctHashcodes.ShouldBeLessThan(600);
        collapsed.Candidates.ShouldBeGreaterThan(5_000);
        collapsed.MeanAveragePrecision.ShouldBeLessThan(0.21);
        after.DistinctHashcodes.ShouldBeGreaterThan(5 * collapsed.DistinctHashcodes);
    }

    [Fact]
    public void New_classes_cost_the_old_ones_little()
    {
        List<Figures> before = [], after = [];
        for (ulong draw = 1; draw <= Draws; draw++)
        {
            Stream stream = new(draw);
            GrhStreamLearner learner = new(stream.Start, new GrhStreamOptions());
            stream.Feed(learner, stream.Order.Where(row => stream.ClassOf(row) < 5));
            before.Add(stream.Measure("old classes before", learner.CreateModel(), row => stream.ClassOf(row) < 5));
            stream.Feed(learner, stream.Order.Where(row => stream.ClassOf(row) >= 5));
            after.Add(stream.Measure("old classes after", learner.CreateModel(), row => stream.ClassOf(row) < 5));
        }

        Mean("old classes after", after).Precision.ShouldBeGreaterThanOrEqualTo(Mean("old classes before", before).Precision - 0.02);
    }

    private static Figures Mean(string name, List<Figures> figures)
    {
        Figures mean = new(
            figures.Average(f => f.MeanAveragePrecision), figures.Average(f => f.Precision), figures.Average(f => f.Candidates),
            figures.Average(f => f.DistinctHashcodes));
        Report($"mean of {name}", mean);
        return mean;
    }

    private static void Report(string name, Figures figures) => TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"{name}: mAP {figures.MeanAveragePrecision:F3}, precision@10 at radius 2 {figures.Precision:F3}, candidates "
        + $"{figures.Candidates:F0}, distinct codes {figures.DistinctHashcodes:F0}"));

    private sealed record Figures(double MeanAveragePrecision, double Precision, double Candidates, double DistinctHashcodes);

    /// <summary>The images, divided, and a model to start from.</summary>
    private sealed class Stream
    {
        private readonly FeatureMatrix _vectors;
        private readonly LabelSet _labels;
        private readonly int[] _queries;
        private readonly int[] _database;

        public Stream(ulong draw)
        {
            (_vectors, _labels) = SharedData.Cifar;
            int[] rows = [.. Enumerable.Range(0, _vectors.Count)];
            new SeededRandom(6 + draw).Shuffle<int>(rows);
            _queries = rows[..QueryCount];
            _database = rows[QueryCount..(QueryCount + DatabaseCount)];
            Order = rows[(QueryCount + DatabaseCount)..];
            float[] sample = new float[2_000 * _vectors.Dimensions];
            _vectors.Gather(Order.AsSpan(0, 2_000), sample);
            Start = LshTrainer.Train(
                new LshOptions { BitCount = 16, Seed = draw, Preprocessing = PreprocessingOrder.CenterThenUnit }, sample, 2_000,
                _vectors.Dimensions);
        }

        public LshModel Start { get; }

        /// <summary>The rows to learn from.</summary>
        public int[] Order { get; }

        public int ClassOf(int row) => _labels[row][0];

        public void Feed(GrhStreamLearner learner, IEnumerable<int> rows)
        {
            foreach (int[] chunk in rows.Chunk(500))
                learner.Learn(Batch(chunk));
        }

        public GrhStreamModel LearnNaively()
        {
            GrhStreamOptions options = new();
            StreamWeights weights = new(Start.Weights.Span, [], 16, _vectors.Dimensions, 0);
            StreamSteps steps = new(weights, [], new NaiveTargets(), options);
            foreach (int[] chunk in Order.Chunk(500))
            {
                StreamBatch batch = Batch(chunk);
                for (int i = 0; i < batch.Count; i++)
                    steps.Take(batch.Row(i), batch.SquaredLength(i), batch.Labels(i).Span);
            }

            GrhStreamState state = new()
            {
                Options = options,
                Base = default,
                ItemCount = weights.ItemCount,
                UpdateCount = 0,
                Current = weights.CopyCurrent(),
                Sums = weights.CopySums(),
                Bias = [],
                Labels = [],
                Counts = [],
                CodeSums = [],
                Targets = [],
            };
            return new GrhStreamModel(_vectors.Dimensions, 16, 1, state, Start.Preprocessing);
        }

        public Figures Measure(string name, IHashModel model, Func<int, bool>? isQuery = null)
        {
            int[] queries = isQuery is null ? _queries : [.. _queries.Where(isQuery)];
            HashcodeSet queryCodes = HashcodeSet.Encode(model, _vectors, queries);
            HashcodeSet codes = HashcodeSet.Encode(model, _vectors, _database);
            RankingEvaluationResult ranking =
                RankingEvaluation.Run(queryCodes, queries, codes, _database, _labels, new RankingEvaluationOptions());
            (double precision, double candidates) = PrecisionWithinTwoBits(queryCodes, queries, codes);
            Figures figures = new(ranking.MeanAveragePrecision, precision, candidates, ranking.DistinctHashcodes);
            Report(name, figures);
            return figures;
        }

        private StreamBatch Batch(int[] rows)
        {
            float[] vectors = new float[rows.Length * _vectors.Dimensions];
            _vectors.Gather(rows, vectors);
            return StreamBatch.Create(
                Start.Preprocessing, vectors, _vectors.Dimensions, [.. rows.Select(row => (ReadOnlyMemory<int>)_labels[row].ToArray())]);
        }

        /// <summary>Ten nearest candidates by cosine, hits over ten; queries without candidates are left out.</summary>
        private (double Precision, double Candidates) PrecisionWithinTwoBits(HashcodeSet queryCodes, int[] queries, HashcodeSet codes)
        {
            ushort[] distances = new ushort[_database.Length];
            double[] lengths = [.. _database.Select(row => Math.Sqrt(StripedMath.SumOfSquares(_vectors[row])))];
            double hits = 0;
            long candidates = 0;
            int answered = 0;
            for (int q = 0; q < queries.Length; q++)
            {
                codes.Distances(queryCodes, q, 0, distances);
                int[] found = [.. Enumerable.Range(0, distances.Length).Where(i => distances[i] <= 2)];
                candidates += found.Length;
                if (found.Length == 0)
                    continue;
                answered++;
                double[] closeness = [.. found.Select(i => -StripedMath.Dot(_vectors[queries[q]], _vectors[_database[i]]) / lengths[i])];
                Array.Sort(closeness, found);
                hits += found.Take(10).Count(i => ClassOf(_database[i]) == ClassOf(queries[q])) / 10.0;
            }

            return (hits / answered, candidates / (double)queries.Length);
        }
    }
}
