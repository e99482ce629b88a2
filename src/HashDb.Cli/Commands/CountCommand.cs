using System.CommandLine;

namespace HashDb.Cli.Commands;

/// <summary><c>hashdb count</c>: how many records match a filter.</summary>
internal static class CountCommand
{
    public static Command Create()
    {
        Argument<string> database = CommonOptions.Database();
        Argument<string> name = CommonOptions.Collection();
        Option<Filter?> filter = RecordOptions.Filter();
        Option<bool> readOnly = CommonOptions.ReadOnly();
        var command = new Command("count", "Count records.") { database, name, filter, readOnly };
        command.SetBody(async context =>
        {
            await using HashDbConnection client = await context.OpenAsync(context.Get(database), readOnly: context.Get(readOnly));
            HashDbCollection collection = await client.GetCollectionAsync(context.Get(name), context.CancellationToken);
            long count = await collection.CountAsync(context.Get(filter), context.CancellationToken);
            if (context.Json)
                context.Lines.Write(json => json.WriteNumber("count", count));
            else
                context.Terminal.WriteProperties(collection.Name, [("Records", count)]);
        });
        return command;
    }
}
