using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using HashDb.Cli.Input;
using HashDb.Cli.Output;
using HashDb.Client;
using HashDb.Models;
using HashDb.Models.Data;
using HashDb.Storage;

namespace HashDb.Cli.Commands;

/// <summary><c>hashdb search</c>: the nearest items of each query, in the order of the queries.</summary>
internal static class SearchCommand
{
    /// <summary>Results held at a time, over all queries of a chunk.</summary>
    private const int ResultsAtOnce = 1_000_000;

    private const int MaxQueriesAtOnce = 1_024;

    public static Command Create()
    {
        Argument<string> database = CommonOptions.Database();
        Argument<string> name = CommonOptions.Collection();
        Option<string> queries = CommonOptions.Features("--queries");
        Option<RowRange?> rows = CommonOptions.Rows();
        Option<int?> top = CommonOptions.Integer("--top", "K", "Results of a query, 10 if not given,", 1, StorageLimits.MaxTop);
        Option<int?> radius = CommonOptions.Integer("--radius", "R", "Consider everything within that many bits,", 0, Hashcode.MaxBitCount);
        Option<int?> candidates = CommonOptions.Integer(
            "--candidates", "N",
            $"Consider the nearest buckets until they hold that many items, {SearchOptions.DefaultCandidateLimit} if no radius is given,",
            1,
            StorageLimits.MaxCandidateLimit);
        var target = new Option<double?>("--target")
        {
            HelpName = "RECALL",
            Description = "Find that share of the true nearest, above 0 to 1 (.95 in a collection made without a model); 1 compares all.",
        };
        Option<Filter?> filter = RecordOptions.Filter();
        Option<RecordParts?> include = RecordOptions.Include("none");
        Option<float?> maxDistance = RecordOptions.MaxDistance();
        Option<int?> skip = RecordOptions.Skip();
        var explain = new Option<bool>("--explain") { Description = "Say of each query how it was answered." };
        Option<bool> readOnly = CommonOptions.ReadOnly();
        var command = new Command("search", "Find the nearest items of each query.")
        {
            database, name, queries, rows, top, target, radius, candidates, filter, include, maxDistance, skip, explain, readOnly,
        };
        command.Validators.Add(result =>
        {
            if (new Option[] { radius, candidates, target }.Count(option => result.GetResult(option) is not null) > 1)
                result.AddError("--target, --radius and --candidates exclude each other: give one.");
            if (result.GetValue(target) is { } recall && !(recall > 0 && recall <= 1))
                result.AddError($"--target is {recall}; it must be above 0 and at most 1.");
        });
        command.SetBody(async context =>
        {
            var options = new SearchOptions
            {
                Radius = context.Get(radius),
                CandidateLimit = context.Get(candidates),
                TargetRecall = context.Get(target),
                Filter = context.Get(filter),
                MaxDistance = context.Get(maxDistance),
                Skip = context.Get(skip) ?? 0,
                Include = context.Get(include) ?? RecordParts.None,
            };
            if (context.Get(top) is int wanted)
                options = options with { Top = wanted };
            using FeatureSource source = FeatureSource.Open(context.Get(queries), context.Get(rows));
            await using HashDbConnection client = await context.OpenAsync(context.Get(database), readOnly: context.Get(readOnly));
            HashDbCollection collection = await client.GetCollectionAsync(context.Get(name), context.CancellationToken);
            int queriesAtOnce = Math.Clamp(ResultsAtOnce / options.Top, 1, MaxQueriesAtOnce);
            await QueryChunks.ForEachAsync(source, collection, queriesAtOnce, async (first, _, vectors) =>
            {
                IReadOnlyList<SearchResult> results = await collection.SearchBatchAsync(vectors, options, context.CancellationToken);
                if (context.Json)
                    WriteLines(context, first, results, collection.Keys, options.Include);
                else
                    WriteTable(context, first, results, options.Include);
                if (context.Get(explain) && !context.Json)
                    WritePlans(context, first, results);
            }, context.CancellationToken);
        });
        return command;
    }

    private static void WriteLines(
        CommandContext context, long first, IReadOnlyList<SearchResult> results, KeyKind keys, RecordParts parts)
    {
        for (int i = 0; i < results.Count; i++)
        {
            (long query, SearchResult result) = (first + i, results[i]);
            context.Lines.Write(json =>
            {
                json.WriteNumber("query", query);
                RecordJson.WriteKeys(json, result.Hits, keys);
                json.WriteStartArray("distances");
                foreach (SearchHit hit in result.Hits)
                    json.WriteNumberValue(hit.Distance);
                json.WriteEndArray();
                if (parts != RecordParts.None)
                    WriteRecords(json, result.Hits, parts);
                json.WriteNumber("candidates", result.Statistics.Candidates);
                json.WriteNumber("probes", result.Statistics.Probes);
                json.WriteNumber("completeRadius", result.Statistics.CompleteRadius);
                json.WriteString("plan", result.Statistics.Plan.ToString().ToLowerInvariant());
                json.WriteNumber("buckets", result.Statistics.Buckets);
                json.WriteNumber("estimated", result.Statistics.Estimated);
                json.WriteNumber("read", result.Statistics.Reranked);
                if (result.Statistics.ExpectedRecall is { } recall)
                    json.WriteNumber("expectedRecall", Math.Round(recall, 4));
                json.WriteBoolean("isExact", result.Statistics.IsExact);
            });
        }
    }

    private static void WriteTable(
        CommandContext context, long first, IReadOnlyList<SearchResult> results, RecordParts parts) => context.Terminal.WriteTable(
        null,
        ["Query", "Candidates", "Complete radius", "Nearest: key (distance)"],
        results.Select((result, i) => (IReadOnlyList<object?>)
        [
            first + i,
            result.Statistics.Candidates,
            result.Statistics.CompleteRadius,
            string.Join("  ", result.Hits.Select(hit => string.Create(
                CultureInfo.InvariantCulture, $"{hit.Key} ({hit.Distance:G4}){Fields(hit, parts)}"))),
        ]));

    private static void WriteRecords(Utf8JsonWriter json, IReadOnlyList<SearchHit> hits, RecordParts parts)
    {
        json.WriteStartArray("records");
        foreach (SearchHit hit in hits)
        {
            json.WriteStartObject();
            RecordJson.WriteParts(json, hit.Record!, parts);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static string Fields(SearchHit hit, RecordParts parts) =>
        (parts & RecordParts.Fields) == 0 ? "" : " " + hit.Record!.Fields.ToJson();

    private static void WritePlans(CommandContext context, long first, IReadOnlyList<SearchResult> results)
    {
        for (int i = 0; i < results.Count; i++)
            context.Terminal.WriteLine($"Query {first + i}: {results[i].Statistics.Explain()}");
    }
}
