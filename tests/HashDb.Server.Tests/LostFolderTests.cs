using System.Net;
using HashDb.Client.Tests.Support;
using HashDb.Protocol;
using HashDb.Server.Tests.Support;

namespace HashDb.Server.Tests;

// The folder of a database was removed under its server, by hand, or with the volume that it was on. The files stayed open: writes were
// acknowledged and were in no folder, /readyz said "ready", and the server ended with exit code 0.
public sealed class LostFolderTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public LostFolderTests() => Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not let the files go.");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Server_whose_folder_vanishes_is_not_ready_refuses_writes_and_ends_with_exit_code_1(bool isRemoved)
    {
        using var directory = new TemporaryDirectory();
        string database = directory["database"];
        using ServerProcess server = await ServerProcess.StartAsync(database, http: "127.0.0.1:0");
        using var http = new HttpClient();
        string ready = $"http://{server.HttpEndPoint}/readyz";
        await using (RawClient client = await RawClient.OpenAsync(server.EndPoint))
        {
            (await client.AskAsync(1, Opcode.CreateCollection, TestServer.CreateRequest())).Header.IsError.ShouldBeFalse();
            (await client.AskAsync(2, Opcode.Insert, TestServer.Insert(0, 20))).Header.IsError.ShouldBeFalse();
            (await http.GetStringAsync(ready, Cancellation)).ShouldBe("ready\n");

            if (isRemoved)
                Directory.Delete(database, recursive: true);
            else
                Directory.Move(database, directory["elsewhere"]);

            using HttpResponseMessage answer = await http.GetAsync(ready, Cancellation);
            answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            (await answer.Content.ReadAsStringAsync(Cancellation)).ShouldContain("folder");
            RawClient.Answer refused = await client.AskAsync(3, Opcode.Insert, TestServer.Insert(20, 20));
            (refused.Header.IsError, refused.Error.Code).ShouldBe((true, HashDbErrorCode.Poisoned));
            (await client.AskAsync(4, Opcode.Search, TestServer.Search(3))).Header.IsError.ShouldBeFalse();
        }

        (await server.TerminateAsync()).ShouldBe(1);
        Directory.Exists(database).ShouldBeFalse();
    }

    [Fact]
    public async Task Server_that_looks_at_nothing_but_its_clock_notices_within_seconds()
    {
        await using TestServer server = await TestServer.StartWithCollectionAsync();
        await using RawClient client = await RawClient.OpenAsync(server.EndPoint);
        File.Move(Path.Combine(server.DataDirectory, "LOCK"), Path.Combine(server.DataDirectory, "LOCK.away"));

        // No request for readiness is made; the number of inserts is a limit of patience and no measure.
        RawClient.Answer answer = default!;
        for (uint i = 0; i < 600 && (i == 0 || !answer.Header.IsError); i++)
        {
            answer = await client.AskAsync(10 + i, Opcode.Insert, TestServer.Insert((int)i, 1));
            await Task.Delay(50, Cancellation);
        }

        answer.Header.IsError.ShouldBeTrue();
        answer.Error.Code.ShouldBe(HashDbErrorCode.Poisoned);
        (await Should.ThrowAsync<HashDbException>(() => server.Server.StopAsync(Cancellation))).Message.ShouldContain("LOCK");
    }
}
