using HashDb.Cli.Input;
using HashDb.Models.Evaluation;

namespace HashDb.Cli.Evaluation;

/// <summary>What the comparison with the literature trains, and on which rows.</summary>
internal sealed record PaperPlan
{
    /// <summary>Rows held out, if there are five times as many; a fifth otherwise.</summary>
    public const int DefaultTestCount = 10_000;

    private static readonly int[] AllLengths = [8, 16, 32, 64];

    public required PaperDataSet Data { get; init; }

    public required int BitCount { get; init; }

    /// <summary>Rows that no model is trained on, each a query against the others.</summary>
    public required int TestCount { get; init; }

    public required int SmallTrainingCount { get; init; }

    /// <summary>0 for the small comparison alone.</summary>
    public required int LargeTrainingCount { get; init; }

    public required ulong Seed { get; init; }

    public required IReadOnlyList<PaperRow> Rows { get; init; }

    /// <summary>Lines of the drawing of mAP by bits: the small training set, several lengths.</summary>
    public required IReadOnlyList<PaperRow> RowsByBits { get; init; }

    /// <summary>Lengths of the drawing of mAP by bits.</summary>
    public static IReadOnlyList<int> Lengths => AllLengths;

    /// <summary>Trainings.</summary>
    public int Steps => Rows.Count + RowsByBits.Count * Lengths.Count;

    /// <summary>Makes a plan for some data.</summary>
    /// <exception cref="ArgumentException">There are too few rows for what is asked.</exception>
    public static PaperPlan Create(
        LabelledRows data, PaperDataSet? named, bool full, int bitCount, int? test, int? training, IReadOnlyList<int> points, ulong seed)
    {
        PaperDataSet set = named
            ?? (data.Features.Dimensions == 512 && data.Labels is { IsMultiLabel: false, ClassCount: 10 }
                ? PaperDataSet.Cifar10
                : PaperDataSet.Other);
        int testCount = test ?? Math.Min(DefaultTestCount, data.Count / 5);
        int rest = data.Count - testCount;
        int small = training ?? Math.Min(set == PaperDataSet.Corel16k ? PaperRows.CorelTrainingCount : 5_000, rest);
        if (testCount < 2 || small < 2 || small > rest)
            throw new ArgumentException(
                $"--test {testCount} and --train {small} do not fit {data.Count} rows: each must be at least 2, and both together "
                + $"at most {data.Count}.");
        if (points.Max() > small)
            throw new ArgumentException($"--points {points.Max()} is more than the {small} training rows.");
        if (full && rest <= small)
            throw new ArgumentException(
                $"--scale full trains on all rows that are not held out, but there are only {rest}, and --train takes {small} already.");

        IReadOnlyList<PaperRow> rows = PaperRows.Create(
            set, small, full ? rest : 0, points, bitCount <= data.Features.Dimensions, data.Labels is { IsMultiLabel: false });
        string[] names = [PaperRows.Lsh, PaperRows.CcaItq, PaperRows.GrhKernel, PaperRows.GphKMeans];
        return new PaperPlan
        {
            Data = set,
            BitCount = bitCount,
            TestCount = testCount,
            SmallTrainingCount = small,
            LargeTrainingCount = full ? rest : 0,
            Seed = seed,
            Rows = rows,
            RowsByBits = [.. names.Select(name => rows.First(row => row.Name == name))],
        };
    }

    /// <summary>The rows that are held out, ascending.</summary>
    public int[] TestRows(int count) => EvaluationSplit.Create(count, TestCount, 0, Seed).Queries.ToArray();

    /// <summary>Rows to train on: the first so many of the shuffled rest, ascending.</summary>
    public int[] TrainingRows(int count, int trainingCount) => trainingCount == count - TestCount
        ? EvaluationSplit.Create(count, TestCount, 0, Seed).Database.ToArray()
        : EvaluationSplit.Create(count, TestCount, trainingCount, Seed).Training.ToArray();
}
