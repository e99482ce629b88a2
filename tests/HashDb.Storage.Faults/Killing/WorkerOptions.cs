using System.Globalization;

namespace HashDb.Storage.Faults.Killing;

/// <summary>What a worker process is told.</summary>
internal sealed record WorkerOptions
{
    public required string Directory { get; init; }

    public required string PhaseFile { get; init; }

    public required ulong Seed { get; init; }

    /// <summary>Round in which the database was made.</summary>
    public required int FirstRound { get; init; }

    public required int Round { get; init; }

    /// <summary>Step with which the making and dropping of collections goes on.</summary>
    public required int ChurnStep { get; init; }

    /// <summary>For each collection, the step with which the changes of its generations go on.</summary>
    public required IReadOnlyList<int> GenerationSteps { get; init; }

    /// <summary>Step with which learning goes on.</summary>
    public required int LearnStep { get; init; }

    /// <summary><c>name:count</c>: the process kills itself when it passes the point for the count-th time.</summary>
    public string? CrashPoint { get; init; }

    public IEnumerable<string> ToArguments()
    {
        yield return Directory;
        yield return PhaseFile;
        yield return Text(Seed);
        yield return Text(FirstRound);
        yield return Text(Round);
        yield return Text(ChurnStep);
        yield return string.Join(',', GenerationSteps.Select(step => Text(step)));
        yield return Text(LearnStep);
        if (CrashPoint is not null)
            yield return CrashPoint;
    }

    public static WorkerOptions Parse(ReadOnlySpan<string> arguments)
    {
        if (arguments.Length is < 8 or > 9)
            throw new ArgumentException(
                "worker needs: directory phase-file seed first-round round churn-step generation-step,... learn-step [point:count]");
        return new WorkerOptions
        {
            Directory = arguments[0],
            PhaseFile = arguments[1],
            Seed = ulong.Parse(arguments[2], CultureInfo.InvariantCulture),
            FirstRound = int.Parse(arguments[3], CultureInfo.InvariantCulture),
            Round = int.Parse(arguments[4], CultureInfo.InvariantCulture),
            ChurnStep = int.Parse(arguments[5], CultureInfo.InvariantCulture),
            GenerationSteps = [.. arguments[6].Split(',').Select(step => int.Parse(step, CultureInfo.InvariantCulture))],
            LearnStep = int.Parse(arguments[7], CultureInfo.InvariantCulture),
            CrashPoint = arguments.Length == 9 ? arguments[8] : null,
        };
    }

    private static string Text(IFormattable value) => value.ToString(null, CultureInfo.InvariantCulture);
}
