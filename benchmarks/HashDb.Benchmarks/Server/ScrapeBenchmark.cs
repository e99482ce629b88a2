// What a scrape of the metrics costs with as many collections as a database may have: `scrape [FOLDER]`. Making them takes a while.
using System.Diagnostics;
using System.Globalization;
using HashDb.Models.Kinds.Lsh;
using HashDb.Server;
using HashDb.Storage;

namespace HashDb.Benchmarks;

internal static class ScrapeBenchmark
{
    private const int Dimensions = 8;
    private const int Scrapes = 30;

    private static readonly DatabaseOptions Options = new() { PostingMemoryBytes = DatabaseOptions.MinPostingMemoryBytes };

    public static async Task RunAsync(string folder, TextWriter output)
    {
        await MakeAsync(folder);
        await using HashDbServer server = await HashDbServer.StartAsync(new HashDbServerOptions
        {
            DataDirectory = folder,
            ListenAddress = "127.0.0.1:0",
            HttpAddress = "127.0.0.1:0",
            Database = Options,
        });
        using var http = new HttpClient { BaseAddress = new Uri($"http://{server.HttpEndPoint}") };
        double[] milliseconds = new double[Scrapes];
        int bytes = 0;
        for (int i = 0; i < Scrapes; i++)
        {
            long started = Stopwatch.GetTimestamp();
            bytes = (await http.GetStringAsync("/metrics")).Length;
            milliseconds[i] = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }
        double first = milliseconds[0];
        Array.Sort(milliseconds);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"a scrape of {StorageLimits.MaxCollectionCount:N0} collections, {bytes / 1024:N0} KiB: first {first:F1} ms, median "
            + $"{milliseconds[Scrapes / 2]:F1} ms, longest {milliseconds[^1]:F1} ms"));
    }

    private static async Task MakeAsync(string folder)
    {
        LshModel model = LshTrainer.Train(
            new LshOptions { BitCount = 8, Seed = 1, Preprocessing = HashDb.Models.PreprocessingOrder.Unit }, Dimensions);
        await using HashDatabase database = await HashDatabase.OpenAsync(folder, Options with { Durability = DurabilityMode.None });
        var vector = new float[Dimensions];
        vector[0] = 1;
        for (int i = 0; i < StorageLimits.MaxCollectionCount; i++)
        {
            HashDbCollection made = await database.CreateCollectionAsync($"c{i:D4}", new CollectionOptions(model));
            await made.InsertAsync([new VectorRecord { Id = new VectorId(1), Vector = vector }]);
        }
    }
}
