using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using HashDb.Client;
using HashDb.Storage;

namespace HashDb.Cli.Commands;

/// <summary><c>hashdb get</c>: records by id. An id that is not there makes the command fail, after the others are printed.</summary>
internal static class GetCommand
{
    /// <summary>Values of a vector shown in a table; with --json all are printed.</summary>
    private const int ShownValues = 8;

    public static Command Create()
    {
        Argument<string> database = CommonOptions.Database();
        Argument<string> name = CommonOptions.Collection();
        Argument<ulong[]> ids = CommonOptions.Ids();
        Option<bool> readOnly = CommonOptions.ReadOnly();
        var command = new Command("get", "Print records by id.") { database, name, ids, readOnly };
        command.SetBody(async context =>
        {
            VectorId[] wanted = [.. context.Get(ids).Select(id => new VectorId(id))];
            await using HashDbConnection client = await context.OpenAsync(context.Get(database), readOnly: context.Get(readOnly));
            HashDbCollection collection = await client.GetCollectionAsync(context.Get(name), context.CancellationToken);
            IReadOnlyList<VectorRecord?> records = await collection.GetAsync(wanted, context.CancellationToken);
            if (context.Json)
            {
                foreach (VectorRecord record in records.OfType<VectorRecord>())
                    context.Lines.Write(json => WriteRecord(json, record));
            }
            else
            {
                WriteTable(context, [.. records.OfType<VectorRecord>()]);
            }

            VectorId[] missing = [.. wanted.Where((_, i) => records[i] is null)];
            if (missing.Length == 0)
                return CommandLine.Succeeded;
            CommandFailure.Write($"the collection {collection.Name} has no record {string.Join(", ", missing)}.");
            return CommandLine.Failed;
        });
        return command;
    }

    private static void WriteRecord(Utf8JsonWriter json, VectorRecord record)
    {
        json.WriteNumber("id", record.Id.Value);
        json.WriteStartArray("vector");
        foreach (float value in record.Vector.Span)
            json.WriteNumberValue(value);
        json.WriteEndArray();
        json.WriteStartArray("labels");
        foreach (int label in record.Labels.Span)
            json.WriteNumberValue(label);
        json.WriteEndArray();
        if (!record.Payload.IsEmpty)
            json.WriteBase64String("payload", record.Payload.Span);
    }

    private static void WriteTable(CommandContext context, IReadOnlyList<VectorRecord> records)
    {
        if (records.Count == 0)
            return;
        context.Terminal.WriteTable(null, ["Id", "Labels", "Payload, bytes", "Vector"], records.Select(record => (IReadOnlyList<object?>)
        [
            record.Id.ToString(),
            string.Join(' ', record.Labels.ToArray()),
            record.Payload.Length,
            string.Join(' ', record.Vector.ToArray().Take(ShownValues).Select(value => value.ToString("G4", CultureInfo.InvariantCulture)))
                + (record.Vector.Length > ShownValues ? $" ... ({record.Vector.Length} values)" : ""),
        ]));
    }
}
