using System.CommandLine;

namespace HashDb.Cli.Commands;

/// <summary><c>hashdb index</c>: gives fields an index, takes it away, lists the indexes.</summary>
internal static class IndexCommand
{
    public static Command Create() => new("index", "Make, drop and list the field indexes of a collection.")
    {
        Change(
            "add",
            "Give a field an index, so that filters on it read no records.",
            "made",
            (collection, field, cancellationToken) => collection.CreateIndexAsync(field, cancellationToken)),
        Change(
            "drop",
            "Take the index of a field away; filters on it work as before.",
            "dropped",
            (collection, field, cancellationToken) => collection.DropIndexAsync(field, cancellationToken)),
        List(),
    };

    private static Command Change(
        string verb, string description, string done, Func<HashDbCollection, string, CancellationToken, Task<bool>> change)
    {
        Argument<string> database = CommonOptions.Database();
        Argument<string> name = CommonOptions.Collection();
        var field = new Argument<string>("FIELD") { Description = "The name of a field." };
        var command = new Command(verb, description) { database, name, field };
        command.SetBody(async context =>
        {
            await using HashDbConnection client = await context.OpenAsync(context.Get(database));
            HashDbCollection collection = await client.GetCollectionAsync(context.Get(name), context.CancellationToken);
            bool hasChanged = await change(collection, context.Get(field), context.CancellationToken);
            if (context.Json)
            {
                context.Lines.Write(json =>
                {
                    json.WriteString("field", context.Get(field));
                    json.WriteBoolean(done, hasChanged);
                });
                return;
            }
            string was = done == "made" ? "there already" : "there was none";
            context.Terminal.WriteProperties(collection.Name, [($"Index of {context.Get(field)}", hasChanged ? done : was)]);
        });
        return command;
    }

    private static Command List()
    {
        Argument<string> database = CommonOptions.Database();
        Argument<string> name = CommonOptions.Collection();
        Option<bool> readOnly = CommonOptions.ReadOnly();
        var command = new Command("list", "List the field indexes.") { database, name, readOnly };
        command.SetBody(async context =>
        {
            await using HashDbConnection client = await context.OpenAsync(context.Get(database), readOnly: context.Get(readOnly));
            HashDbCollection collection = await client.GetCollectionAsync(context.Get(name), context.CancellationToken);
            IReadOnlyList<IndexStatistics> indexes = await collection.ListIndexesAsync(context.CancellationToken);
            if (!context.Json)
            {
                context.Terminal.WriteTable(
                    collection.Name, ["Field", "Rows", "Bytes of memory"], indexes.Select(
                        index => (IReadOnlyList<object?>)[index.Field, index.Rows, index.MemoryBytes]));
                return;
            }

            foreach (IndexStatistics index in indexes)
            {
                context.Lines.Write(json =>
                {
                    json.WriteString("field", index.Field);
                    json.WriteNumber("rows", index.Rows);
                    json.WriteNumber("memoryBytes", index.MemoryBytes);
                });
            }
        });
        return command;
    }
}
