using System.CommandLine;
using HashDb.Client;
using HashDb.Storage;

namespace HashDb.Cli.Commands;

/// <summary><c>hashdb publish</c>: makes the draft the hash function that serves.</summary>
internal static class PublishCommand
{
    public static Command Create()
    {
        Argument<string> database = CommonOptions.Database();
        Argument<string> name = CommonOptions.Collection();
        var build = new GenerationBuildOptions();
        var command = new Command("publish", "Make what was learned the hash function that serves.") { database, name };
        build.AddTo(command);
        command.SetBody(async context =>
        {
            GenerationOptions options = build.Read(context);
            await using HashDbConnection client = await context.OpenAsync(context.Get(database));
            await LearnCommand.PublishAsync(
                context, await client.GetCollectionAsync(context.Get(name), context.CancellationToken), options);
        });
        return command;
    }
}
