using System.CommandLine;
using HashDb.Cli.Output;
using HashDb.Client;
using HashDb.Models;
using HashDb.Models.Files;
using HashDb.Storage;

namespace HashDb.Cli.Commands;

/// <summary><c>hashdb create</c>: an empty collection, in a new database if there is none.</summary>
internal static class CreateCommand
{
    public static Command Create()
    {
        Argument<string> database = CommonOptions.Database();
        Argument<string> name = CommonOptions.Collection();
        var model =
            new Option<string>("--model") { HelpName = "MODEL", Description = "A model file; it fixes the dimensions. Not needed." };
        Option<int?> dimensions = CommonOptions.Integer(
            "--dimensions", "D", "Length of a vector, for a collection that finds its hash function itself,", 1, ModelLimits.MaxDimensions);
        var metric = new Option<string>("--metric") { Description = "How candidates are ordered.", Required = true };
        metric.AcceptOnlyFromAmong([.. Enum.GetNames<DistanceMetric>().Select(value => value.ToLowerInvariant())]);
        var keys = new Option<string?>("--keys") { Description = "What records are known by, number if not given." };
        keys.AcceptOnlyFromAmong([.. Enum.GetNames<KeyKind>().Select(value => value.ToLowerInvariant())]);
        var command =
            new Command("create", "Make a collection, and the directory's database when there is none.")
            {
                database, name, dimensions, metric, model, keys,
            };
        command.Validators.Add(result =>
        {
            bool isComplete = result.GetResult(name) is { Tokens.Count: > 0 };
            if (isComplete && (result.GetResult(model) is null) == (result.GetResult(dimensions) is null))
                result.AddError("Give --dimensions for a collection that finds its hash function itself, or --model for a model file.");
        });
        command.SetBody(async context =>
        {
            DistanceMetric compared = Enum.Parse<DistanceMetric>(context.Get(metric), ignoreCase: true);
            CollectionOptions options = context.Get(dimensions) is { } length
                ? new CollectionOptions(length, compared)
                : new CollectionOptions(HashModelFile.Load(context.Get(model)), compared);
            if (context.Get(keys) is { } kind)
                options = options with { Keys = Enum.Parse<KeyKind>(kind, ignoreCase: true) };
            await using HashDbConnection client = await context.OpenAsync(context.Get(database), createIfMissing: true);
            HashDbCollection collection = await client.CreateCollectionAsync(context.Get(name), options, context.CancellationToken);
            CollectionOutput.Write(context, await collection.DescribeAsync(context.CancellationToken));
        });
        return command;
    }
}
