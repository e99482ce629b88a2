// hashdb learn: labelled rows go to the draft in the order of the file, each batch durable when it is acknowledged. The draft can
// be published on the way, when it has moved enough and is no worse, or at the end.
using System.CommandLine;
using System.Diagnostics;
using HashDb.Cli.Input;
using HashDb.Cli.Output;
using HashDb.Client;
using HashDb.Models.Data;
using HashDb.Storage;
using HashDb.Storage.Learning;

namespace HashDb.Cli.Commands;

internal static class LearnCommand
{
    private const string PublishAutomatically = "auto";
    private const string PublishNever = "never";
    private const string PublishAtEnd = "end";
    private const int DefaultBatch = 512;

    /// <summary>Items between two looks at the draft: a look encodes some thousand vectors.</summary>
    private const int ItemsBetweenLooks = 5_000;

    public static Command Create()
    {
        Argument<string> database = CommonOptions.Database();
        Argument<string> name = CommonOptions.Collection();
        Option<string> features = CommonOptions.Features();
        Option<string> labels = CommonOptions.Labels();
        Option<RowRange?> rows = CommonOptions.Rows();
        Option<int?> batch = CommonOptions.Integer(
            "--batch", "B", $"Rows in a batch, each batch flushed once; {DefaultBatch} if not given,", 1, StorageLimits.MaxBatchRecords);
        var publish = new Option<string>("--publish")
        {
            Description =
                $"When the draft becomes the hash function that serves: {PublishAutomatically} (when many hashcodes would "
                + $"change and precision is no worse), {PublishNever}, or {PublishAtEnd}; {PublishNever} if not given.",
            DefaultValueFactory = _ => PublishNever,
        };
        publish.AcceptOnlyFromAmong(PublishAutomatically, PublishNever, PublishAtEnd);
        var build = new GenerationBuildOptions();
        var command = new Command(
            "learn", "Learn a better hash function from labelled rows.") { database, name, features, labels, rows, batch, publish };
        build.AddTo(command);
        command.SetBody(async context =>
        {
            GenerationOptions options = build.Read(context);
            using LabelledSource source = LabelledSource.Open(context.Get(features), context.Get(labels), context.Get(rows));
            await using HashDbConnection client = await context.OpenAsync(context.Get(database));
            HashDbCollection collection = await client.GetCollectionAsync(context.Get(name), context.CancellationToken);
            if (source.Dimensions != collection.Dimensions)
            {
                throw new ArgumentException(
                    $"{source.Path} has vectors of {source.Dimensions} dimensions, the collection {collection.Name} wants "
                    + $"{collection.Dimensions}.");
            }

            PublishPolicy? policy = context.Get(publish) == PublishAutomatically ? new PublishPolicy { Generation = options } : null;
            await LearnAsync(context, collection, source, context.Get(batch) ?? DefaultBatch, policy);
            if (context.Get(publish) == PublishAtEnd)
                await PublishAsync(context, collection, options);
            CollectionOutput.Write(context, collection.Name, await collection.Learning.GetDraftStatisticsAsync(context.CancellationToken));
        });
        return command;
    }

    /// <summary>Publishes the draft of a collection under a progress bar, and prints what was done.</summary>
    public static Task PublishAsync(CommandContext context, HashDbCollection collection, GenerationOptions options) =>
        GenerationOutput.RunAsync(
        context, collection.Name, "Publishing the draft", progress => collection.Learning.PublishAsync(
            options, progress, context.CancellationToken));

    private static async Task LearnAsync(
        CommandContext context, HashDbCollection collection, LabelledSource source, int batchSize, PublishPolicy? policy)
    {
        if (context.Json)
        {
            await RunAsync(learned => context.Lines.Write(json => json.WriteNumber("learned", learned)));
            return;
        }

        long started = Stopwatch.GetTimestamp();
        long items = await context.Terminal.WithProgressAsync("Learning", source.Count, report => RunAsync(learned => report(learned)));
        TimeSpan elapsed = Stopwatch.GetElapsedTime(started);
        context.Terminal.WriteProperties(collection.Name,
            [("Items learned", items), ("Time", elapsed), ("Items a second", items / Math.Max(elapsed.TotalSeconds, 1e-9))]);

        async Task<long> RunAsync(Action<long> report)
        {
            long learned = 0;
            long looked = 0;
            foreach (IReadOnlyList<LabelledVector> items in source.ReadBatches(batchSize))
            {
                // One at a time: what is learned depends on the order.
                learned += (await collection.Learning.LearnAsync(items, cancellationToken: context.CancellationToken)).ItemCount;
                report(learned);
                if (policy is not null && learned - looked >= ItemsBetweenLooks)
                {
                    looked = learned;
                    await PublishIfWantedAsync(context, collection, policy);
                }
            }

            if (policy is not null)
                await PublishIfWantedAsync(context, collection, policy);
            return learned;
        }
    }

    private static async Task PublishIfWantedAsync(CommandContext context, HashDbCollection collection, PublishPolicy policy)
    {
        if (await collection.Learning.GetDraftStatisticsAsync(context.CancellationToken) is not { } draft || !policy.Wants(draft))
            return;
        GenerationReport report = await collection.Learning.PublishAsync(policy.Generation, null, context.CancellationToken);
        if (context.Json)
            GenerationOutput.Write(context, collection.Name, report);
    }
}
