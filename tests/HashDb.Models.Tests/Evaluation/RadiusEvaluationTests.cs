using HashDb.Models.Data;
using HashDb.Models.Evaluation;
using HashDb.Models.Kinds.Lsh;

namespace HashDb.Models.Tests.Evaluation;

public sealed class RadiusEvaluationTests
{
    private const int Rows = 2_300, Dimensions = 9;

    private static readonly FeatureMatrix Vectors = new(TestData.Normal(Rows, Dimensions, 31), Dimensions);

    private static readonly LabelSet Classes =
        LabelSet.FromClasses([.. Enumerable.Range(0, Rows).Select(i => Vectors[i][0] > 0 ? 1 : i % 3 * 2)]);

    // More rows than a chunk and more queries than a block of the implementation.
    private static readonly EvaluationSplit Split = EvaluationSplit.Create(Rows, 40, 100, 6);

    [Fact]
    public void Figures_agree_with_searching_every_query_by_hand()
    {
        IHashModel[] models = [Model(16, 1, 1), Model(10, 3, 2)];
        RadiusEvaluationOptions options = new() { MaxRadius = 4, NeighborCount = 7 };
        IReadOnlyList<RadiusEvaluationResult> results = RadiusEvaluation.Run(models, Vectors, Classes, Split, options);
        results.Count.ShouldBe(2);
        for (int m = 0; m < 2; m++)
        {
            for (int radius = 0; radius <= 4; radius++)
            {
                double precision = 0, candidates = 0;
                int answered = 0;
                foreach (int query in Split.Queries.Span)
                {
                    int[] found = [.. Split.Database.ToArray().Where(row => Distance(models[m], query, row) <= radius)];
                    candidates += found.Length;
                    answered += found.Length > 0 ? 1 : 0;
                    precision += found.OrderByDescending(row => Cosine(query, row))
                        .Take(7)
                        .Count(row => Classes[row][0] == Classes[query][0]) / 7.0;
                }

                RadiusPoint point = results[m].Points[radius];
                point.Radius.ShouldBe(radius);
                point.Precision.ShouldBe(precision / 40, 1e-9);
                point.PrecisionOfAnswered.ShouldBe(answered == 0 ? 0 : precision / answered, 1e-9);
                point.AnsweredShare.ShouldBe(answered / 40.0, 1e-9);
                point.MeanCandidates.ShouldBe(candidates / 40, 1e-9);
                point.MeanQueryTime.ShouldBe(TimeSpan.Zero);
            }
        }
    }

    [Fact]
    public void Queries_are_timed_on_demand()
    {
        RadiusEvaluationResult result = RadiusEvaluation.Run(
            [Model(16, 1, 1)], Vectors, Classes, Split, new RadiusEvaluationOptions { MaxRadius = 2, TimedQueryCount = 3 })[0];
        result.Points.ShouldAllBe(point => point.MeanQueryTime > TimeSpan.Zero);
    }

    [Fact]
    public void Mean_counts_every_split_the_same()
    {
        RadiusEvaluationOptions options = new() { MaxRadius = 1 };
        RadiusEvaluationResult first = RadiusEvaluation.Run([Model(8, 1, 1)], Vectors, Classes, Split, options)[0];
        RadiusEvaluationResult second =
            RadiusEvaluation.Run([Model(8, 1, 1)], Vectors, Classes, EvaluationSplit.Create(Rows, 20, 0, 1), options)[0];
        RadiusEvaluationResult mean = RadiusEvaluationResult.Mean([first, second]);
        mean.QueryCount.ShouldBe(60);
        mean.Points[1].Precision.ShouldBe((first.Points[1].Precision + second.Points[1].Precision) / 2, 1e-12);
        Should.Throw<ArgumentException>(() => RadiusEvaluationResult.Mean([]));
        Should.Throw<ArgumentException>(() => RadiusEvaluationResult.Mean([first, first with { BitCount = 9 }]));
    }

    [Fact]
    public void Split_gives_every_row_one_part_and_repeats_itself()
    {
        int[] all = [.. Split.Queries.ToArray(), .. Split.Training.ToArray(), .. Split.Database.ToArray()];
        all.Order().ShouldBe(Enumerable.Range(0, Rows));
        Split.Queries.Length.ShouldBe(40);
        Split.Training.Length.ShouldBe(100);
        EvaluationSplit.Create(Rows, 40, 100, 6).Queries.ToArray().ShouldBe(Split.Queries.ToArray());
        EvaluationSplit.Create(Rows, 40, 100, 7).Queries.ToArray().ShouldNotBe(Split.Queries.ToArray());
        Should.Throw<ArgumentOutOfRangeException>(() => EvaluationSplit.Create(10, 5, 5, 0));
        Should.Throw<ArgumentOutOfRangeException>(() => EvaluationSplit.Create(10, 0, 5, 0));
    }

    [Fact]
    public void Labels_for_other_rows_are_refused() =>
        Should.Throw<ArgumentException>(() => RadiusEvaluation.Run(
            [Model(8, 1, 1)], Vectors, LabelSet.FromClasses([1, 2]), Split, new RadiusEvaluationOptions()));

    private static LshModel Model(int bits, int tables, ulong seed) => LshTrainer.Train(
        new LshOptions { BitCount = bits, TableCount = tables, Seed = seed, Preprocessing = PreprocessingOrder.Unit }, Dimensions);

    private static int Distance(IHashModel model, int left, int right) => Enumerable.Range(0, model.TableCount).Min(
        table => model.EncodeOne(Vectors[left], table).HammingDistance(model.EncodeOne(Vectors[right], table)));

    private static double Cosine(int left, int right)
    {
        double dot = 0, a = 0, b = 0;
        for (int j = 0; j < Dimensions; j++)
        {
            dot += (double)Vectors[left][j] * Vectors[right][j];
            a += (double)Vectors[left][j] * Vectors[left][j];
            b += (double)Vectors[right][j] * Vectors[right][j];
        }

        return dot / Math.Sqrt(a * b);
    }
}
