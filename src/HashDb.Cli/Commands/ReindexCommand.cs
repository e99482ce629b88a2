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
        };
        var sketches = new Option<bool>("--sketches")
        {
            Description = "Make a sketch of every row, so that searches keep a recall; without --model the hash function stays.",
        };
        var noSketches = new Option<bool>("--no-sketches")
        {
            Description = "Give the sketches up, and their space.",
        };
        var build = new GenerationBuildOptions();
        var command = new Command("reindex", "Move a collection to another hash function while it serves.")
        {
            database, name, model, sketches, noSketches,
        };
        build.AddTo(command);
        command.Validators.Add(result =>
        {
            bool isWanted = result.GetValue(sketches);
            bool isUnwanted = result.GetValue(noSketches);
            if (isWanted && isUnwanted)
                result.AddError("--sketches and --no-sketches exclude each other; give one.");
            else if (result.GetValue(model) is null && !isWanted && !isUnwanted)
                result.AddError("Give --model, --sketches or --no-sketches: what is to change.");
        });
        command.SetBody(async context =>
        {
            IHashModel? loaded = context.Get(model) is { } path ? HashModelFile.Load(path) : null;
            GenerationOptions options = build.Read(context) with
            {
                Sketches = context.Get(sketches) ? true : context.Get(noSketches) ? false : null,
            };
            await using HashDbConnection client = await context.OpenAsync(context.Get(database));
            HashDbCollection collection = await client.GetCollectionAsync(context.Get(name), context.CancellationToken);
            await GenerationOutput.RunAsync(
                context, collection.Name, "Building the new generation", progress => collection.Maintenance.ReindexAsync(
                    loaded, options, progress, context.CancellationToken));
        });
        return command;
    }
}
