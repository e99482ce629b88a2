using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using HashDb.Cli.Input;
using HashDb.Cli.Output;
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
        Argument<string[]> keys = RecordOptions.Keys(isRequired: true);
        Option<bool> readOnly = CommonOptions.ReadOnly();
        var command = new Command("get", "Print records by key.") { database, name, keys, readOnly };
        command.SetBody(async context =>
        {
            await using HashDbConnection client = await context.OpenAsync(context.Get(database), readOnly: context.Get(readOnly));
            HashDbCollection collection = await client.GetCollectionAsync(context.Get(name), context.CancellationToken);
            RecordKey[] wanted = [.. context.Get(keys).Select(key => KeyText.Parse(collection.Keys, key))];
            IReadOnlyList<VectorRecord?> records =
                await collection.GetAsync([.. wanted.Select(key => key.Id)], context.CancellationToken);
            if (context.Json)
            {
                foreach (VectorRecord record in records.OfType<VectorRecord>())
                    context.Lines.Write(json => WriteRecord(json, record));
            }
            else
            {
                WriteTable(context, [.. records.OfType<VectorRecord>()]);
            }

            RecordKey[] missing = [.. wanted.Where((_, i) => records[i] is null)];
            if (missing.Length == 0)
                return CommandLine.Succeeded;
            CommandFailure.Write($"the collection {collection.Name} has no record {string.Join(", ", missing)}.");
            return CommandLine.Failed;
        });
        return command;
    }

    private static void WriteRecord(Utf8JsonWriter json, VectorRecord record)
    {
        RecordJson.WriteKey(json, record.Key);
        RecordJson.WriteParts(json, record, RecordParts.All);
        if (!record.Payload.IsEmpty)
            json.WriteBase64String("payload", record.Payload.Span);
    }

    private static void WriteTable(CommandContext context, IReadOnlyList<VectorRecord> records)
    {
        if (records.Count == 0)
            return;
        context.Terminal.WriteTable(null, ["Key", "Labels", "Fields", "Vector"], records.Select(record => (IReadOnlyList<object?>)
        [
            record.Key.ToString(),
            string.Join(' ', record.Labels.ToArray()),
            record.Fields.ToJson(),
            string.Join(' ', record.Vector.ToArray().Take(ShownValues).Select(value => value.ToString("G4", CultureInfo.InvariantCulture)))
                + (record.Vector.Length > ShownValues ? $" ... ({record.Vector.Length} values)" : ""),
        ]));
    }
}
