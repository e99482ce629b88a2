using HashDb.Models.Data;
using HashDb.Models.Encoding;
using HashDb.Models.Files;
using HashDb.Models.Kinds.Gph;
using HashDb.Models.Kinds.Grh;
using HashDb.Models.Kinds.Grh.Streaming;
using HashDb.Models.Kinds.Itq;
using HashDb.Models.Kinds.Lsh;
using HashDb.Models.Numerics;
using HashDb.Models.Training;

namespace HashDb.Models.Tests.Kinds.Grh.Streaming;

public sealed class GrhStreamLearnerTests
{
    private const int Dimensions = 37;

    [Fact]
    public void Hyperplanes_move_as_the_published_rule_says()
    {
        foreach (GrhStreamRule rule in Enum.GetValues<GrhStreamRule>())
        {
            LshModel start = Start(bits: 20);
            GrhStreamOptions options = new() { Rule = rule, Cost = 0.2, Averaging = false };
            GrhStreamLearner learner = new(start, options);
            float[] vectors = TestData.Normal(50, Dimensions, 5);
            double[] expected = [.. start.Weights.Span.ToArray().Select(w => (double)w)];
            for (int i = 0; i < 50; i++)
            {
                learner.Learn(vectors.AsSpan(i * Dimensions, Dimensions), [Labels(i % 3)]);
                float[] x = new float[Dimensions];
                start.Preprocessing.Apply(vectors.AsSpan(i * Dimensions, Dimensions), x);
                Hashcode target = learner.GetTarget(i % 3)!.Value;
                double squares = x.Sum(v => (double)v * v);
                for (int k = 0; k < 20; k++)
                {
                    double value = Enumerable.Range(0, Dimensions).Sum(d => expected[(k * Dimensions) + d] * x[d]);
                    double t = target[k] ? 1 : -1;
                    double loss = Math.Max(0, 1 - (t * value));
                    double step = rule == GrhStreamRule.PassiveAggressive1
                        ? Math.Min(0.2, loss / squares)
                        : loss / (squares + (1 / (2 * 0.2)));
                    for (int d = 0; d < Dimensions; d++)
                        expected[(k * Dimensions) + d] += step * t * x[d];
                }
            }

            float[] weights = learner.CreateModel().Weights.ToArray();
            for (int i = 0; i < weights.Length; i++)
                weights[i].ShouldBe((float)expected[i], 1e-4f, $"{rule}, weight {i}");
        }
    }

    [Fact]
    public void Served_hyperplanes_are_the_mean_of_the_states_after_every_sixteenth_item()
    {
        LshModel start = Start();
        GrhStreamLearner averaged = new(start, new GrhStreamOptions());
        GrhStreamLearner plain = new(start, new GrhStreamOptions { Averaging = false });
        (float[] vectors, ReadOnlyMemory<int>[] labels) = Items(90, 4);
        double[] sums = new double[start.Weights.Length];
        for (int i = 0; i < 90; i++)
        {
            averaged.Learn(vectors.AsSpan(i * Dimensions, Dimensions), [labels[i]]);
            plain.Learn(vectors.AsSpan(i * Dimensions, Dimensions), [labels[i]]);
            if ((i + 1) % GrhStreamOptions.AveragingInterval == 0)
            {
                for (int w = 0; w < sums.Length; w++)
                    sums[w] += plain.CreateModel().Weights.Span[w];
            }
        }

        averaged.CreateModel().Weights.ToArray().ShouldBe([.. sums.Select(sum => (float)(sum / 5))]);
    }

    [Fact]
    public void State_depends_on_the_items_only_not_on_batches_snapshots_or_resumption()
    {
        (float[] vectors, ReadOnlyMemory<int>[] labels) = Items(700, 9, several: true);
        GrhStreamLearner whole = new(Start(), new GrhStreamOptions());
        whole.Learn(vectors, labels);
        byte[] expected = HashModelFile.ToBytes(whole.CreateState());

        GrhStreamLearner pieces = new(Start(), new GrhStreamOptions());
        SeededRandom random = new(3);
        for (int first = 0; first < 700;)
        {
            int count = Math.Min(700 - first, random.NextInt32(40));
            pieces.Learn(vectors.AsSpan(first * Dimensions, count * Dimensions), labels[first..(first + count)]);
            first += count;
            if (random.NextInt32(3) == 0)
                pieces =
                    GrhStreamLearner.Resume((GrhStreamModel)HashModelFile.FromBytes(HashModelFile.ToBytes(pieces.CreateState()), "state"));
        }

        HashModelFile.ToBytes(pieces.CreateState()).ShouldBe(expected);
        HashModelFile.ToBytes(pieces.CreateModel()).ShouldBe(HashModelFile.ToBytes(whole.CreateModel()));
    }

    // The bytes that a stream gave once. Whoever changes them breaks the replay of every log that is older.
    [Fact]
    public void State_is_the_one_that_was_written_down()
    {
        (float[] vectors, ReadOnlyMemory<int>[] labels) = Items(500, 30, several: true);
        GrhStreamLearner learner = new(Start(bits: 40, tables: 2), new GrhStreamOptions());
        learner.Learn(vectors, labels);
        HashModelFile.Fingerprint(learner.CreateState())
            .ToString()
            .ShouldBe("314934af0a451010354e28d6516677f0724873f59f8f28576b7f80b24e3c3330");
        HashModelFile.Fingerprint(learner.CreateModel())
            .ToString()
            .ShouldBe("2de168524c90d3fd33ee8810d451ace21a48afe1cfa35066de96d1833e6860da");
    }

    [Theory]
    [InlineData(16, 10)]
    [InlineData(16, 30)]
    [InlineData(32, 100)]
    [InlineData(9, 5)]
    public void Targets_keep_a_quarter_of_the_bits_apart_and_stay_when_settled(int bits, int classes)
    {
        (float[] vectors, ReadOnlyMemory<int>[] labels) = Items(classes * 40, classes);
        GrhStreamLearner learner = new(Start(bits), new GrhStreamOptions());
        learner.Learn(vectors, labels);
        Hashcode[] targets = [.. Enumerable.Range(0, classes).Select(c => learner.GetTarget(c)!.Value)];
        for (int a = 0; a < classes; a++)
        {
            for (int b = 0; b < a; b++)
                targets[a].HammingDistance(targets[b]).ShouldBeGreaterThanOrEqualTo(bits / 4, $"classes {a} and {b}");
        }

        (vectors, _) = Items(300, 1, seed: 77);
        learner.Learn(vectors, [.. Enumerable.Range(0, 300).Select(i => Labels(i % (2 * classes)))]);
        for (int c = 0; c < classes; c++)
            learner.GetTarget(c).ShouldBe(targets[c]);
        learner.ClassCount.ShouldBe(Math.Min(2 * classes, 300));
    }

    [Fact]
    public void Labels_that_occur_several_times_count_as_often_and_in_any_order()
    {
        LshModel start = Start();
        (float[] vectors, ReadOnlyMemory<int>[] labels) = Items(64, 4);
        byte[] Learned(params int[] last)
        {
            GrhStreamLearner learner = new(start, new GrhStreamOptions());
            learner.Learn(vectors, labels);
            learner.Learn(vectors.AsSpan(0, Dimensions), [Labels(last)]);
            return HashModelFile.ToBytes(learner.CreateState());
        }

        Learned(1, 2, 1, 3).ShouldBe(Learned(3, 1, 1, 2));
        Learned(1, 2, 1, 3).ShouldNotBe(Learned(1, 2, 3));
    }

    [Fact]
    public void An_item_without_labels_counts_and_moves_nothing()
    {
        GrhStreamLearner learner = new(Start(), new GrhStreamOptions { Averaging = false });
        learner.Learn(TestData.Normal(3, Dimensions), [Labels(), Labels(), Labels()]);
        learner.ItemCount.ShouldBe(3);
        learner.UpdateCount.ShouldBe(0);
        learner.ClassCount.ShouldBe(0);
        learner.CreateModel().Weights.ToArray().ShouldBe(Start().Weights.ToArray());
    }

    [Fact]
    public void Every_model_of_hyperplanes_can_start_and_others_are_refused()
    {
        (float[] vectors, ReadOnlyMemory<int>[] labels) = Items(120, 3);
        FeatureMatrix matrix = new(vectors, Dimensions);
        LabelSet classes = LabelSet.FromClasses([.. labels.Select(l => l.Span[0])]);
        IHashModel[] starts =
        [
            Start(),
            Start(tables: 3),
            ItqTrainer.Train(new ItqOptions(), matrix),
            CcaItqTrainer.Train(new CcaItqOptions(), matrix, classes),
            GrhTrainer.Train(new GrhOptions(), matrix, classes),
        ];
        foreach (IHashModel start in starts)
        {
            GrhStreamLearner learner = new(start, new GrhStreamOptions());
            learner.Learn(vectors, labels);
            IHashModel model = HashModelFile.FromBytes(HashModelFile.ToBytes(learner.CreateModel()), "model");
            (model.Kind, model.Dimensions, model.BitCount, model.TableCount).ShouldBe(
                (GrhModel.KindName, Dimensions, start.BitCount, start.TableCount));
            model.Preprocessing.IsSameAs(start.Preprocessing).ShouldBeTrue();
            ((HyperplaneModel)model).Bias.ToArray().ShouldBe(((HyperplaneModel)start).Bias.ToArray());
            learner.BaseFingerprint.ShouldBe(HashModelFile.Fingerprint(start));
        }

        IHashModel gph = GphTrainer.Train(new GphOptions { BitCount = 8, InducingPointCount = 20 }, matrix, classes);
        IHashModel kernel = GrhTrainer.Train(new GrhOptions { Learner = GrhLearner.Kernel, AnchorCount = 20 }, matrix, classes);
        foreach (IHashModel refused in (IHashModel[])[gph, kernel])
        {
            HashDbException thrown = Should.Throw<HashDbException>(() => new GrhStreamLearner(refused, new GrhStreamOptions()));
            thrown.Code.ShouldBe(HashDbErrorCode.UnsupportedOperation);
            thrown.Message.ShouldContain($"'{refused.Kind}'");
        }
    }

    [Fact]
    public void Too_many_classes_are_refused_and_nothing_of_the_batch_is_learned()
    {
        GrhStreamLearner learner = new(Start(bits: 8), new GrhStreamOptions());
        (float[] vectors, ReadOnlyMemory<int>[] labels) = Items(2, 2);
        learner.Learn(vectors, labels);
        byte[] before = HashModelFile.ToBytes(learner.CreateState());
        int[] many = [.. Enumerable.Range(1, GrhStreamOptions.MaxClassCount)];
        HashDbException thrown = Should.Throw<HashDbException>(() => learner.Learn(vectors, [Labels(0), many]));
        thrown.Code.ShouldBe(HashDbErrorCode.LimitExceeded);
        thrown.Message.ShouldContain("4096");
        HashModelFile.ToBytes(learner.CreateState()).ShouldBe(before);
    }

    [Theory]
    [InlineData(16, 1, 4_096)]
    [InlineData(64, 1, 4_096)]
    [InlineData(65, 1, 4_032)]
    [InlineData(512, 1, 512)]
    [InlineData(512, 64, 8)]
    public void Longer_codes_have_fewer_classes(int bits, int tables, int limit) =>
        StreamLearning.ClassLimit(Start(bits, tables)).ShouldBe(limit);

    [Fact]
    public void Neighbours_with_many_labels_are_learned_in_time_that_grows_with_their_number_only()
    {
        GrhStreamLearner learner = new(Start(), new GrhStreamOptions());
        int[] many = [.. Enumerable.Range(0, 400_000).Select(i => i % GrhStreamOptions.MaxClassCount)];
        learner.Learn(TestData.Normal(2, Dimensions), [many, many]);
        learner.ClassCount.ShouldBe(GrhStreamOptions.MaxClassCount);
        learner.UpdateCount.ShouldBe(2);
    }

    [Fact]
    public void Bad_rows_and_options_are_named()
    {
        GrhStreamLearner learner = new(Start(), new GrhStreamOptions());
        (float[] vectors, ReadOnlyMemory<int>[] labels) = Items(3, 2);
        vectors[Dimensions + 4] = float.NaN;
        Should.Throw<ArgumentException>(() => learner.Learn(vectors, labels)).Message.ShouldContain("Row 1 is not finite");
        Should.Throw<ArgumentException>(() => learner.Learn(vectors.AsSpan(1), labels)).Message.ShouldContain("3 rows");
        learner.ItemCount.ShouldBe(0);
        Should.Throw<ArgumentException>(
            () => learner.Learn(StreamBatch.Create(Preprocessing.None, new float[Dimensions], Dimensions, [Labels(1)])))
            .Message.ShouldContain("another model");
        foreach (GrhStreamOptions bad in (GrhStreamOptions[])[new() { Alpha = 0.5 }, new() { Alpha = double.NaN }, new() { Cost = 0 },
        new() { Cost = 1e7 }, new() { Rule = (GrhStreamRule)9 }])
            Should.Throw<ArgumentOutOfRangeException>(() => new GrhStreamLearner(Start(), bad));
    }

    [Fact]
    public void Huge_unscaled_vectors_never_make_a_weight_that_is_not_finite()
    {
        LshModel start = LshTrainer.Train(new LshOptions { BitCount = 16, Preprocessing = PreprocessingOrder.None }, Dimensions);
        GrhStreamLearner learner = new(start, new GrhStreamOptions { Cost = GrhStreamOptions.MaxCost });
        float[] vectors = TestData.Normal(200, Dimensions);
        for (int i = 0; i < 200; i++)
        {
            float scale = (i % 4) switch { 0 => 1e38f, 1 => 1e-38f, 2 => 0f, _ => 1f };
            foreach (ref float value in vectors.AsSpan(i * Dimensions, Dimensions))
                value = Math.Clamp(value, -3, 3) * scale;
        }

        learner.Learn(vectors, [.. Enumerable.Range(0, 200).Select(i => Labels(i % 5))]);
        learner.ItemCount.ShouldBe(200);
        HashModelFile.FromBytes(HashModelFile.ToBytes(learner.CreateState()), "state").Dimensions.ShouldBe(Dimensions);
    }

    internal static LshModel Start(int bits = 16, int tables = 1) => LshTrainer.Train(
        new LshOptions { BitCount = bits, TableCount = tables, Seed = 4, Preprocessing = PreprocessingOrder.CenterThenUnit },
        TestData.Normal(50, Dimensions, 8), 50, Dimensions);

    /// <summary>Vectors around one centre per class.</summary>
    internal static (float[] Vectors, ReadOnlyMemory<int>[] Labels) Items(int count, int classes, bool several = false, ulong seed = 11)
    {
        float[] centres = TestData.Normal(classes, Dimensions, seed);
        float[] vectors = TestData.Normal(count, Dimensions, seed + 1);
        var labels = new ReadOnlyMemory<int>[count];
        for (int i = 0; i < count; i++)
        {
            int c = i % classes;
            for (int d = 0; d < Dimensions; d++)
                vectors[(i * Dimensions) + d] += centres[(c * Dimensions) + d];
            labels[i] = several && i % 3 == 0 ? Labels(c, (c + 1) % classes) : Labels(c);
        }

        return (vectors, labels);
    }

    private static ReadOnlyMemory<int> Labels(params int[] labels) => labels;
}
