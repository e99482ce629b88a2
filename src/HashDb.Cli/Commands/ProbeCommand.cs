using System.CommandLine;
using HashDb.Cli.Input;
using HashDb.Client;
using HashDb.Models;
using HashDb.Models.Data;
using HashDb.Storage;

namespace HashDb.Cli.Commands;

/// <summary><c>hashdb probe</c>: all items whose hashcode lies within a radius of each query's, in the order of the queries.</summary>
internal static class ProbeCommand
{
    /// <summary>A probe may return the whole collection, so few are held at a time: enough to keep every core busy.</summary>
    private static readonly int QueriesAtOnce = 4 * Environment.ProcessorCount;

    /// <summary>Ids shown in a table; with --json all are printed.</summary>
    private const int ShownIds = 20;

    public static Command Create()
    {
        Argument<string> database = CommonOptions.Database();
        Argument<string> name = CommonOptions.Collection();
        Option<string> queries = CommonOptions.Features("--queries");
        Option<RowRange?> rows = CommonOptions.Rows();
        Option<int?> radius = CommonOptions.Integer("--radius", "R", "Hamming radius in bits,", 0, Hashcode.MaxBitCount);
        radius.Required = true;
        Option<Filter?> filter = RecordOptions.Filter();
        Option<bool> readOnly = CommonOptions.ReadOnly();
        var command =
            new Command("probe", "Find all items whose hashcode lies near the query's.")
            {
                database, name, queries, rows, radius, filter, readOnly,
            };
        command.SetBody(async context =>
        {
            var options = new ProbeOptions { Radius = context.Get(radius)!.Value, Filter = context.Get(filter) };
            using FeatureSource source = FeatureSource.Open(context.Get(queries), context.Get(rows));
            await using HashDbConnection client = await context.OpenAsync(context.Get(database), readOnly: context.Get(readOnly));
            HashDbCollection collection = await client.GetCollectionAsync(context.Get(name), context.CancellationToken);
            await QueryChunks.ForEachAsync(source, collection, QueriesAtOnce, async (first, count, vectors) =>
            {
                var results = new ProbeResult[count];
                await Parallel.ForAsync(0, count, context.CancellationToken, async (i, cancellationToken) =>
                {
                    ReadOnlyMemory<float> query = vectors.Slice(i * collection.Dimensions, collection.Dimensions);
                    results[i] = await collection.ProbeAsync(query, options, cancellationToken);
                });
                if (context.Json)
                    WriteLines(context, first, results);
                else
                    WriteTable(context, first, results);
            }, context.CancellationToken);
        });
        return command;
    }

    private static void WriteLines(CommandContext context, long first, ProbeResult[] results)
    {
        for (int i = 0; i < results.Length; i++)
        {
            (long query, ProbeResult result) = (first + i, results[i]);
            context.Lines.Write(json =>
            {
                json.WriteNumber("query", query);
                json.WriteStartArray("ids");
                foreach (ProbeHit hit in result.Hits)
                    json.WriteNumberValue(hit.Id.Value);
                json.WriteEndArray();
                json.WriteStartArray("distances");
                foreach (ProbeHit hit in result.Hits)
                    json.WriteNumberValue(hit.Distance);
                json.WriteEndArray();
            });
        }
    }

    private static void WriteTable(CommandContext context, long first, ProbeResult[] results) => context.Terminal.WriteTable(
        null,
        ["Query", "Items", $"Ids, nearest first (at most {ShownIds})"],
        results.Select((result, i) => (IReadOnlyList<object?>)
        [
            first + i,
            result.Hits.Count,
            string.Join(' ', result.Hits.Take(ShownIds).Select(hit => hit.Id)),
        ]));
}
