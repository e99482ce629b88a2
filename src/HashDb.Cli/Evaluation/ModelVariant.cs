using System.Diagnostics;
using HashDb.Cli.Input;
using HashDb.Cli.Training;
using HashDb.Models;
using HashDb.Models.Training;

namespace HashDb.Cli.Evaluation;

/// <summary>A kind of model with settings, under the name by which an evaluation calls it. Immutable.</summary>
/// <param name="Name">Such as <c>grh-svm</c>.</param>
/// <param name="Description">What it is, for the help.</param>
/// <param name="Trainer">What trains it.</param>
/// <param name="Settings">What differs from the defaults of its kind.</param>
internal sealed record ModelVariant(
    string Name, string Description, ModelTrainer Trainer, IReadOnlyList<KeyValuePair<string, string>> Settings)
{
    /// <summary>True when a setting given for <paramref name="prefix"/> is meant for this one: its name, or its kind.</summary>
    public bool Answers(string prefix) => Name == prefix || Trainer.Kind == prefix;

    /// <summary>The same with more settings, which replace those of the same name.</summary>
    public ModelVariant With(params IEnumerable<KeyValuePair<string, string>> more) => this with { Settings = [.. Settings, .. more] };

    /// <summary>The value that a setting has.</summary>
    public string? ValueOf(string setting)
    {
        int at = Settings.ToList().FindLastIndex(pair => pair.Key == setting);
        return at >= 0 ? Settings[at].Value : Trainer.Settings.FirstOrDefault(known => known.Name == setting)?.Default;
    }

    /// <summary>Trains a model and takes the time.</summary>
    public (IHashModel Model, TimeSpan Time) Train(LabelledRows rows, int bitCount, ulong seed, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        IHashModel model =
            new TrainingRequest(rows, bitCount, seed) { Settings = Settings, CancellationToken = cancellationToken }.Train(Trainer);
        return (model, Stopwatch.GetElapsedTime(start));
    }
}
