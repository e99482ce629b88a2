using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using HashDb.Cli.Input;
using HashDb.Cli.Output;
using HashDb.Models;
using HashDb.Models.Data;
using HashDb.Models.Files;
using HashDb.Models.Training;

namespace HashDb.Cli.Training;

/// <summary>Makes the subcommand of a trainer: the options that its kind has, and the model file at the end.</summary>
internal static class TrainerCommand
{
    /// <summary>The setting for which there is an option of its own.</summary>
    private const string TablesSetting = "tables";

    public static Command Create(ModelTrainer trainer)
    {
        bool makesTables = trainer.Settings.Any(setting => setting.Name == TablesSetting);
        Option<string> features = CommonOptions.Features();
        var labels = new Option<string?>("--labels")
        {
            HelpName = "FILE",
            Description = LabelsDescription(trainer.Labels),
            Required = trainer.Labels == LabelNeed.Required,
        };
        Option<int?> bits = CommonOptions.Integer("--bits", "K", "Bits of a hashcode,", Hashcode.MinBitCount, trainer.MaxBitCount);
        bits.Required = true;
        var output = new Option<string>("--out") { HelpName = "MODEL", Description = "The model file to write.", Required = true };
        Option<int?> tables =
            CommonOptions.Integer("--tables", "L", "Independent hash tables, 1 if not given,", 1, ModelLimits.MaxTableCount);
        var seed = new Option<ulong>("--seed") { HelpName = "S", Description = "Seed of everything random; 0 if not given." };
        Option<string[]> settings = SettingsOption.Create(trainer);
        Option<RowRange?> rows = CommonOptions.Rows();

        var command = new NotedCommand(trainer.Kind, trainer.Description)
        {
            features, labels, bits, output, settings, seed, rows,
        };
        if (makesTables)
            command.Add(tables);
        command.Notes = () => SettingsHelp.Of(trainer);

        command.SetBody(async context =>
        {
            string path = context.Get(output);
            OutputPath.Check(path, "--out", context.Get(features), context.Get(labels));
            LabelledRows training = LabelledRows.Read(context.Get(features), context.Get(labels), context.Get(rows));
            var request = new TrainingRequest(training, context.Get(bits)!.Value, context.Get(seed))
            {
                Settings = [.. context.Get(settings).Select(text => SettingsOption.Split(text)!.Value)],
                CancellationToken = context.CancellationToken,
            };

            if (makesTables && context.Get(tables) is { } count)
            {
                string value = count.ToString(CultureInfo.InvariantCulture);
                request = request with { Settings = [.. request.Settings, KeyValuePair.Create(TablesSetting, value)] };
            }
            request = LowerDefaults(trainer, request);
            (IHashModel model, TimeSpan time) =
                await context.WithProgressAsync($"Training {trainer.Kind}", 1, report => Train(trainer, request with
                {
                    Progress = new InlineProgress<TrainingProgress>(progress => report(progress.Fraction)),
                }));
            context.CancellationToken.ThrowIfCancellationRequested();
            HashModelFile.Save(model, path);
            ModelDescription.Write(context, path, model, training.Count, time);
        });
        return command;
    }

    // A default is our choice: it gives way to what the rows allow. What was chosen is refused by the trainer.
    private static TrainingRequest LowerDefaults(ModelTrainer trainer, TrainingRequest request)
    {
        bool hasLabels = trainer.Labels != LabelNeed.Unused && request.Rows.Labels is not null;
        IReadOnlyList<LoweredSetting> lowered = trainer.LowerDefaults(request.Settings, request.Rows.Count, hasLabels);
        foreach (LoweredSetting setting in lowered)
            CommandFailure.Write(
                $"note: {setting.Name} is {setting.Value} in place of the default {setting.Default}, because there are "
                + $"{setting.RowCount} training rows.");
        IEnumerable<KeyValuePair<string, string>> values = lowered.Select(
            setting => KeyValuePair.Create(setting.Name, setting.Value.ToString(CultureInfo.InvariantCulture)));
        return request with { Settings = [.. request.Settings, .. values] };
    }

    private static (IHashModel Model, TimeSpan Time) Train(ModelTrainer trainer, TrainingRequest request)
    {
        long start = Stopwatch.GetTimestamp();
        IHashModel model = request.Train(trainer);
        return (model, Stopwatch.GetElapsedTime(start));
    }

    private static string LabelsDescription(LabelNeed need) =>
        "An integer for each row, or a 0/1 matrix of rows x labels: .npy or IDX, also .gz. " + need switch
        {
            LabelNeed.Required => "This kind learns from them.",
            LabelNeed.Optional => "Without labels, rows are similar when they are near each other.",
            _ => "Checked but not used: this kind learns without.",
        };
}
