using System.CommandLine;
using HashDb.Client;

namespace HashDb.Cli.Commands;

/// <summary><c>hashdb drop</c>: deletes a collection, when it was said that this is meant.</summary>
internal static class DropCommand
{
    public static Command Create()
    {
        Argument<string> database = CommonOptions.Database();
        Argument<string> name = CommonOptions.Collection();
        var yes = new Option<bool>("--yes") { Description = "Do it. Without this the command says what would be deleted, and stops." };
        var command = new Command("drop", "Delete a collection with all its records, for good.") { database, name, yes };
        command.SetBody(async context =>
        {
            await using HashDbConnection client = await context.OpenAsync(context.Get(database));
            HashDbCollection collection = await client.GetCollectionAsync(context.Get(name), context.CancellationToken);
            CollectionStatistics statistics = await collection.GetStatisticsAsync(context.CancellationToken);
            if (!context.Get(yes))
            {
                throw new ArgumentException(
                    $"This would delete the collection '{collection.Name}' with {statistics.Count} records for good. "
                    + "Give --yes to do so.");
            }

            await client.DropCollectionAsync(collection.Name, context.CancellationToken);
            if (context.Json)
            {
                context.Lines.Write(json =>
                {
                    json.WriteString("collection", collection.Name);
                    json.WriteNumber("records", statistics.Count);
                });
            }
            else
            {
                context.Terminal.WriteProperties(collection.Name, [("Records deleted with it", statistics.Count)]);
            }
        });
        return command;
    }
}
