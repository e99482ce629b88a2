using System.CommandLine;
using HashDb.Cli.Output;
using HashDb.Client;

namespace HashDb.Cli.Commands;

/// <summary><c>hashdb discard-draft</c>: forgets what was learned and not published.</summary>
internal static class DiscardDraftCommand
{
    public static Command Create()
    {
        Argument<string> database = CommonOptions.Database();
        Argument<string> name = CommonOptions.Collection();
        var command = new Command("discard-draft", "Forget what was learned since the hash function that serves.") { database, name };
        command.SetBody(async context =>
        {
            await using HashDbConnection client = await context.OpenAsync(context.Get(database));
            HashDbCollection collection = await client.GetCollectionAsync(context.Get(name), context.CancellationToken);
            await collection.Learning.DiscardDraftAsync(cancellationToken: context.CancellationToken);
            CollectionOutput.Write(context, collection.Name, await collection.Learning.GetDraftStatisticsAsync(context.CancellationToken));
        });
        return command;
    }
}
