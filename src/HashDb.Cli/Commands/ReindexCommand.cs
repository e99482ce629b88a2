using System.CommandLine;
using HashDb.Cli.Output;
using HashDb.Client;
using HashDb.Models;
using HashDb.Models.Files;
using HashDb.Storage;

namespace HashDb.Cli.Commands;

/// <summary><c>hashdb reindex</c>: moves a collection to another hash function while it serves.</summary>
internal static class ReindexCommand
{
    public static Command Create()
    {
        Argument<string> database = CommonOptions.Database();
        Argument<string> name = CommonOptions.Collection();
        var model = new Option<string>("--model")
        {
            HelpName = "MODEL",
            Description = "The new model file, of any kind and number of bits, for vectors of the same length.",
            Required = true
        };
        var build = new GenerationBuildOptions();
        var command = new Command("reindex", "Move a collection to another hash function while it serves.") { database, name, model };
        build.AddTo(command);
        command.SetBody(async context =>
        {
            IHashModel loaded = HashModelFile.Load(context.Get(model));
            GenerationOptions options = build.Read(context);
            await using HashDbConnection client = await context.OpenAsync(context.Get(database));
            HashDbCollection collection = await client.GetCollectionAsync(context.Get(name), context.CancellationToken);
            await GenerationOutput.RunAsync(
                context, collection.Name, "Building the new generation", progress => collection.Maintenance.ReindexAsync(
                    loaded, options, progress, context.CancellationToken));
        });
        return command;
    }
}
