namespace HashDb.Cli.Training;

/// <summary>The kinds of model that <c>hashdb train</c> can make. A new kind is added here and nowhere else.</summary>
internal static class Trainers
{
    public static IReadOnlyList<ITrainer> All { get; } = [new LshTraining()];
}
