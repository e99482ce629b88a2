using HashDb.Client.Tests.Support;
using HashDb.Protocol;
using HashDb.Protocol.Messages;
using HashDb.Server.Tests.Support;
using HashDb.Storage;

namespace HashDb.Server.Tests;

// The disk under a server's log was full; its data disk had room. The first message after that ended the connection whose collection
// had just been made, so that its client waited forever; at the stop the database stayed open and the process was aborted (134).
public sealed class FullLogTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Server_whose_log_cannot_be_written_answers_and_stops_cleanly_and_counts_what_it_dropped()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs /dev/full.");
        using var directory = new TemporaryDirectory();
        using ServerProcess server = await ServerProcess.StartAsync(
            directory["database"], shellFirst: "exec 2>/dev/full", http: "127.0.0.1:0");
        await using (RawClient client = await RawClient.OpenAsync(server.EndPoint))
        {
            (await client.AskAsync(1, Opcode.CreateCollection, TestServer.CreateRequest())).Header.IsError.ShouldBeFalse();
            (await client.AskAsync(2, Opcode.Insert, TestServer.Insert(0, 20))).Header.IsError.ShouldBeFalse();
            (await client.AskAsync(3, Opcode.Search, TestServer.Search(3))).Header.IsError.ShouldBeFalse();
        }

        using var http = new HttpClient();
        string metrics = await http.GetStringAsync($"http://{server.HttpEndPoint}/metrics", Cancellation);
        metrics.ShouldContain("hashdb_log_messages_dropped_total");

        (await server.TerminateAsync()).ShouldBe(0);
        await using HashDatabase database = await HashDatabase.OpenAsync(
            directory["database"], new DatabaseOptions { CreateIfMissing = false }, null, Cancellation);
        CollectionStatistics figures = await database.GetCollection(TestServer.Collection).GetStatisticsAsync(Cancellation);
        (figures.Count, figures.CheckpointSequenceNumber).ShouldBe((20, figures.LastSequenceNumber));
    }

    [Fact]
    public async Task Server_with_a_logger_that_throws_serves_and_gives_its_folder_back()
    {
        using var loggers = new BrokenLoggers();
        await using TestServer server = await TestServer.StartWithCollectionAsync(null, loggers);
        await using RawClient client = await RawClient.OpenAsync(server.EndPoint);
        (await client.AskAsync(2, Opcode.Insert, TestServer.Insert(0, 20))).Header.IsError.ShouldBeFalse();
        (await client.AskAsync(3, Opcode.DropCollection, new CollectionRequest(TestServer.Collection))).Header.IsError.ShouldBeFalse();

        await server.Server.StopAsync(Cancellation);

        loggers.Failures.ShouldBeGreaterThan(3);
        await (await HashDatabase.OpenAsync(server.DataDirectory, null, null, Cancellation)).DisposeAsync();
    }
}
