using System.CommandLine;
using HashDb.Client;
using HashDb.Storage;

namespace HashDb.Cli.Commands;

/// <summary><c>hashdb buckets</c>: the fullest buckets, which show how evenly a model spreads the data.</summary>
internal static class BucketsCommand
{
    private const int DefaultCount = 20;
    private const int MaxCount = 1_000_000;

    public static Command Create()
    {
        Argument<string> database = CommonOptions.Database();
        Argument<string> name = CommonOptions.Collection();
        Option<int?> largest = CommonOptions.Integer("--largest", "N", $"How many, {DefaultCount} if not given,", 1, MaxCount);
        Option<bool> readOnly = CommonOptions.ReadOnly();
        var command = new Command("buckets", "Print the largest buckets of a collection.") { database, name, largest, readOnly };
        command.SetBody(async context =>
        {
            await using HashDbConnection client = await context.OpenAsync(context.Get(database), readOnly: context.Get(readOnly));
            HashDbCollection collection = await client.GetCollectionAsync(context.Get(name), context.CancellationToken);
            IReadOnlyList<BucketStatistics> buckets =
                await collection.GetLargestBucketsAsync(context.Get(largest) ?? DefaultCount, context.CancellationToken);
            if (!context.Json)
            {
                context.Terminal.WriteTable(
                    collection.Name, ["Table", "Hashcode", "Items"], buckets.Select(
                        bucket => (IReadOnlyList<object?>)[bucket.TableIndex, bucket.Hashcode.ToString(), bucket.Count]));
                return;
            }

            foreach (BucketStatistics bucket in buckets)
            {
                context.Lines.Write(json =>
                {
                    json.WriteNumber("table", bucket.TableIndex);
                    json.WriteString("hashcode", bucket.Hashcode.ToString());
                    json.WriteNumber("count", bucket.Count);
                });
            }
        });
        return command;
    }
}
