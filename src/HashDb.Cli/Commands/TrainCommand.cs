using System.CommandLine;
using HashDb.Cli.Training;
using HashDb.Models.Training;

namespace HashDb.Cli.Commands;

/// <summary><c>hashdb train KIND</c>: one subcommand for each kind of model in <see cref="ModelTrainer"/>.</summary>
internal static class TrainCommand
{
    public static Command Create()
    {
        var command = new Command("train", "Train a hash function and write its model file.");
        foreach (ModelTrainer trainer in ModelTrainer.All)
            command.Add(TrainerCommand.Create(trainer));
        return command;
    }
}
