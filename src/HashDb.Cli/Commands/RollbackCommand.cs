using System.CommandLine;
using HashDb.Cli.Output;
using HashDb.Client;

namespace HashDb.Cli.Commands;

/// <summary><c>hashdb rollback</c>: goes back to the previous hash function, with everything that was written since.</summary>
internal static class RollbackCommand
{
    public static Command Create()
    {
        Argument<string> database = CommonOptions.Database();
        Argument<string> name = CommonOptions.Collection();
        var command =
            new Command("rollback", "Go back to the previous hash function, with everything that was written since.") { database, name };
        command.SetBody(async context =>
        {
            await using HashDbConnection client = await context.OpenAsync(context.Get(database));
            HashDbCollection collection = await client.GetCollectionAsync(context.Get(name), context.CancellationToken);
            await GenerationOutput.RunAsync(
                context, collection.Name, "Going back", progress => collection.Maintenance.RollbackAsync(
                    progress, context.CancellationToken));
        });
        return command;
    }
}
