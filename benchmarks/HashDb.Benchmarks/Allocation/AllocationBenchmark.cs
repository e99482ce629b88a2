// What a call leaves to the garbage collector: `allocation [FOLDER]`. Bytes of the whole process, so of every thread that has a part
// in it; over TCP client and server are both in this process. Records and queries are made before, and nothing else runs.
using HashDb.Client;
using HashDb.Models;
using HashDb.Models.Kinds.Lsh;
using HashDb.Server;

namespace HashDb.Benchmarks;

internal static class AllocationBenchmark
{
    private const int Dimensions = 128;
    private const int BatchSize = 500;
    private const int Batches = 40;
    private const int Calls = 2_000;

    private static readonly BenchmarkData Data = new(Dimensions, centres: 500, spread: 0.4f);

    private static int _nextId;

    public static async Task RunAsync(string folder, TextWriter output)
    {
        output.WriteLine(
            $"{Dimensions} dimensions, 32 bits, {Environment.ProcessorCount} cores; a batch is {BatchSize} records; a search looks at "
            + $"{SearchOptions.DefaultCandidateLimit:N0} candidates by default");
        await using (HashDbConnection embedded = await HashDbClient.OpenAsync(Path.Combine(folder, "embedded")))
            await MeasureAsync("embedded", embedded, output);

        await using HashDbServer server = await HashDbServer.StartAsync(new HashDbServerOptions
        {
            DataDirectory = Path.Combine(folder, "served"),
            ListenAddress = "127.0.0.1:0",
            HttpAddress = HashDbServerOptions.Off,
        });
        await using HashDbConnection remote = await HashDbClient.ConnectAsync($"hashdb://{server.EndPoint}");
        await MeasureAsync("TCP, client and server", remote, output);
    }

    private static async Task MeasureAsync(string place, HashDbConnection client, TextWriter output)
    {
        LshModel model = LshTrainer.Train(new LshOptions { BitCount = 32, Seed = 1, Preprocessing = PreprocessingOrder.Unit }, Dimensions);
        HashDbCollection collection = await client.CreateCollectionAsync("items", new CollectionOptions(model));
        VectorRecord[][] batches = Prepare(2 * Batches);
        VectorRecord[] single = [.. Prepare(Calls / BatchSize + 1).SelectMany(batch => batch)];
        float[][] queries = [.. Enumerable.Range(0, 200).Select(i => Data.Vector(10_000_000 + i))];
        output.WriteLine();
        output.WriteLine(place);

        // The first half warms up: code, pools, and the extents of the files.
        await MeasureAsync(Batches, i => collection.InsertAsync(batches[i]));
        double inBatch = await MeasureAsync(Batches, i => collection.InsertAsync(batches[Batches + i]));
        Print("insert, in batches", inBatch / BatchSize, "bytes a record", output);
        Print("upsert, one record a call", await MeasureAsync(Calls, i => collection.UpsertAsync(single[i])), "bytes a call", output);
        SearchOptions radius = new() { Radius = 2 };
        await MeasureAsync(Calls, i => collection.SearchAsync(queries[i % queries.Length]));
        await MeasureAsync(Calls, i => collection.SearchAsync(queries[i % queries.Length], radius));
        Print(
            "search, default options", await MeasureAsync(Calls, i => collection.SearchAsync(queries[i % queries.Length])), "bytes a call",
            output);
        Print(
            "search, radius 2", await MeasureAsync(Calls, i => collection.SearchAsync(queries[i % queries.Length], radius)), "bytes a call",
            output);
    }

    private static VectorRecord[][] Prepare(int batches)
    {
        var prepared = new VectorRecord[batches][];
        for (int i = 0; i < batches; i++, _nextId += BatchSize)
            prepared[i] = Data.Records(_nextId, BatchSize);
        return prepared;
    }

    /// <summary>Bytes of one call, in the mean.</summary>
    private static async Task<double> MeasureAsync(int calls, Func<int, Task> call)
    {
        long before = GC.GetTotalAllocatedBytes(precise: true);
        for (int i = 0; i < calls; i++)
            await call(i);
        return (GC.GetTotalAllocatedBytes(precise: true) - before) / (double)calls;
    }

    private static void Print(string what, double value, string unit, TextWriter output) =>
        output.WriteLine(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"  {what,-28} {value,12:N0} {unit}"));
}
