using System.CommandLine;
using HashDb.Client;

namespace HashDb.Cli.Commands;

/// <summary><c>hashdb drop-previous</c>: gives up the generation that was kept to go back to.</summary>
internal static class DropPreviousCommand
{
    public static Command Create()
    {
        Argument<string> database = CommonOptions.Database();
        Argument<string> name = CommonOptions.Collection();
        var command = new Command("drop-previous", "Give up the previous generation that was kept, and its space.") { database, name };
        command.SetBody(async context =>
        {
            await using HashDbConnection client = await context.OpenAsync(context.Get(database));
            HashDbCollection collection = await client.GetCollectionAsync(context.Get(name), context.CancellationToken);
            await collection.Maintenance.DropPreviousAsync(context.CancellationToken);
            if (context.Json)
            {
                context.Lines.Write(json =>
                {
                    json.WriteString("collection", collection.Name);
                    json.WriteNull("previous");
                });
            }
            else
            {
                context.Terminal.WriteProperties(collection.Name, [("Previous generation", "none")]);
            }
        });
        return command;
    }
}
