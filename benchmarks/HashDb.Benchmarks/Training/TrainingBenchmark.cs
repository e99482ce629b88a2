// Times training: first the matrix products of our own kernels beside those of OpenBLAS, in one run and on one thread each, then
// each kind of model on real vectors. `training` alone measures the products; `training FEATURES LABELS [ROWS]` trains, too.
using System.Diagnostics;
using System.Globalization;
using HashDb.Models;
using HashDb.Models.Data;
using HashDb.Models.Kinds.Gph;
using HashDb.Models.Kinds.Grh;
using HashDb.Models.Kinds.Itq;
using HashDb.Models.Numerics;

namespace HashDb.Benchmarks;

/// <summary>Measures what training costs.</summary>
internal static class TrainingBenchmark
{
    private const int Repeats = 5;

    public static void Run(string[] arguments, TextWriter output)
    {
        PrintProducts(output);
        if (arguments.Length < 2)
            return;
        FeatureMatrix vectors = FeatureFile.ReadAll(arguments[0]);
        LabelSet labels = LabelFile.Read(arguments[1]);
        int rows = arguments.Length > 2 ? int.Parse(arguments[2], CultureInfo.InvariantCulture) : Math.Min(vectors.Count, 5_000);
        PrintTraining(vectors, labels, rows, output);
    }

    private static void PrintProducts(TextWriter output)
    {
        output.WriteLine("product | size | managed GFLOP/s | openblas GFLOP/s | managed / openblas");
        const int Count = 4_096;
        foreach (int width in (int[])[300, 1_000])
        {
            float[] vectors =
                Normal(Count * width, 1), square = Normal(width * width, 2), weights = Normal(Count, 3), product = new float[Count * width];
            for (int i = 0; i < width; i++)
                square.AsSpan((i * width) + i + 1, width - i - 1).Clear();
            double[] gram = new double[width * width], norms = new double[Count];

            // The operations a dense product takes; a kernel that skips a triangle's zeros shows more than the machine's peak.
            double work = 2.0 * Count * width * width;
            Compare("gemm", width, work, algebra => algebra.MultiplyTransposed(vectors, square, Count, width, width, product));
            Compare("weighted gram", width, work, algebra => algebra.AddWeightedGram(vectors, weights, Count, width, gram));
            Compare("variances", width, work, algebra => algebra.LowerSquaredNorms(vectors, square, Count, width, norms));
        }

        void Compare(string name, int width, double work, Action<IDenseAlgebra> action)
        {
            double ours = work / Best(() => action(ManagedAlgebra.Instance)) / 1e9;
            double theirs = OpenBlasAlgebra.IsAvailable ? work / Best(() => action(OpenBlasAlgebra.Load())) / 1e9 : double.NaN;
            output.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"{name} | {Count} x {width} | {ours:F1} | {theirs:F1} | {ours / theirs:F2}"));
        }
    }

    private static void PrintTraining(FeatureMatrix all, LabelSet allLabels, int rows, TextWriter output)
    {
        FeatureMatrix vectors = new(all.Values[..(rows * all.Dimensions)], all.Dimensions);
        LabelSet labels = First(allLabels, rows);
        FeatureMatrix few = new(all.Values[..(Math.Min(rows, 1_198) * all.Dimensions)], all.Dimensions);
        LabelSet fewLabels = First(allLabels, few.Count);
        output.WriteLine("model | rows | seconds | peak MB of the process so far");
        Report("itq", vectors, () => ItqTrainer.Train(new ItqOptions(), vectors));
        Report("cca-itq", vectors, () => CcaItqTrainer.Train(new CcaItqOptions(), vectors, labels));
        Report("grh svm", few, () => GrhTrainer.Train(GrhOptions.Tutorial with { Alpha = 0.6 }, few, fewLabels));
        Report(
            "grh passive-aggressive",
            few,
            () => GrhTrainer.Train(GrhOptions.Tutorial with { Alpha = 0.6, Learner = GrhLearner.PassiveAggressive }, few, fewLabels));
        Report(
            "grh kernel",
            vectors,
            () => GrhTrainer.Train(new GrhOptions { Learner = GrhLearner.Kernel, Start = GrhStart.CcaItq }, vectors, labels));
        Report("gph 300 points", vectors, () => GphTrainer.Train(new GphOptions(), vectors, labels));
        Report("gph 300 points, full inference", vectors, () => GphTrainer.Train(GphOptions.Published, vectors, labels));
        Report("gph 1000 points", vectors, () => GphTrainer.Train(new GphOptions { InducingPointCount = 1_000 }, vectors, labels));

        void Report(string name, FeatureMatrix trained, Func<IHashModel> train)
        {
            Stopwatch watch = Stopwatch.StartNew();
            train();
            double seconds = watch.Elapsed.TotalSeconds;
            using Process process = Process.GetCurrentProcess();
            output.WriteLine(
                string.Create(CultureInfo.InvariantCulture, $"{name} | {trained.Count} | {seconds:F2} | {process.PeakWorkingSet64 >> 20}"));
        }
    }

    private static LabelSet First(LabelSet labels, int rows)
    {
        if (!labels.IsMultiLabel)
            return LabelSet.FromClasses(Enumerable.Range(0, rows).Select(row => labels[row][0]).ToArray());
        return LabelSet.FromRows(
            Enumerable.Range(0, rows).Select(row => (IReadOnlyList<int>)labels[row].ToArray()).ToArray(), labels.ClassCount);
    }

    private static double Best(Action action)
    {
        action();
        double best = double.PositiveInfinity;
        for (int i = 0; i < Repeats; i++)
        {
            Stopwatch watch = Stopwatch.StartNew();
            action();
            best = Math.Min(best, watch.Elapsed.TotalSeconds);
        }

        return best;
    }

    private static float[] Normal(int count, ulong seed)
    {
        float[] values = new float[count];
        new SeededRandom(seed).FillNormal(values);
        return values;
    }
}
