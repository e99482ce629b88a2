using System.CommandLine;
using HashDb.Cli.Input;
using HashDb.Client;

namespace HashDb.Cli.Commands;

/// <summary><c>hashdb compact</c>: gives back the space of deleted and replaced records.</summary>
internal static class CompactCommand
{
    public static Command Create()
    {
        Argument<string> database = CommonOptions.Database();
        Argument<string?> name = CommonOptions.OptionalCollection();
        var command = new Command("compact", "Give back the space of deleted records, of a collection or of all.") { database, name };
        command.SetBody(async context =>
        {
            await using HashDbConnection client = await context.OpenAsync(context.Get(database));
            foreach (HashDbCollection collection in await CollectionSelection.SelectAsync(
                client, context.Get(name), context.CancellationToken))
            {
                CompactionReport report = await collection.Maintenance.CompactAsync(context.CancellationToken);
                if (context.Json)
                {
                    context.Lines.Write(json =>
                    {
                        json.WriteString("collection", collection.Name);
                        json.WriteNumber("rowsBefore", report.RowsBefore);
                        json.WriteNumber("rowsAfter", report.RowsAfter);
                        json.WriteNumber("bytesBefore", report.BytesBefore);
                        json.WriteNumber("bytesAfter", report.BytesAfter);
                    });
                }
                else
                {
                    context.Terminal.WriteTable(collection.Name, ["", "Before", "After"],
                        [["Rows", report.RowsBefore, report.RowsAfter], ["Bytes on disk", report.BytesBefore, report.BytesAfter]]);
                }
            }
        });
        return command;
    }
}
