using HashDb.Models.Data;
using HashDb.Models.Files;
using HashDb.Models.Kinds.Gph;
using HashDb.Models.Tests.Training;
using HashDb.Models.Training;

namespace HashDb.Models.Tests.Kinds.Gph;

public sealed class GphTrainerTests
{
    private static readonly GphOptions Small = new() { BitCount = 12, InducingPointCount = 30, LengthScale = 1, Seed = 5 };

    public static TheoryData<GphInference, InducingPointChoice, SparseApproximation> Ways => new()
    {
        { GphInference.ClassCodes, InducingPointChoice.ClassKMeans, SparseApproximation.Dtc },
        { GphInference.Full, InducingPointChoice.Random, SparseApproximation.Fitc },
        { GphInference.Full, InducingPointChoice.KMeans, SparseApproximation.Dtc },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public void Training_gives_the_same_bytes_whatever_the_threads(
        GphInference inference, InducingPointChoice points, SparseApproximation approximation)
    {
        (FeatureMatrix vectors, LabelSet labels) = Blobs.Classes(700);
        GphOptions options = Small with { Inference = inference, InducingPoints = points, Approximation = approximation };
        byte[] one = HashModelFile.ToBytes(GphTrainer.Train(options with { MaxDegreeOfParallelism = 1 }, vectors, labels));
        byte[] five = HashModelFile.ToBytes(GphTrainer.Train(options with { MaxDegreeOfParallelism = 5 }, vectors, labels));
        five.ShouldBe(one);
        HashModelFile.ToBytes(GphTrainer.Train(options with { Seed = 6 }, vectors, labels)).ShouldNotBe(one);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Rows_not_trained_on_fall_near_their_class(
        GphInference inference, InducingPointChoice points, SparseApproximation approximation)
    {
        (FeatureMatrix all, LabelSet labels) = Blobs.Classes(900);
        var training = new FeatureMatrix(all.Values[..(600 * all.Dimensions)], all.Dimensions);
        LabelSet trainingLabels = LabelSet.FromClasses(Enumerable.Range(0, 600).Select(n => labels[n][0]).ToArray());
        GphModel model = GphTrainer.Train(
            Small with { Inference = inference, InducingPoints = points, Approximation = approximation }, training, trainingLabels);
        CheckSeparates(model, all, 600, (a, b) => labels[a][0] == labels[b][0]);
    }

    [Fact]
    public void Label_sets_are_learned_by_full_inference()
    {
        (FeatureMatrix vectors, LabelSet labels) = Blobs.Sets(700);
        GphModel model = GphTrainer.Train(Small, vectors, labels);
        model.Provenance.Options["inference"].AsText().ShouldBe("full");
        model.Provenance.Options["point-choice"].AsText().ShouldBe("k-means");
        CheckSeparates(model, vectors, 500, (a, b) => labels[a].ContainsAny(labels[b]));
    }

    [Fact]
    public void One_hot_sets_are_classes()
    {
        (FeatureMatrix vectors, LabelSet labels) = Blobs.Classes(300);
        LabelSet hot = LabelSet.FromRows(Enumerable.Range(0, 300).Select(n => (IReadOnlyList<int>)[labels[n][0]]).ToArray(), 5);
        GphTrainer.Train(Small, vectors, hot).Weights.ToArray().ShouldBe(GphTrainer.Train(Small, vectors, labels).Weights.ToArray());
    }

    [Fact]
    public void Chosen_kernel_is_on_the_grid_and_recorded()
    {
        (FeatureMatrix vectors, LabelSet labels) = Blobs.Classes(400);
        GphModel model = GphTrainer.Train(Small with { ChooseKernel = true, LengthScale = 1e-3 }, vectors, labels);
        model.LengthScale.ShouldBeOneOf(0.5, 0.7, 1, 1.4, 2);
        model.Provenance.Options["length-scale"].AsReal().ShouldBe(model.LengthScale);
    }

    [Fact]
    public void Bad_input_is_refused_before_work_starts_and_named()
    {
        (FeatureMatrix vectors, LabelSet labels) = Blobs.Classes(40);
        LabelSet oneClass = LabelSet.FromClasses(new int[40]);
        Refused<ArgumentNullException>(() => GphTrainer.Train(Small, vectors, null!), "needs a label");
        Refused<ArgumentException>(() => GphTrainer.Train(Small, vectors, oneClass), "same label");
        Refused<ArgumentException>(() => GphTrainer.Train(Small, vectors, Blobs.Classes(39).Labels), "labels for 39");
        Refused<ArgumentOutOfRangeException>(
            () => GphTrainer.Train(Small with { InducingPointCount = 41 }, vectors, labels), "40 training rows");
        Refused<ArgumentOutOfRangeException>(() => GphTrainer.Train(Small with { BitCount = 65 }, vectors, labels), "8 to 64");
        Refused<ArgumentOutOfRangeException>(() => GphTrainer.Train(Small with { BitCount = 7 }, vectors, labels), "8 to 64");
        Refused<ArgumentOutOfRangeException>(
            () => GphTrainer.Train(Small with { LengthScale = double.NaN }, vectors, labels), "LengthScale");
        Refused<ArgumentException>(
            () => GphTrainer.Train(Small with { Inference = GphInference.ClassCodes }, vectors, Blobs.Sets(40).Labels), "class-codes");
        Refused<ArgumentException>(
            () => GphTrainer.Train(Small with { InducingPoints = InducingPointChoice.ClassKMeans }, vectors, Blobs.Sets(40).Labels),
            "k-means");
        float[] values = vectors.Values.ToArray();
        values[(17 * vectors.Dimensions) + 3] = float.NaN;
        Refused<ArgumentException>(() => GphTrainer.Train(Small, new FeatureMatrix(values, vectors.Dimensions), labels), "Row 17");
    }

    [Fact]
    public void Cancelled_training_stops_and_progress_grows_to_one()
    {
        (FeatureMatrix vectors, LabelSet labels) = Blobs.Classes(500);
        var steps = new Steps();
        GphTrainer.Train(Small with { Inference = GphInference.Full, MaxDegreeOfParallelism = 1 }, vectors, labels, steps);
        steps.Fractions.ShouldBe(steps.Fractions.Order());
        steps.Fractions[^1].ShouldBe(1);

        using var source = new CancellationTokenSource();
        var cancelling = new Steps { After = source.Cancel };
        Should.Throw<OperationCanceledException>(
            () => GphTrainer.Train(Small with { Inference = GphInference.Full }, vectors, labels, cancelling, source.Token));
    }

    private static void Refused<TException>(Action action, string part)
        where TException : Exception => Should.Throw<TException>(action).Message.ShouldContain(part);

    private static void CheckSeparates(GphModel model, FeatureMatrix all, int first, Func<int, int, bool> similar)
    {
        double near = 0, far = 0;
        int pairs = 0, others = 0;
        Hashcode[] codes = Enumerable.Range(first, all.Count - first).Select(n => model.EncodeOne(all[n])).ToArray();
        for (int a = 0; a < codes.Length; a++)
        {
            for (int b = 0; b < a; b++)
            {
                int distance = codes[a].HammingDistance(codes[b]);
                if (similar(first + a, first + b))
                    (near, pairs) = (near + distance, pairs + 1);
                else
                    (far, others) = (far + distance, others + 1);
            }
        }

        (near / pairs).ShouldBeLessThan(0.5 * far / others);
    }

    private sealed class Steps : IProgress<TrainingProgress>
    {
        public List<double> Fractions { get; } = [];

        public Action? After { get; init; }

        public void Report(TrainingProgress value)
        {
            lock (Fractions)
                Fractions.Add(value.Fraction);
            if (value.Step == "sweeps")
                After?.Invoke();
        }
    }
}
