using HashDb.Models.Data;
using HashDb.Models.Evaluation;
using HashDb.Models.Kinds.Lsh;
using HashDb.Models.Numerics;

namespace HashDb.Models.Tests.Evaluation;

public sealed class RankingEvaluationTests
{
    private const int Rows = 60, Dimensions = 6;

    private static readonly FeatureMatrix Vectors = new(TestData.Normal(Rows, Dimensions, 21), Dimensions);

    private static readonly LabelSet Classes = LabelSet.FromClasses([.. Enumerable.Range(0, Rows).Select(i => i * i % 7)]);

    // None, one or several labels.
    private static readonly LabelSet Words = LabelSet.FromRows(
        [.. Enumerable.Range(0, Rows).Select(
            i => (IReadOnlyList<int>)[.. Enumerable.Range(0, 9).Where(w => (i + 1) * (w + 3) % 5 == 0 && i % 11 != 3)])], 9);

    public static TheoryData<int, int, bool> Cases =>
        new() { { 8, 1, false }, { 8, 1, true }, { 70, 1, false }, { 12, 3, true }, { 130, 2, false } };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Leave_one_out_agrees_with_sorting_every_query(int bits, int tables, bool multiLabel)
    {
        LabelSet labels = multiLabel ? Words : Classes;
        LshModel model = Model(bits, tables);
        RankingEvaluationResult result = RankingEvaluation.LeaveOneOut(
            HashcodeSet.Encode(model, Vectors), labels, new RankingEvaluationOptions { PrecisionRadius = 2 });

        int[,] distances = Distances(model);
        double sum = 0, precision = 0;
        int ranked = 0, empty = 0;
        for (int query = 0; query < Rows; query++)
        {
            (int Distance, int Row)[] order =
            [
                .. Enumerable.Range(0, Rows).Where(i => i != query).Select(i => (distances[query, i], i)).Order()
            ];
            int similar = 0;
            double average = 0;
            for (int rank = 1; rank <= order.Length; rank++)
            {
                if (Similar(labels, query, order[rank - 1].Row))
                    average += ++similar / (double)rank;
            }

            if (similar > 0)
            {
                ranked++;
                sum += average / similar;
            }

            int[] within = [.. order.Where(item => item.Distance <= 2).Select(item => item.Row)];
            if (within.Length == 0)
                empty++;
            else
                precision += within.Count(row => Similar(labels, query, row)) / (double)within.Length;
        }

        result.QueryCount.ShouldBe(Rows);
        result.QueriesWithoutSimilar.ShouldBe(Rows - ranked);
        result.MeanAveragePrecision.ShouldBe(sum / ranked, 1e-12);
        result.MeanPrecisionWithinRadius.ShouldBe(precision / Rows, 1e-12);
        result.EmptyShare.ShouldBe(empty / (double)Rows, 1e-12);
        if (multiLabel)
            result.QueriesWithoutSimilar.ShouldBeGreaterThan(0, "the labels should leave some rows without any");
    }

    [Fact]
    public void Expected_precision_is_the_mean_over_random_orders_of_the_ties()
    {
        // With 8 bits ties are large. The same rows in shuffled orders, averaged, estimate the expectation.
        LshModel model = Model(8, 1);
        double expected = RankingEvaluation.LeaveOneOut(HashcodeSet.Encode(model, Vectors), Classes, new RankingEvaluationOptions())
            .ExpectedMeanAveragePrecision;
        SeededRandom random = new(4);
        int[] rows = [.. Enumerable.Range(0, Rows)];
        List<double> samples = [];
        for (int i = 0; i < 2_000; i++)
        {
            random.Shuffle<int>(rows);
            HashcodeSet codes = HashcodeSet.Encode(model, Vectors, rows);
            RankingEvaluationResult sample = RankingEvaluation.Run(codes, rows, codes, rows, Classes, new RankingEvaluationOptions());
            samples.Add(sample.MeanAveragePrecision);
            sample.ExpectedMeanAveragePrecision.ShouldBe(expected, 1e-10, "the expectation does not depend on the order");
        }

        double mean = samples.Average();
        double error = Math.Sqrt(samples.Sum(x => (x - mean) * (x - mean))) / samples.Count;
        expected.ShouldBe(mean, 4 * error);
        error.ShouldBeLessThan(5e-4);
    }

    [Fact]
    public void Curve_ends_with_every_row_and_begins_with_the_query_s_own_bucket()
    {
        LshModel model = Model(10, 1);
        RankingEvaluationResult result =
            RankingEvaluation.LeaveOneOut(HashcodeSet.Encode(model, Vectors), Classes, new RankingEvaluationOptions());
        int[,] distances = Distances(model);
        result.PrecisionRecall.Count.ShouldBe(11);
        for (int radius = 0; radius <= 10; radius++)
        {
            int found = 0, similar = 0, all = 0;
            for (int i = 0; i < Rows; i++)
            {
                for (int j = 0; j < Rows; j++)
                {
                    if (i == j)
                        continue;
                    bool isSimilar = Similar(Classes, i, j);
                    all += isSimilar ? 1 : 0;
                    if (distances[i, j] <= radius)
                    {
                        found++;
                        similar += isSimilar ? 1 : 0;
                    }
                }
            }

            result.PrecisionRecall[radius].Radius.ShouldBe(radius);
            result.PrecisionRecall[radius].Precision.ShouldBe(found == 0 ? 0 : similar / (double)found, 1e-12);
            result.PrecisionRecall[radius].Recall.ShouldBe(similar / (double)all, 1e-12);
        }

        result.PrecisionRecall[^1].Recall.ShouldBe(1);
    }

    [Fact]
    public void Queries_against_a_database_never_find_themselves()
    {
        LshModel model = Model(16, 1);
        int[] rows = [.. Enumerable.Range(0, Rows)];
        int[] queries = [3, 17, 44];
        HashcodeSet all = HashcodeSet.Encode(model, Vectors);
        RankingEvaluationResult some = RankingEvaluation.Run(
            HashcodeSet.Encode(model, Vectors, queries), queries, all, rows, Classes, new RankingEvaluationOptions());
        some.QueryCount.ShouldBe(3);
        some.PrecisionRecall[^1].Precision.ShouldBe(
            queries.Sum(q => rows.Count(i => i != q && Similar(Classes, q, i))) / (3.0 * (Rows - 1)), 1e-12);
    }

    [Fact]
    public void Distinct_hashcodes_are_counted()
    {
        foreach (int bits in (int[])[8, 64, 130])
        {
            HashcodeSet codes = HashcodeSet.Encode(Model(bits, 1), Vectors, [0, 1, 0, 1, 2]);
            codes.CountDistinct().ShouldBeInRange(bits > 8 ? 3 : 1, 3);
        }
    }

    [Fact]
    public void Sizes_that_do_not_fit_are_refused()
    {
        HashcodeSet codes = HashcodeSet.Encode(Model(16, 1), Vectors);
        HashcodeSet longer = HashcodeSet.Encode(Model(17, 1), Vectors);
        int[] rows = [.. Enumerable.Range(0, Rows)];
        RankingEvaluationOptions options = new();
        Should.Throw<ArgumentException>(() => RankingEvaluation.Run(codes, rows.AsMemory(1), codes, rows, Classes, options));
        Should.Throw<ArgumentException>(() => RankingEvaluation.Run(codes, rows, codes, rows.AsMemory(1), Classes, options));
        Should.Throw<Exception>(() => RankingEvaluation.Run(codes, rows, longer, rows, Classes, options));
        Should.Throw<ArgumentOutOfRangeException>(() => new RankingEvaluationOptions { PrecisionRadius = -1 }.Validate());
        Should.Throw<ArgumentException>(() => HashcodeSet.Encode(Model(16, 1), new FeatureMatrix(new float[4], 2)));
    }

    private static LshModel Model(int bits, int tables) => LshTrainer.Train(
        new LshOptions { BitCount = bits, TableCount = tables, Seed = 9, Preprocessing = PreprocessingOrder.Unit }, Dimensions);

    private static bool Similar(LabelSet labels, int left, int right) =>
        labels[left].ToArray().Intersect(labels[right].ToArray()).Any();

    private static int[,] Distances(LshModel model)
    {
        int[,] distances = new int[Rows, Rows];
        for (int i = 0; i < Rows; i++)
        {
            for (int j = 0; j < Rows; j++)
            {
                distances[i, j] = Enumerable.Range(0, model.TableCount).Min(
                    table => model.EncodeOne(Vectors[i], table).HammingDistance(model.EncodeOne(Vectors[j], table)));
            }
        }

        return distances;
    }
}
