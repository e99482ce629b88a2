using System.Globalization;
using HashDb.Protocol;
using HashDb.Protocol.Messages;
using HashDb.Server.Tests.Support;

namespace HashDb.Server.Tests;

/// <summary>The bound of docs/SERVER.md, with the system as the judge: a process that holds more is killed.</summary>
public sealed class MemoryCgroupTests
{
    private const int MaxConnections = 16;
    private const long RequestMemoryBytes = 64L << 20;
    private const int Stored = 16_000;

    /// <summary>The runtime, its code, the database and its caches: 320 MiB.</summary>
    private const long EngineBytes = 320L << 20;

    [Fact]
    public async Task Server_under_probes_that_nobody_reads_stays_within_its_bound()
    {
        long bound = RequestMemoryBytes + MaxConnections * ((3_300L << 10) + 128 * (64L << 10)) + EngineBytes;
        using var cgroup = MemoryCgroup.CreateOrSkip(bound);
        DirectoryInfo directory = Directory.CreateTempSubdirectory("hashdb-server-");
        try
        {
            var environment = new Dictionary<string, string>
            {
                ["HASHDB_MAX_CONNECTIONS"] = MaxConnections.ToString(CultureInfo.InvariantCulture),
                ["HASHDB_REQUEST_MEMORY_BYTES"] = RequestMemoryBytes.ToString(CultureInfo.InvariantCulture),
                ["HASHDB_MAX_FRAME_BYTES"] = (8 << 20).ToString(CultureInfo.InvariantCulture),
            };
            using ServerProcess server = await ServerProcess.StartAsync(
                directory.FullName, environment: environment, shellFirst: $"echo $$ >{cgroup.ProcessesFile}");
            await using RawClient owner = await RawClient.OpenAsync(server.EndPoint);
            (await owner.AskAsync(1, Opcode.CreateCollection, TestServer.CreateRequest())).Read<DescriptionAnswer>();
            for (int first = 0; first < Stored; first += 4_000)
                (await owner.AskAsync(2, Opcode.Insert, TestServer.Insert(first, 4_000))).Read<EmptyMessage>();
            float[] queries = [.. Enumerable.Range(0, 4_000).SelectMany(TestServer.Vector)];
            var clients = new List<RawClient>();
            for (int i = 0; i < MaxConnections - 1; i++)
            {
                RawClient client = await RawClient.OpenAsync(server.EndPoint);
                clients.Add(client);

                // Each of the batches has a gigabyte of hits.
                var request = new ProbeRequest(
                    TestServer.Collection, new QueryVectors(queries), new HashDb.ProbeOptions { Radius = 16 });
                for (uint id = 2; id < 6; id++)
                    await client.SendAsync(id, Opcode.ProbeBatch, request);
                (await client.ReceiveAsync()).ShouldNotBeNull();
            }

            for (uint id = 3; id < 50; id++)
                (await owner.AskAsync(id, Opcode.Insert, TestServer.Insert(Stored + (int)id * 100, 100))).Read<EmptyMessage>();

            cgroup.KilledProcesses.ShouldBe(0);
            foreach (RawClient client in clients)
                await client.DisposeAsync();
            await owner.DisposeAsync();
            (await server.TerminateAsync()).ShouldBe(0);
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }
}
