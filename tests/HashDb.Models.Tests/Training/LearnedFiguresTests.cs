// The figures of the learned models on real vectors, through the same trainers, files and evaluation that a user has. Small enough
// to run in a minute each; the larger sizes belong to `hashdb evaluate paper`.
using HashDb.Models.Data;
using HashDb.Models.Evaluation;
using HashDb.Models.Kinds.Gph;
using HashDb.Models.Kinds.Grh;
using HashDb.Models.Kinds.Itq;

namespace HashDb.Models.Tests.Training;

[Trait("Category", "Figures")]
public sealed class LearnedFiguresTests
{
    private static readonly GphOptions BestMnist = new() { LengthScale = 0.9, SignalVariance = 100 };

    [Fact]
    public void Gph_full_inference_reaches_the_reference_with_300_points() =>
        Ranking("gph 5000/300 full", (x, y) => GphTrainer.Train(GphOptions.Published, x, y), 5_000).ShouldBeGreaterThan(0.295 - 0.015);

    [Fact]
    public void Gph_with_class_k_means_reaches_the_reference_with_300_points() =>
        Ranking("gph 5000/300 class k-means", (x, y) => GphTrainer.Train(new GphOptions(), x, y), 5_000).ShouldBeGreaterThan(0.356 - 0.015);

    [Fact]
    public void Gph_with_class_k_means_reaches_the_reference_on_40000_rows() =>
        Ranking(
            "gph 40000/300 class k-means",
            (x, y) => GphTrainer.Train(new GphOptions(), x, y),
            40_000).ShouldBeGreaterThan(0.392 - 0.01 - 0.015);

    [Fact]
    public void Cca_itq_reaches_the_reference() =>
        Ranking("cca-itq 5000", (x, y) => CcaItqTrainer.Train(new CcaItqOptions(), x, y), 5_000).ShouldBeGreaterThan(0.26);

    [Fact]
    public void Grh_with_a_kernel_reaches_the_reference() =>
        Ranking(
            "grh kernel 5000",
            (x, y) => GrhTrainer.Train(new GrhOptions { Learner = GrhLearner.Kernel, Start = GrhStart.CcaItq }, x, y),
            5_000)
            .ShouldBeGreaterThan(0.34);

    [Fact]
    public void Grh_with_hyperplanes_from_cca_itq_reaches_the_reference() =>
        Ranking("grh svm 5000 from cca-itq", (x, y) => GrhTrainer.Train(new GrhOptions { Start = GrhStart.CcaItq }, x, y), 5_000)
            .ShouldBeGreaterThan(0.265);

    [Fact]
    public void Gph_on_MNIST_reaches_the_reference()
    {
        FeatureMatrix vectors = FeatureFile.ReadAll(SharedData.Find("data", "mnist-t10k-images-idx3-ubyte.gz"));
        LabelSet labels = LabelFile.Read(SharedData.Find("data", "mnist-t10k-labels-idx1-ubyte.gz"));
        Ranking("mnist 5000/300 class k-means", vectors, labels, (x, y) => GphTrainer.Train(BestMnist, x, y), 5_000, heldOut: 5_000)
            .ShouldBeGreaterThan(0.919 - 0.015);
    }

    [Fact]
    public void Gph_on_multi_label_words_reaches_the_reference()
    {
        FeatureMatrix vectors = FeatureFile.ReadAll(SharedData.Find("data", "corel16k-bow500.npy.gz"));
        LabelSet labels = LabelFile.Read(SharedData.Find("data", "corel16k-labels.npy.gz"));
        GphOptions options = new() { LengthScale = 2, SignalVariance = 1, PairScale = 0.1 };
        Ranking(
            "corel 5000/300",
            vectors,
            labels,
            (x, y) => GphTrainer.Train(options, x, y),
            5_000,
            heldOut: 5_000).ShouldBeGreaterThan(0.242 - 0.01);
    }

    [Theory]
    [InlineData(GrhLearner.Svm, 0.6, 16, "tutorial-alpha0.6.json", "GRH-SVM-16")]
    [InlineData(GrhLearner.Svm, 0.6, 32, "tutorial-alpha0.6.json", "GRH-SVM-32")]
    [InlineData(GrhLearner.PassiveAggressive, 0.6, 16, "tutorial-alpha0.6.json", "GRH-PA-16")]
    [InlineData(GrhLearner.PassiveAggressive, 0.6, 32, "tutorial-alpha0.6.json", "GRH-PA-32")]
    [InlineData(GrhLearner.Svm, 0.25, 16, "tutorial-alpha0.25.json", "GRH-SVM-16")]
    [InlineData(GrhLearner.PassiveAggressive, 0.25, 16, "tutorial-alpha0.25.json", "GRH-PA-16")]
    public void Grh_precision_by_radius_is_that_of_the_reference(GrhLearner learner, double alpha, int bits, string file, string name)
    {
        (FeatureMatrix vectors, LabelSet labels) = SharedData.Cifar;
        List<RadiusEvaluationResult> results = [];
        for (ulong seed = 1; seed <= 3; seed++)
        {
            EvaluationSplit split = EvaluationSplit.Create(vectors.Count, 1_000, 1_198, seed);
            IHashModel model = GrhTrainer.Train(
                GrhOptions.Tutorial with { Alpha = alpha, Learner = learner, BitCount = bits, Seed = seed },
                split.TrainingVectors(vectors), Select(
                    labels, split.Training.Span));
            results.AddRange(RadiusEvaluation.Run([model], vectors, labels, split, new RadiusEvaluationOptions()));
        }

        var reference = SharedData.Reference(file)[name]!["radius"]!;
        foreach (RadiusPoint point in RadiusEvaluationResult.Mean(results).Points)
        {
            double Number(string figure) => reference[$"{point.Radius}"]![figure]!.GetValue<double>();
            Report(
                $"{name} alpha {alpha} radius {point.Radius}: {point.PrecisionOfAnswered:F3} ({Number("seed"):F3}), answered "
                + $"{point.AnsweredShare:F3} ({Number("answered"):F3}), candidates {point.MeanCandidates:F0} ({Number("candidates"):F0})");
            if (Number("answered") < 0.5)
                continue;
            point.PrecisionOfAnswered.ShouldBe(Number("seed"), 0.04, $"radius {point.Radius}");
            point.MeanCandidates.ShouldBeInRange(Number("candidates") / 2.5, Number("candidates") * 2.5, $"radius {point.Radius}");
        }
    }

    private static double Ranking(string name, Func<FeatureMatrix, LabelSet, IHashModel> train, int training)
    {
        (FeatureMatrix vectors, LabelSet labels) = SharedData.Cifar;
        return Ranking(name, vectors, labels, train, training, heldOut: 10_000);
    }

    private static double Ranking(
        string name, FeatureMatrix vectors, LabelSet labels, Func<FeatureMatrix, LabelSet, IHashModel> train, int training, int heldOut)
    {
        EvaluationSplit split = EvaluationSplit.Create(vectors.Count, heldOut, Math.Min(training, vectors.Count - heldOut - 1), 1);
        long started = System.Diagnostics.Stopwatch.GetTimestamp();
        IHashModel model = train(split.TrainingVectors(vectors), Select(labels, split.Training.Span));
        TimeSpan elapsed = System.Diagnostics.Stopwatch.GetElapsedTime(started);
        HashcodeSet codes = HashcodeSet.Encode(model, vectors, split.Queries.Span);
        RankingEvaluationResult result =
            RankingEvaluation.Run(codes, split.Queries, codes, split.Queries, labels, new RankingEvaluationOptions());
        Report(
            $"{name}: mAP {result.MeanAveragePrecision:F4}, over ties {result.ExpectedMeanAveragePrecision:F4}, P2 "
            + $"{result.MeanPrecisionWithinRadius:F4}, trained in {elapsed.TotalSeconds:F1} s");
        return result.MeanAveragePrecision;
    }

    private static LabelSet Select(LabelSet labels, ReadOnlySpan<int> rows)
    {
        if (!labels.IsMultiLabel)
        {
            int[] classes = new int[rows.Length];
            for (int i = 0; i < rows.Length; i++)
                classes[i] = labels[rows[i]][0];
            return LabelSet.FromClasses(classes);
        }

        var sets = new IReadOnlyList<int>[rows.Length];
        for (int i = 0; i < rows.Length; i++)
            sets[i] = labels[rows[i]].ToArray();
        return LabelSet.FromRows(sets, labels.ClassCount);
    }

    private static void Report(string text) =>
        TestContext.Current.TestOutputHelper?.WriteLine(text.ToString(System.Globalization.CultureInfo.InvariantCulture));
}
