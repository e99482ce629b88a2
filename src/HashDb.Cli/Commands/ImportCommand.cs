using System.CommandLine;
using System.Runtime.ExceptionServices;
using HashDb.Cli.Input;
using HashDb.Cli.Output;
using HashDb.Client;
using HashDb.Models.Data;
using HashDb.Storage;

namespace HashDb.Cli.Commands;

/// <summary><c>hashdb import</c>: stores the rows of a file, durably, and says after each batch how many are.</summary>
internal static class ImportCommand
{
    public static Command Create()
    {
        Argument<string> database = CommonOptions.Database();
        Argument<string> name = CommonOptions.Collection();
        Option<string> features = CommonOptions.Features();
        var labels = new Option<string?>("--labels")
        {
            HelpName = "FILE",
            Description = "Class labels, one entry for each row of the features: .npy or IDX."
        };
        var ids =
            new Option<string?>("--ids") { HelpName = "FILE", Description = "Ids, one for each row of the features: .npy of integers." };
        var firstId = new Option<ulong?>("--first-id")
        {
            HelpName = "N",
            Description = "Id of the first row taken; the next rows have the next ids. If not given, a row's id is its number in the file.",
        };
        var keys = new Option<string?>("--keys")
        {
            HelpName = "FILE.txt",
            Description = "Keys, a line for each row of the features, for a collection whose keys are texts or UUIDs.",
        };
        var fields = new Option<string?>("--fields")
        {
            HelpName = "FILE.jsonl",
            Description = "Fields, a JSON object on a line for each row of the features.",
        };
        Option<RowRange?> rows = CommonOptions.Rows();
        Option<int?> batch = CommonOptions.Integer(
            "--batch", "B", "Rows in a batch, each batch flushed once; 512 if not given,", 1, StorageLimits.MaxBatchRecords);
        var clientId = new Option<Guid?>("--client-id")
        {
            HelpName = "GUID",
            Description = "Names the import: the same command given again goes on where it was stopped, and no row is stored twice.",
        };
        var floor = new Option<long?>("--client-floor")
        {
            HelpName = "N",
            Description = "Floor of the client id; asked for when the collection cannot tell whether the id has imported before.",
        };
        var command = new Command("import", "Store the rows of a file.")
        {
            database, name, features, labels, ids, firstId, keys, fields, rows, batch, clientId, floor,
        };
        command.Validators.Add(result =>
        {
            if (new Option[] { ids, firstId, keys }.Count(option => result.GetResult(option) is not null) > 1)
                result.AddError("--ids, --first-id and --keys exclude each other: give one.");
            if (result.GetResult(floor) is not null && result.GetResult(clientId) is null)
                result.AddError("--client-floor belongs to a --client-id: give both.");
        });
        command.SetBody(async context =>
        {
            using RecordSource source = RecordSource.Open(new RecordSourceOptions(
                context.Get(features), context.Get(labels), context.Get(ids), context.Get(firstId), context.Get(rows))
            {
                KeysPath = context.Get(keys),
                FieldsPath = context.Get(fields),
            });
            await using HashDbConnection client = await context.OpenAsync(context.Get(database));
            HashDbCollection collection = await client.GetCollectionAsync(context.Get(name), context.CancellationToken);
            var options = new ImportOptions { ClientId = context.Get(clientId), Floor = context.Get(floor) };
            if (context.Get(batch) is int size)
                options = options with { BatchSize = size };
            await ImportAsync(context, collection, source, options);
        });
        return command;
    }

    private static async Task ImportAsync(CommandContext context, HashDbCollection collection, RecordSource source, ImportOptions options)
    {
        if (context.Json)
        {
            await ImportWithLinesAsync(context, collection, source, options);
            return;
        }

        ImportProgress done = await context.Terminal.WithProgressAsync("Importing", source.Count, report =>
            source.ImportIntoAsync(
                collection, options, new InlineProgress<ImportProgress>(p => report(p.AcknowledgedRecords)), context.CancellationToken));
        context.Terminal.WriteProperties(collection.Name,
        [
            ("Rows stored", done.AcknowledgedRecords),
            ("Batches", done.AcknowledgedBatches),
            ("Time", done.Elapsed),
            ("Rows a second", done.AcknowledgedRecords / Math.Max(done.Elapsed.TotalSeconds, 1e-9)),
        ]);
    }

    private static async Task ImportWithLinesAsync(
        CommandContext context, HashDbCollection collection, RecordSource source, ImportOptions options)
    {
        // A line that cannot be written stops the import between two batches: to throw here would call a batch refused that is stored.
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.CancellationToken);
        IOException? unwritten = null;
        var lines = new InlineProgress<ImportProgress>(progress =>
        {
            if (unwritten is not null)
                return;
            try
            {
                context.Lines.Write(json => json.WriteNumber("acknowledged", progress.AcknowledgedRecords));
            }
            catch (IOException error)
            {
                unwritten = error;
                stop.Cancel();
            }
        });
        try
        {
            await source.ImportIntoAsync(collection, options, lines, stop.Token);
        }
        catch (OperationCanceledException) when (unwritten is not null)
        {
            // Thrown below.
        }

        if (unwritten is not null)
            ExceptionDispatchInfo.Throw(unwritten);
    }
}
