using System.CommandLine;
using HashDb.Cli.Input;
using HashDb.Client;

namespace HashDb.Cli.Commands;

/// <summary><c>hashdb checkpoint</c>: takes a checkpoint, so that the next start replays less of the log.</summary>
internal static class CheckpointCommand
{
    public static Command Create()
    {
        Argument<string> database = CommonOptions.Database();
        Argument<string?> name = CommonOptions.OptionalCollection();
        var command = new Command("checkpoint", "Take a checkpoint of a collection, or of all.") { database, name };
        command.SetBody(async context =>
        {
            await using HashDbConnection client = await context.OpenAsync(context.Get(database));
            foreach (HashDbCollection collection in await CollectionSelection.SelectAsync(
                client, context.Get(name), context.CancellationToken))
            {
                await collection.Maintenance.CheckpointAsync(context.CancellationToken);
                CollectionStatistics after = await collection.GetStatisticsAsync(context.CancellationToken);
                if (context.Json)
                {
                    context.Lines.Write(json =>
                    {
                        json.WriteString("collection", after.Name);
                        json.WriteNumber("checkpointSequenceNumber", after.CheckpointSequenceNumber);
                        json.WriteNumber("logBytes", after.LogBytes);
                    });
                }
                else
                {
                    context.Terminal.WriteProperties(
                        after.Name, [("Checkpoint at", after.CheckpointSequenceNumber), ("Log, bytes", after.LogBytes)]);
                }
            }
        });
        return command;
    }
}
