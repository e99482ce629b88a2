using HashDb.Models.Training;

namespace HashDb.Cli.Training;

/// <summary>
/// The kinds of model that the commands can make. A new kind is added to <see cref="ModelTrainer.All"/> and nowhere else.
/// </summary>
internal static class Trainers
{
    public static IReadOnlyList<ITrainer> All { get; } =
    [
        new LshTraining(), .. ModelTrainer.All.Select(trainer => new LearnedTraining(trainer))
    ];

    /// <summary>The trainer of a kind, which must exist.</summary>
    public static ITrainer Get(string kind) => All.Single(trainer => trainer.Kind == kind);
}
