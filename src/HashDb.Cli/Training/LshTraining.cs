using HashDb.Models;
using HashDb.Models.Data;
using HashDb.Models.Kinds.Lsh;
using HashDb.Models.Training;

namespace HashDb.Cli.Training;

/// <summary><c>hashdb train lsh</c>.</summary>
internal sealed class LshTraining : ITrainer
{
    public string Kind => LshModel.KindName;

    public string Description => "Random hyperplanes through the mean of the data; needs no labels.";

    public int MaxBitCount => Hashcode.MaxBitCount;

    public bool MakesTables => true;

    public LabelNeed Labels => LabelNeed.Unused;

    public IReadOnlyList<TrainerSetting> Settings => [];

    public void CheckSettings(IEnumerable<KeyValuePair<string, string>> settings)
    {
        foreach ((string name, string _) in settings)
            throw new ArgumentException($"There is no setting '{name}': {Kind} has none.");
    }

    public IReadOnlyList<LoweredSetting> LowerDefaults(TrainingRequest request) => [];

    public IHashModel Train(TrainingRequest request)
    {
        var options = new LshOptions { BitCount = request.BitCount, TableCount = request.TableCount, Seed = request.Seed };
        FeatureMatrix features = request.Rows.Features;
        return LshTrainer.Train(options, features.Values.Span, features.Count, features.Dimensions);
    }
}
