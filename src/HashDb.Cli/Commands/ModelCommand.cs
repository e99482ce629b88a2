using System.CommandLine;
using HashDb.Cli.Output;
using HashDb.Models.Files;

namespace HashDb.Cli.Commands;

/// <summary><c>hashdb model</c>: what a model file holds and how it came about.</summary>
internal static class ModelCommand
{
    public static Command Create()
    {
        var file = new Argument<string>("MODEL") { Description = "A model file." };
        var command = new Command("model", "Describe a model file.") { file };
        command.SetBody(context =>
        {
            string path = context.Get(file);
            ModelDescription.Write(context, path, HashModelFile.Load(path));
            return Task.CompletedTask;
        });
        return command;
    }
}
