using System.Globalization;
using HashDb.Client;
using HashDb.Client.Tests.Support;
using HashDb.Server.Tests.Support;
using HashDb.Storage;

namespace HashDb.Server.Tests.Linearizability;

/// <summary>
/// Eight threads write and read the same few records while all maintenance runs beside them. Every answer must be one that some order of
/// the operations gives, each at a moment between its call and its answer: no read is stale, missing, from the future, torn or doubled.
/// <c>scripts/linearizability-test.sh</c> runs it for longer.
/// </summary>
[Collection(nameof(AloneCollection))]
public sealed class LinearizabilityTests(ITestOutputHelper output) : IDisposable
{
    private const int Threads = 8;
    private const int Connections = 4;
    private const int MaxBytesOfBreakingConnection = 256 * 1024;
    private const string Name = "items";

    private readonly TemporaryDirectory _directory = new();

    private static TimeSpan Duration => TimeSpan.FromSeconds(FromEnvironment("HASHDB_LINEARIZABILITY_SECONDS", 10));

    private static int Seed => FromEnvironment("HASHDB_LINEARIZABILITY_SEED", 1);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string DatabasePath => _directory["database"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Every_answer_of_a_database_in_this_process_is_that_of_some_order_of_the_operations()
    {
        Workload workload;
        await using (HashDbConnection connection = await HashDbClient.OpenAsync(DatabasePath, null, Cancellation))
            workload = await RunAsync("embedded", [connection]);
        await ReopenAsync(workload);
    }

    /// <summary>One of the connections breaks again and again, so that calls are sent twice.</summary>
    [Fact]
    public async Task Every_answer_of_a_server_is_that_of_some_order_of_the_operations()
    {
        var options = new HashDbServerOptions
        {
            DataDirectory = DatabasePath,
            ListenAddress = "127.0.0.1:0",
            HttpAddress = HashDbServerOptions.Off,
        };
        Workload workload;
        await using (HashDbServer server = await HashDbServer.StartAsync(options, null, Cancellation))
        await using (var proxy = new FlakyProxy(server.EndPoint, Seed, MaxBytesOfBreakingConnection))
        {
            var connections = new HashDbConnection[Connections];
            for (int i = 0; i < Connections; i++)
            {
                string address = $"hashdb://{(i == Connections - 1 ? proxy.EndPoint : server.EndPoint)}";
                connections[i] = await HashDbClient.ConnectAsync(address, null, Cancellation);
            }
            workload = await RunAsync("TCP", connections);
            foreach (HashDbConnection connection in connections)
                await connection.DisposeAsync();
            output.WriteLine($"TCP: {proxy.Cuts} connections broken");
            proxy.Cuts.ShouldBeGreaterThan(0);
        }
        await ReopenAsync(workload);
    }

    private static int FromEnvironment(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;

    private async Task<Workload> RunAsync(string what, HashDbConnection[] connections)
    {
        HashDbCollection first = await connections[0].CreateCollectionAsync(
            Name, new CollectionOptions(Upkeep.Model(16, 1, Seed), DistanceMetric.Euclidean), Cancellation);
        foreach (VectorRecord[] far in VersionedRecord.Far().Chunk(500))
            await first.InsertAsync(far, cancellationToken: Cancellation);
        await first.Maintenance.ReindexAsync(null, new GenerationOptions { Sketches = true }, cancellationToken: Cancellation);
        var collections = new HashDbCollection[Threads];
        for (int i = 0; i < Threads; i++)
            collections[i] = await connections[i % connections.Length].GetCollectionAsync(Name, Cancellation);
        var workload = new Workload(collections, Seed);
        var upkeep = new Upkeep(connections[0], first, _directory.Path, Seed);

        IReadOnlyList<string> wrong = await workload.RunAsync(Duration, upkeep, Cancellation);

        output.WriteLine($"{what}: {Duration.TotalSeconds} s, seed {Seed}, {Threads} threads, {workload.Answers} answers checked");
        foreach (IReadOnlyDictionary<string, long> counts in new[] { workload.Counts, upkeep.Counts })
            output.WriteLine($"{what}: {string.Join(", ", counts.Select(count => $"{count.Key} {count.Value}"))}");
        wrong.ShouldBeEmpty(string.Join("\n\n", wrong));
        IReadOnlyList<string> wrongAtRest = workload.ReadAll(first);
        wrongAtRest.ShouldBeEmpty(string.Join("\n\n", wrongAtRest));
        // It proves something only with all maintenance beside it.
        foreach (string kind in new[] { "backup", "checkpoint", "compaction", "learn", "publish", "re-index", "rollback" })
            upkeep.Counts.Keys.ShouldContain(kind);
        workload.Counts.Keys.ShouldContain("search by recall over sketches");
        return workload;
    }

    /// <summary>What was acknowledged is still there, and nothing else, when the database is opened again.</summary>
    private async Task ReopenAsync(Workload workload)
    {
        VerificationReport report = await HashDatabase.VerifyAsync(DatabasePath, cancellationToken: Cancellation);
        report.IsSound.ShouldBeTrue(string.Join('\n', report.Damages));
        await using HashDbConnection connection = await HashDbClient.OpenAsync(DatabasePath, null, Cancellation);
        IReadOnlyList<string> wrong = workload.ReadAll(await connection.GetCollectionAsync(Name, Cancellation));
        wrong.ShouldBeEmpty(string.Join("\n\n", wrong));
    }
}
