using HashDb.Client;
using HashDb.Client.Tests.Support;
using HashDb.Protocol;
using HashDb.Protocol.Messages;
using HashDb.Server.Tests.Support;
using HashDb.Storage;

namespace HashDb.Server.Tests;

public sealed class DrainTests
{
    [Fact]
    public async Task Stopping_server_answers_what_it_took_and_keeps_what_it_acknowledged()
    {
        using var directory = new TemporaryDirectory();
        HashDbServer server = await HashDbServer.StartAsync(new HashDbServerOptions
        {
            DataDirectory = directory.Path,
            ListenAddress = "127.0.0.1:0",
            HttpAddress = HashDbServerOptions.Off
        });
        await using RawClient client = await RawClient.OpenAsync(server.EndPoint);
        await client.AskAsync(1, Opcode.CreateCollection, TestServer.CreateRequest());
        await client.SendAsync(Enumerable.Range(0, 100).SelectMany(
            i => RawClient.Frame((uint)(10 + i), Opcode.Insert, TestServer.Insert(i * 10, 10))).ToArray());
        await client.SendAsync(5, Opcode.SubscribeStatistics, new SubscribeStatisticsRequest(TestServer.Collection, 3_600_000));
        RawClient.Answer first;
        do
        {
            first = (await client.ReceiveAsync()).ShouldNotBeNull();
        }
        while (first.Header.RequestId == 5);
        var acknowledged = new List<uint> { first.Header.RequestId };

        Task stopping = server.StopAsync();
        while (await client.ReceiveAsync() is { } answer)
        {
            if (answer.Header.IsError)
                (answer.Header.RequestId, answer.Error.Code).ShouldBe((5u, HashDbErrorCode.Overloaded));
            else if (answer.Header.RequestId != 5)
                acknowledged.Add(answer.Header.RequestId);
        }

        await stopping;
        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Path);
        HashDbCollection collection = database.GetCollection(TestServer.Collection);
        foreach (uint id in acknowledged)
            (await collection.GetAsync(new VectorId((id - 10) * 10))).ShouldNotBeNull();
        CollectionStatistics figures = await collection.GetStatisticsAsync();
        figures.CheckpointSequenceNumber.ShouldBe(figures.LastSequenceNumber);
    }

    [Fact]
    public async Task Request_that_outlives_the_drain_time_is_cut_off()
    {
        await using TestServer server =
            await TestServer.StartWithCollectionAsync(options => options with { DrainTimeout = TimeSpan.FromMilliseconds(200) });
        await using RawClient client = await RawClient.OpenAsync(server.EndPoint);

        // Never read, so never done.
        await client.AskAsync(1, Opcode.Insert, TestServer.Insert(0, 16_384));
        byte[] requests =
        [
            .. Enumerable.Range(2, 200)
                .SelectMany(
                    i => RawClient.Frame((uint)i, Opcode.Search, TestServer.Search(i, new SearchOptions { Top = 16_000, Radius = 16 })))
        ];
        await client.SendAsync(requests);

        await server.Server.StopAsync();
    }

    [Fact]
    public async Task Terminated_process_exits_with_zero_after_a_checkpoint()
    {
        using var directory = new TemporaryDirectory();
        using ServerProcess server = await ServerProcess.StartAsync(directory.Path);
        await using (RawClient client = await RawClient.OpenAsync(server.EndPoint))
        {
            await client.AskAsync(1, Opcode.CreateCollection, TestServer.CreateRequest());
            await client.AskAsync(2, Opcode.Insert, TestServer.Insert(0, 1_000));

            (await server.TerminateAsync()).ShouldBe(0);
        }

        await using HashDatabase database = await HashDatabase.OpenAsync(directory.Path);
        CollectionStatistics figures = await database.GetCollection(TestServer.Collection).GetStatisticsAsync();
        figures.Count.ShouldBe(1_000);
        figures.CheckpointSequenceNumber.ShouldBe(figures.LastSequenceNumber);
    }

    [Fact]
    public async Task Client_goes_on_by_itself_when_its_server_is_started_again()
    {
        using var directory = new TemporaryDirectory();
        ServerProcess server = await ServerProcess.StartAsync(directory.Path);
        string listen = server.EndPoint.ToString();
        await using (RawClient raw = await RawClient.OpenAsync(server.EndPoint))
            await raw.AskAsync(1, Opcode.CreateCollection, TestServer.CreateRequest());
        await using HashDbConnection client =
            await HashDbClient.ConnectAsync($"hashdb://{listen}", new HashDbConnectionOptions { RetryTimeout = TimeSpan.FromMinutes(2) });
        HashDbCollection collection = await client.GetCollectionAsync(TestServer.Collection);
        await collection.InsertAsync(TestServer.Records(0, 10));

        (await server.TerminateAsync()).ShouldBe(0);
        server.Dispose();
        Task inserting = collection.InsertAsync(TestServer.Records(10, 10));
        using ServerProcess again = await ServerProcess.StartAsync(directory.Path, listen);
        await inserting;

        (await collection.GetStatisticsAsync()).Count.ShouldBe(20);
    }
}
