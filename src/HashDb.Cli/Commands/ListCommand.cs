using System.CommandLine;
using HashDb.Cli.Input;
using HashDb.Cli.Output;

namespace HashDb.Cli.Commands;

/// <summary><c>hashdb list</c>: prints records without a query, page by page.</summary>
internal static class ListCommand
{
    private const RecordParts Usual = RecordParts.Fields | RecordParts.Labels;

    public static Command Create()
    {
        Argument<string> database = CommonOptions.Database();
        Argument<string> name = CommonOptions.Collection();
        Option<Filter?> filter = RecordOptions.Filter();
        var after = new Option<string?>("--after") { HelpName = "KEY", Description = "Go on after this key, the last of the page before." };
        Option<int?> limit = CommonOptions.Integer(
            "--limit", "N", $"Records to print, {ListOptions.DefaultLimit} if not given,", 1, StorageLimits.MaxIncludedRecords);
        Option<int?> skip = RecordOptions.Skip();
        var orderBy = new Option<string?>("--order-by")
        {
            HelpName = "FIELD",
            Description = "Order by a field; records without it come last.",
        };
        var descending = new Option<bool>("--descending") { Description = "The largest first." };
        Option<RecordParts?> include = RecordOptions.Include("fields,labels");
        Option<bool> readOnly = CommonOptions.ReadOnly();
        var command = new Command("list", "Print records by key, or by a field.")
        {
            database, name, filter, after, limit, skip, orderBy, descending, include, readOnly,
        };
        command.SetBody(async context =>
        {
            await using HashDbConnection client = await context.OpenAsync(context.Get(database), readOnly: context.Get(readOnly));
            HashDbCollection collection = await client.GetCollectionAsync(context.Get(name), context.CancellationToken);
            RecordParts parts = context.Get(include) ?? Usual;
            IReadOnlyList<VectorRecord> records = await collection.ListAsync(
                new ListOptions
                {
                    Filter = context.Get(filter),
                    After = context.Get(after) is { } key ? KeyText.Parse(collection.Keys, key).Id : (VectorId?)null,
                    Limit = context.Get(limit) ?? ListOptions.DefaultLimit,
                    Skip = context.Get(skip) ?? 0,
                    OrderBy = context.Get(orderBy),
                    IsDescending = context.Get(descending),
                    Include = parts,
                },
                context.CancellationToken);
            if (!context.Json)
            {
                context.Terminal.WriteTable(null, ["Key", "Labels", "Fields"], records.Select(record => (IReadOnlyList<object?>)
                    [record.Key.ToString(), string.Join(' ', record.Labels.ToArray()), record.Fields.ToJson()]));
                return;
            }
            foreach (VectorRecord record in records)
            {
                context.Lines.Write(json =>
                {
                    RecordJson.WriteKey(json, record.Key);
                    RecordJson.WriteParts(json, record, parts);
                });
            }
        });
        return command;
    }
}
