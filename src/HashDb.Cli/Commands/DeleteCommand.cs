using System.CommandLine;
using HashDb.Cli.Input;

namespace HashDb.Cli.Commands;

/// <summary><c>hashdb delete</c>: deletes the records that are there, by key or by filter, and says how many were.</summary>
internal static class DeleteCommand
{
    public static Command Create()
    {
        Argument<string> database = CommonOptions.Database();
        Argument<string> name = CommonOptions.Collection();
        Argument<string[]> keys = RecordOptions.Keys(isRequired: false);
        Option<Filter?> filter = RecordOptions.Filter();
        var command = new Command("delete", "Delete records by key or by filter.") { database, name, keys, filter };
        command.Validators.Add(result =>
        {
            bool hasKeys = result.GetResult(keys) is { Tokens.Count: > 0 };
            if (hasKeys == result.GetResult(filter) is not null)
                result.AddError("Give keys, or --filter ('true' matches all records).");
        });
        command.SetBody(async context =>
        {
            await using HashDbConnection client = await context.OpenAsync(context.Get(database));
            HashDbCollection collection = await client.GetCollectionAsync(context.Get(name), context.CancellationToken);
            if (context.Get(filter) is { } condition)
            {
                Write(context, collection, null, await collection.DeleteAsync(condition, context.CancellationToken));
                return;
            }
            VectorId[] unwanted = [.. context.Get(keys).Select(key => KeyText.Parse(collection.Keys, key).Id)];
            int deleted = await collection.DeleteAsync(unwanted, cancellationToken: context.CancellationToken);
            Write(context, collection, unwanted.Length, deleted);
        });
        return command;
    }

    private static void Write(CommandContext context, HashDbCollection collection, int? requested, long deleted)
    {
        if (!context.Json)
        {
            List<(string, object?)> lines = requested is null ? [] : [("Keys given", requested)];
            context.Terminal.WriteProperties(collection.Name, [.. lines, ("Records deleted", deleted)]);
            return;
        }
        context.Lines.Write(json =>
        {
            if (requested is { } given)
                json.WriteNumber("requested", given);
            json.WriteNumber("deleted", deleted);
        });
    }
}
