using System.CommandLine;
using HashDb.Cli.Input;
using HashDb.Cli.Output;
using HashDb.Client;

namespace HashDb.Cli.Commands;

/// <summary><c>hashdb stats</c>: collections in figures.</summary>
internal static class StatsCommand
{
    public static Command Create()
    {
        Argument<string> database = CommonOptions.Database();
        Argument<string?> name = CommonOptions.OptionalCollection();
        Option<bool> readOnly = CommonOptions.ReadOnly();
        var command = new Command("stats", "Print the figures of a collection, or of all.") { database, name, readOnly };
        command.SetBody(async context =>
        {
            await using HashDbConnection client = await context.OpenAsync(context.Get(database), readOnly: context.Get(readOnly));
            foreach (HashDbCollection collection in await CollectionSelection.SelectAsync(
                client, context.Get(name), context.CancellationToken))
            {
                CollectionOutput.Write(context, await collection.GetStatisticsAsync(context.CancellationToken));
                if (await collection.Learning.GetDraftStatisticsAsync(context.CancellationToken) is { } draft)
                    CollectionOutput.Write(context, collection.Name, draft);
            }
        });
        return command;
    }
}
