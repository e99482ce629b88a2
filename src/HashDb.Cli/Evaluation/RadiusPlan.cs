using System.Globalization;
using HashDb.Cli.Input;

namespace HashDb.Cli.Evaluation;

/// <summary>What an evaluation by radius compares, and on how many rows.</summary>
internal sealed record RadiusPlan
{
    public required IReadOnlyList<ModelVariant> Models { get; init; }

    public required IReadOnlyList<int> Bits { get; init; }

    public required int QueryCount { get; init; }

    public required int TrainingCount { get; init; }

    public required int SeedCount { get; init; }

    public required ulong FirstSeed { get; init; }

    /// <summary>Queries of each seed whose time is taken.</summary>
    public required int TimedQueryCount { get; init; }

    /// <summary>Trainings, and one measurement for each seed.</summary>
    public int Steps => SeedCount * (Models.Count * Bits.Count + 1);

    /// <summary>Checks what can be known before the work starts.</summary>
    /// <exception cref="ArgumentException">Too many rows, points or bits are asked for.</exception>
    public void CheckFits(LabelledRows data)
    {
        if ((long)QueryCount + TrainingCount >= data.Count)
            throw new ArgumentException($"--queries {QueryCount} and --train {TrainingCount} leave none of {data.Count} rows to search.");
        foreach (ModelVariant model in Models)
            CheckPoints(model, TrainingCount);
    }

    /// <summary>The trainers refuse more points than rows too, but only when their turn comes.</summary>
    public static void CheckPoints(ModelVariant model, int trainingCount)
    {
        foreach (string name in new[] { "points", "anchors" })
        {
            bool counts = name == "points" || model.ValueOf("learner") == "kernel";
            if (counts && int.TryParse(model.ValueOf(name), CultureInfo.InvariantCulture, out int points) && points > trainingCount)
                throw new ArgumentException(
                    $"{model.Name} has {points} {name}, but there are {trainingCount} training rows: give --set "
                    + $"{model.Name}.{name}=... or more rows.");
        }
    }
}
