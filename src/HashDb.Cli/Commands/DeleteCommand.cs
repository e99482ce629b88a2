using System.CommandLine;
using HashDb.Client;
using HashDb.Storage;

namespace HashDb.Cli.Commands;

/// <summary><c>hashdb delete</c>: deletes the records that are there and says how many were.</summary>
internal static class DeleteCommand
{
    public static Command Create()
    {
        Argument<string> database = CommonOptions.Database();
        Argument<string> name = CommonOptions.Collection();
        Argument<ulong[]> ids = CommonOptions.Ids();
        var command = new Command("delete", "Delete records by id.") { database, name, ids };
        command.SetBody(async context =>
        {
            VectorId[] unwanted = [.. context.Get(ids).Select(id => new VectorId(id))];
            await using HashDbConnection client = await context.OpenAsync(context.Get(database));
            HashDbCollection collection = await client.GetCollectionAsync(context.Get(name), context.CancellationToken);
            int deleted = await collection.DeleteAsync(unwanted, cancellationToken: context.CancellationToken);
            if (context.Json)
            {
                context.Lines.Write(json =>
                {
                    json.WriteNumber("requested", unwanted.Length);
                    json.WriteNumber("deleted", deleted);
                });
            }
            else
            {
                context.Terminal.WriteProperties(collection.Name, [("Ids given", unwanted.Length), ("Records deleted", deleted)]);
            }
        });
        return command;
    }
}
