// The server beside the engine: `server [DIRECTORY [SECONDS]]`. The server runs in a process of its own, the clients in this
// one, beside an engine of this process with the same data; all share the cores of the machine. Each figure over TCP stands
// beside the engine's with as many calls at a time, measured right before it.
//
// Two ratios: calls a second, which everything else on the machine disturbs, and processor time a call (client and server
// together), which it hardly does; on a machine that is busy with the calls alone the two are the same.
using System.Globalization;
using HashDb.Client;
using HashDb.Models;
using HashDb.Models.Kinds.Lsh;

namespace HashDb.Benchmarks;

internal static class ServerBenchmark
{
    public const string Searched = "searched";
    public const string Written = "written";
    private const int Dimensions = 128;
    private const int Items = 100_000;
    private const int PipelineDepth = 16;

    private static readonly BenchmarkData Data = new(Dimensions, centres: 500, spread: 0.4f);
    private static readonly float[][] Queries = [.. Enumerable.Range(0, 2_000).Select(i => Data.Vector(10_000_000 + i))];

    private static int _series;

    public static float[] Query(int number) => Queries[(int)((uint)number % Queries.Length)];

    public static async Task RunAsync(string[] arguments, TextWriter output)
    {
        string directory = arguments.Length > 0 ? arguments[0] : Path.Combine(Path.GetTempPath(), "hashdb-server-benchmark");
        TimeSpan duration = TimeSpan.FromSeconds(arguments.Length > 1 ? double.Parse(arguments[1], CultureInfo.InvariantCulture) : 3);
        if (Directory.Exists(directory))
            throw new ArgumentException($"{directory} exists; name a folder that does not.", nameof(arguments));
        try
        {
            output.WriteLine(
                $"{Items:N0} vectors of {Dimensions} dimensions, 32 bits; top 10 of 1,000 candidates; {Environment.ProcessorCount} cores");
            await using HashDbConnection embedded = await HashDbClient.OpenAsync(Path.Combine(directory, "embedded"));
            await FillAsync(embedded);
            await embedded.BackupAsync(Path.Combine(directory, "served"));
            await using ServerChild server = await ServerChild.StartAsync(Path.Combine(directory, "served"));
            await CompareAsync(embedded, server, duration, output);
            await IdleConnections.MeasureAsync(server, output);
            await HostileLoad.MeasureAsync(server, duration, output);
        }
        finally
        {
            if (Directory.Exists(directory))
                Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task FillAsync(HashDbConnection client)
    {
        LshModel model = LshTrainer.Train(new LshOptions { BitCount = 32, Seed = 1, Preprocessing = PreprocessingOrder.Unit }, Dimensions);
        await client.CreateCollectionAsync(Written, new CollectionOptions(model));
        HashDbCollection collection = await client.CreateCollectionAsync(Searched, new CollectionOptions(model));
        for (int first = 0; first < Items; first += 10_000)
            await collection.InsertAsync(Data.Records(first, 10_000));
    }

    private static async Task CompareAsync(HashDbConnection embedded, ServerChild server, TimeSpan duration, TextWriter output)
    {
        HashDbCollection searched = await embedded.GetCollectionAsync(Searched);
        HashDbCollection written = await embedded.GetCollectionAsync(Written);
        await SearchAsync([searched], 2, duration, null);
        await InsertAsync([written], 2, duration, null);
        foreach (int connections in new[] { 1, 8, 64 })
        {
            await using ClientSet clients = await ClientSet.ConnectAsync(server.Address, connections);
            await SearchAsync(clients.Searched, connections, duration, null);
            foreach (int depth in new[] { 1, PipelineDepth })
            {
                int calls = connections * depth;
                LoadFigures engine = await SearchAsync([searched], calls, duration, null);
                LoadFigures served = await SearchAsync(clients.Searched, calls, duration, server.Process);
                output.WriteLine();
                output.WriteLine($"{connections} connections with {depth} calls each");
                output.WriteLine($"  search, engine  {engine.Describe(engine)}");
                output.WriteLine($"  search, TCP     {served.Describe(engine)}");
                engine = await InsertAsync([written], calls, duration, null);
                served = await InsertAsync(clients.Written, calls, duration, server.Process);
                output.WriteLine($"  insert, engine  {engine.Describe(engine)}");
                output.WriteLine($"  insert, TCP     {served.Describe(engine)}");
            }
        }
    }

    // The engine searches where it is called, and a thousand callers that never wait are only two at a time.
    private static Task<LoadFigures> SearchAsync(
        IReadOnlyList<HashDbCollection> collections, int callers, TimeSpan duration, System.Diagnostics.Process? server) =>
        LoadFigures.MeasureAsync(
            callers, duration, server, (caller, i) => collections[caller % collections.Count].SearchAsync(Query(caller * 7 + i)));

    // One record a call. Each series has ids of its own, each caller too.
    private static Task<LoadFigures> InsertAsync(
        IReadOnlyList<HashDbCollection> collections, int callers, TimeSpan duration, System.Diagnostics.Process? server)
    {
        ulong series = (ulong)++_series << 48;
        return LoadFigures.MeasureAsync(callers, duration, server, (caller, i) => collections[caller % collections.Count].InsertAsync(
            [new VectorRecord { Id = new VectorId(series | ((ulong)caller << 32) | (uint)i), Vector = Query(caller + i) }]));
    }
}
