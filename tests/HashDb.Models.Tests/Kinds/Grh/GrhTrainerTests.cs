using HashDb.Models.Data;
using HashDb.Models.Encoding;
using HashDb.Models.Files;
using HashDb.Models.Kinds.Gph;
using HashDb.Models.Kinds.Grh;
using HashDb.Models.Numerics;
using HashDb.Models.Tests.Training;
using HashDb.Models.Training;

namespace HashDb.Models.Tests.Kinds.Grh;

public sealed class GrhTrainerTests
{
    private static readonly GrhOptions Small = new() { BitCount = 12, Seed = 5, AnchorCount = 40, LengthScale = 1, Neighbours = 8 };

    public static TheoryData<GrhLearner, GrhStart, GrhAffinity> Ways => new()
    {
        { GrhLearner.Svm, GrhStart.Lsh, GrhAffinity.Labels },
        { GrhLearner.PassiveAggressive, GrhStart.Pca, GrhAffinity.Auto },
        { GrhLearner.Ridge, GrhStart.CcaItq, GrhAffinity.Neighbours },
        { GrhLearner.Kernel, GrhStart.Lsh, GrhAffinity.Labels },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public void Training_gives_the_same_bytes_whatever_the_threads(GrhLearner learner, GrhStart start, GrhAffinity affinity)
    {
        (FeatureMatrix vectors, LabelSet labels) = Blobs.Classes(600);
        GrhOptions options = Small with { Learner = learner, Start = start, Affinity = affinity };
        byte[] one = HashModelFile.ToBytes(GrhTrainer.Train(options with { MaxDegreeOfParallelism = 1 }, vectors, labels));
        byte[] five = HashModelFile.ToBytes(GrhTrainer.Train(options with { MaxDegreeOfParallelism = 5 }, vectors, labels));
        five.ShouldBe(one);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Rows_not_trained_on_fall_near_their_class(GrhLearner learner, GrhStart start, GrhAffinity affinity)
    {
        (FeatureMatrix all, LabelSet labels) = Blobs.Classes(900);
        var training = new FeatureMatrix(all.Values[..(600 * all.Dimensions)], all.Dimensions);
        LabelSet trainingLabels = LabelSet.FromClasses(Enumerable.Range(0, 600).Select(n => labels[n][0]).ToArray());
        IHashModel model = GrhTrainer.Train(Small with { Learner = learner, Start = start, Affinity = affinity }, training, trainingLabels);
        Hashcode[] codes = Enumerable.Range(600, 300).Select(n => model.EncodeOne(all[n])).ToArray();
        double near = 0, far = 0;
        int pairs = 0, others = 0;
        for (int a = 0; a < codes.Length; a++)
        {
            for (int b = 0; b < a; b++)
            {
                int distance = codes[a].HammingDistance(codes[b]);
                if (labels[600 + a][0] == labels[600 + b][0])
                    (near, pairs) = (near + distance, pairs + 1);
                else
                    (far, others) = (far + distance, others + 1);
            }
        }

        (near / pairs).ShouldBeLessThan(0.7 * far / others);
    }

    // Averages lie in [-1, 1], so a weight up to one half cannot turn a sign.
    [Theory]
    [InlineData(0.25, false)]
    [InlineData(0.5, false)]
    [InlineData(0.25, true)]
    public void Weight_up_to_one_half_changes_no_target(double alpha, bool rounded)
    {
        (FeatureMatrix vectors, LabelSet labels) = Blobs.Classes(300);
        MarginModel model = GrhTrainer.Train(Small with { Alpha = alpha, RoundProduct = rounded }, vectors, labels);
        model.Provenance.Training["changedByLastSmoothing"].AsReal().ShouldBe(0);
        GrhTrainer.Train(Small with { Alpha = 0.9, Iterations = 1 }, vectors, labels)
            .Provenance.Training["changedByLastSmoothing"].AsReal().ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Bits_whose_targets_are_all_equal_get_fresh_planes()
    {
        // With only two classes of nearly the same place, smoothing by majority soon makes bits constant.
        float[] values = TestData.Normal(400, 6, 3);
        for (int i = 0; i < values.Length; i++)
            values[i] += 5;
        LabelSet labels = LabelSet.FromClasses(Enumerable.Range(0, 400).Select(n => n % 2).ToArray());
        MarginModel model = GrhTrainer.Train(
            Small with { Alpha = 1, Preprocessing = PreprocessingOrder.None, Iterations = 1, BitCount = 16 },
            new FeatureMatrix(values, 6), labels);
        model.Provenance.Training["freshBits"].AsInteger().ShouldBeGreaterThan(0);
        byte[] codes = new byte[400 * 2];
        model.Encode(values, 400, codes);
        for (int bit = 0; bit < 16; bit++)
        {
            int set = Enumerable.Range(0, 400).Count(n => (codes[(2 * n) + (bit / 8)] >> (bit % 8) & 1) != 0);
            set.ShouldBeInRange(1, 399, $"bit {bit}");
        }
    }

    [Fact]
    public void Label_sets_average_over_rows_that_share_a_label()
    {
        const int Bits = 3;
        (_, LabelSet set) = Blobs.Sets(120);
        TrainingLabels labels = TrainingLabels.From(set);
        float[] codes = TestData.Normal(120, Bits, 4).Select(value => value >= 0 ? 1f : -1f).ToArray();
        float[] averages = new float[codes.Length];
        new SetAffinity(labels).Average(codes, Bits, averages, new ParallelOptions());
        for (int n = 0; n < 120; n++)
        {
            int[] neighbours = Enumerable.Range(0, 120).Where(j => set[n].ContainsAny(set[j])).ToArray();
            for (int k = 0; k < Bits; k++)
                averages[(n * Bits) + k].ShouldBe(neighbours.Average(j => codes[(j * Bits) + k]), 1e-6f);
        }
    }

    [Fact]
    public void Nearest_rows_average_over_themselves_and_the_row()
    {
        const int Count = 150, Dimensions = 4, Near = 6;
        float[] rows = TestData.Normal(Count, Dimensions, 5);
        float[] codes = TestData.Normal(Count, 2, 6).Select(value => value >= 0 ? 1f : -1f).ToArray();
        float[] averages = new float[codes.Length];
        new NeighbourAffinity(
            rows,
            Count,
            Dimensions,
            Near,
            ManagedAlgebra.Instance,
            new ParallelOptions()).Average(codes, 2, averages, new ParallelOptions());
        for (int n = 0; n < Count; n++)
        {
            int[] nearest = Enumerable.Range(0, Count)
                .OrderBy(
                    j => Enumerable.Range(0, Dimensions).Sum(d => Math.Pow(rows[(n * Dimensions) + d] - rows[(j * Dimensions) + d], 2)))
                .Take(Near + 1)
                .ToArray();
            averages[n * 2].ShouldBe(nearest.Average(j => codes[j * 2]), 1e-5f);
        }
    }

    [Fact]
    public void Support_vector_machine_reaches_the_minimum_of_its_objective()
    {
        const int Count = 200, Width = 8;
        float[] rows = TestData.Normal(Count, Width, 7);
        float[] targets =
            Enumerable.Range(0, Count).Select(n => rows[n * Width] + (0.5f * rows[(n * Width) + 1]) + 0.3f >= 0 ? 1f : -1f).ToArray();
        targets[3] = -targets[3];
        float[] weights = new float[Width + 1];
        weights[Width] = new SvmLearner(rows, Count, Width, 1, 1, 1e-6, 100_000).Fit(0, targets, 1, weights.AsSpan(0, Width));

        // The objective is convex and smooth, so at the minimum its gradient is zero.
        double[] gradient = Array.ConvertAll(weights, value => (double)value);
        for (int n = 0; n < Count; n++)
        {
            double value = weights[Width];
            for (int j = 0; j < Width; j++)
                value += weights[j] * rows[(n * Width) + j];
            double loss = Math.Max(0, 1 - (targets[n] * value));
            for (int j = 0; j <= Width; j++)
                gradient[j] -= 2 * loss * targets[n] * (j < Width ? rows[(n * Width) + j] : 1);
        }

        gradient.ShouldAllBe(value => Math.Abs(value) < 1e-2);
        weights.Max(Math.Abs).ShouldBeGreaterThan(0.5f);
    }

    [Fact]
    public void Ridge_solves_its_normal_equations()
    {
        const int Count = 300, Width = 5;
        float[] rows = TestData.Normal(Count, Width, 8).Select(value => value + 1).ToArray();
        float[] targets = Enumerable.Range(0, Count).Select(n => rows[n * Width] > 0.8f ? 1f : -1f).ToArray();
        var statistics = new RowStatistics(rows, Count, Width, ManagedAlgebra.Instance, new ParallelOptions());
        float[] weights = new float[Width];
        double bias = new RidgeLearner(statistics, rows, 2).Fit(0, targets, 1, weights);
        double[] gradient = Array.ConvertAll(weights, value => 2.0 * value);
        double sum = 0;
        for (int n = 0; n < Count; n++)
        {
            double residual = bias - targets[n];
            for (int j = 0; j < Width; j++)
                residual += weights[j] * rows[(n * Width) + j];
            sum += residual;
            for (int j = 0; j < Width; j++)
                gradient[j] += residual * rows[(n * Width) + j];
        }

        sum.ShouldBe(0, 1e-3);
        gradient.ShouldAllBe(value => Math.Abs(value) < 1e-2);
    }

    [Fact]
    public void Bad_input_is_refused_before_work_starts_and_named()
    {
        (FeatureMatrix vectors, LabelSet labels) = Blobs.Classes(40);
        Refused<ArgumentNullException>(() => GrhTrainer.Train(Small with { Affinity = GrhAffinity.Labels }, vectors, null), "labels");
        Refused<ArgumentNullException>(() => GrhTrainer.Train(Small with { Start = GrhStart.CcaItq }, vectors, null), "labels");
        Refused<ArgumentException>(() => GrhTrainer.Train(Small, vectors, LabelSet.FromClasses(new int[40])), "same label");
        Refused<ArgumentOutOfRangeException>(() => GrhTrainer.Train(Small with { Neighbours = 40 }, vectors, null), "40 training rows");
        Refused<ArgumentOutOfRangeException>(() => GrhTrainer.Train(Small with { Alpha = 1.1 }, vectors, labels), "Alpha");
        Refused<ArgumentOutOfRangeException>(() => GrhTrainer.Train(Small with { Alpha = double.NaN }, vectors, labels), "Alpha");
        Refused<ArgumentOutOfRangeException>(
            () => GrhTrainer.Train(Small with { Learner = GrhLearner.Kernel, AnchorCount = 41 }, vectors, labels), "40 training rows");
        Refused<ArgumentOutOfRangeException>(
            () => GrhTrainer.Train(Small with { Start = GrhStart.Pca, BitCount = 25 }, vectors, labels), "24 dimensions");
        Refused<ArgumentException>(
            () => GrhTrainer.Train(
                Small with { Learner = GrhLearner.Kernel, Anchors = InducingPointChoice.ClassKMeans }, vectors, null), "one class");
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Should.Throw<OperationCanceledException>(() => GrhTrainer.Train(Small, vectors, labels, null, cancelled.Token));
    }

    private static void Refused<TException>(Action action, string part)
        where TException : Exception => Should.Throw<TException>(action).Message.ShouldContain(part);
}
