using HashDb.Models;
using HashDb.Models.Training;

namespace HashDb.Cli.Training;

/// <summary>One kind of model that the commands can make: what it takes, and how it is trained. Immutable.</summary>
internal interface ITrainer
{
    /// <summary>Name of the subcommand, which is the kind of the model.</summary>
    string Kind { get; }

    /// <summary>One sentence for the help.</summary>
    string Description { get; }

    /// <summary>The longest hashcode it makes.</summary>
    int MaxBitCount { get; }

    /// <summary>True when it makes several independent hash tables on request.</summary>
    bool MakesTables { get; }

    /// <summary>Whether it learns from labels.</summary>
    LabelNeed Labels { get; }

    /// <summary>What <c>--set</c> can change.</summary>
    IReadOnlyList<TrainerSetting> Settings { get; }

    /// <summary>Checks names and values of settings without any data.</summary>
    /// <exception cref="ArgumentException">One does not exist or does not fit; says what there is.</exception>
    void CheckSettings(IEnumerable<KeyValuePair<string, string>> settings);

    /// <summary>Defaults that the rows cannot meet, with the most they can; nothing that was chosen is among them.</summary>
    IReadOnlyList<LoweredSetting> LowerDefaults(TrainingRequest request);

    /// <summary>Trains a model.</summary>
    IHashModel Train(TrainingRequest request);
}
