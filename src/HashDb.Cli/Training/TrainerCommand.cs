using System.CommandLine;
using HashDb.Cli.Output;
using HashDb.Models;
using HashDb.Models.Data;

namespace HashDb.Cli.Training;

/// <summary>Makes the subcommand of a trainer: the options that all kinds share, and the model file at the end.</summary>
internal static class TrainerCommand
{
    public static Command Create(ITrainer trainer)
    {
        Option<string> features = CommonOptions.Features();
        Option<int?> bits = CommonOptions.Integer("--bits", "K", "Bits of a hashcode,", Hashcode.MinBitCount, Hashcode.MaxBitCount);
        bits.Required = true;
        var output = new Option<string>("--out") { HelpName = "MODEL", Description = "The model file to write.", Required = true };
        Option<int?> tables = CommonOptions.Integer("--tables", "L", "Independent hash tables, 1 if not given,", 1, ModelLimits.MaxTableCount);
        var seed = new Option<ulong>("--seed") { HelpName = "S", Description = "Seed of everything random; 0 if not given." };
        Option<RowRange?> rows = CommonOptions.Rows();

        var command = new Command(trainer.Kind, trainer.Description) { features, bits, output, tables, seed, rows };
        foreach (Option option in trainer.Options)
            command.Add(option);
        command.SetBody(context =>
        {
            FeatureMatrix matrix = FeatureFile.ReadAll(context.Get(features), context.Get(rows));
            IHashModel model = trainer.Train(new TrainingRequest(
                context.Parsed, context.Get(bits)!.Value, context.Get(tables) ?? 1, context.Get(seed), matrix));
            string path = context.Get(output);
            HashModelFile.Save(model, path);
            ModelDescription.Write(context, path, model);
            return Task.CompletedTask;
        });
        return command;
    }
}
