using HashDb.Models;
using HashDb.Models.Training;

namespace HashDb.Cli.Training;

/// <summary>A kind of model that learns from data, as <see cref="ModelTrainer"/> describes it.</summary>
internal sealed class LearnedTraining(ModelTrainer trainer) : ITrainer
{
    public string Kind => trainer.Kind;

    public string Description => trainer.Description;

    public int MaxBitCount => trainer.MaxBitCount;

    public bool MakesTables => false;

    public LabelNeed Labels => trainer.Labels;

    public IReadOnlyList<TrainerSetting> Settings => trainer.Settings;

    public void CheckSettings(IEnumerable<KeyValuePair<string, string>> settings) => trainer.CheckSettings(settings);

    public IReadOnlyList<LoweredSetting> LowerDefaults(TrainingRequest request) => trainer.LowerDefaults(
        request.Settings, request.Rows.Count, Labels != LabelNeed.Unused && request.Rows.Labels is not null);

    public IHashModel Train(TrainingRequest request) => trainer.Train(
        request.Rows.Features,
        Labels == LabelNeed.Unused ? null : request.Rows.Labels,
        request.BitCount,
        request.Seed,
        request.Settings,
        progress: request.Progress,
        cancellationToken: request.CancellationToken);
}
