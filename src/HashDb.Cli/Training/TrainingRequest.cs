using HashDb.Cli.Input;
using HashDb.Models;
using HashDb.Models.Training;

namespace HashDb.Cli.Training;

/// <summary>What every trainer is given.</summary>
/// <param name="Rows">The training rows and, where there are any, their labels.</param>
/// <param name="BitCount">Bits of a hashcode.</param>
/// <param name="Seed">Seed of everything random.</param>
internal sealed record TrainingRequest(LabelledRows Rows, int BitCount, ulong Seed)
{
    /// <summary>Settings by name; a later one replaces an earlier one.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Settings { get; init; } = [];

    /// <summary>Told after each step.</summary>
    public IProgress<TrainingProgress>? Progress { get; init; }

    /// <summary>Stops the training at its next step.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Trains a model of the kind.</summary>
    public IHashModel Train(ModelTrainer trainer) => trainer.Train(
        Rows.Features,
        trainer.Labels == LabelNeed.Unused ? null : Rows.Labels,
        BitCount,
        Seed,
        Settings,
        progress: Progress,
        cancellationToken: CancellationToken);
}
