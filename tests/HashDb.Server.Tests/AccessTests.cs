using HashDb.Protocol;
using HashDb.Protocol.Messages;
using HashDb.Server.Tests.Support;

namespace HashDb.Server.Tests;

public sealed class AccessTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("hashdb_guess")]
    public async Task Client_without_a_known_token_is_refused_and_disconnected(string? token)
    {
        await using TestServer server = await StartAsync(AccessToken.Create(), AccessScope.Admin);
        await using RawClient client = await RawClient.ConnectAsync(server.EndPoint);

        RawClient.Answer answer = await client.GreetAsync(token);

        answer.Error.Code.ShouldBe(HashDbErrorCode.Unauthenticated);
        answer.Header.RequestId.ShouldBe(1u);
        (await client.ReceiveAsync()).ShouldBeNull();
    }

    [Theory]
    [InlineData(AccessScope.Read)]
    [InlineData(AccessScope.Write)]
    [InlineData(AccessScope.Admin)]
    public async Task Token_allows_what_its_scope_includes_and_nothing_more(AccessScope scope)
    {
        string token = AccessToken.Create();
        await using TestServer server = await StartAsync(token, scope);
        await using RawClient client = await RawClient.OpenAsync(server.EndPoint, token);
        (Opcode Opcode, Func<uint, Task<RawClient.Answer>> Ask)[] requests =
        [
            (Opcode.Ping, id => client.AskAsync(id, Opcode.Ping, default(EmptyMessage))),
            (Opcode.ListCollections, id => client.AskAsync(id, Opcode.ListCollections, default(EmptyMessage))),
            (Opcode.Search, id => client.AskAsync(id, Opcode.Search, TestServer.Search(1))),
            (Opcode.Insert, id => client.AskAsync(id, Opcode.Insert, TestServer.Insert(0, 1))),
            (Opcode.Delete, id => client.AskAsync(id, Opcode.Delete, new DeleteRequest(TestServer.Collection, []))),
            (Opcode.CreateCollection, id => client.AskAsync(id, Opcode.CreateCollection, TestServer.CreateRequest())),
            (Opcode.DropCollection, id => client.AskAsync(id, Opcode.DropCollection, new CollectionRequest(TestServer.Collection))),
            (Opcode.CheckpointDatabase, id => client.AskAsync(id, Opcode.CheckpointDatabase, default(EmptyMessage))),
            (Opcode.Backup, id => client.AskAsync(id, Opcode.Backup, new BackupRequest(Path.Combine(server.DataDirectory, "copy")))),
        ];

        uint next = 10;
        foreach ((Opcode opcode, Func<uint, Task<RawClient.Answer>> ask) in requests)
        {
            RawClient.Answer answer = await ask(next++);
            bool isDenied = answer.Header.IsError && answer.Error.Code == HashDbErrorCode.PermissionDenied;
            isDenied.ShouldBe(opcode.RequiredScope() > scope, opcode.ToString());
        }
    }

    [Fact]
    public async Task No_log_message_holds_a_token_or_its_hash()
    {
        using var logs = new LogCapture();
        string token = AccessToken.Create();
        const string guess = "hashdb_a-guess-that-someone-made";
        await using (TestServer server = await StartAsync(token, AccessScope.Read, logs))
        {
            await using (RawClient refused = await RawClient.ConnectAsync(server.EndPoint))
                (await refused.GreetAsync(guess)).Header.IsError.ShouldBeTrue();
            await using RawClient client = await RawClient.OpenAsync(server.EndPoint, token);
            await client.AskAsync(2, Opcode.Insert, TestServer.Insert(0, 1));
            await client.AskAsync(3, Opcode.Search, TestServer.Search(0));
            await client.SendAsync(uint.MaxValue, 4, 25, 0, []);
            await client.ReceiveAsync();
        }

        logs.Text.ShouldContain("was refused: Unauthenticated");
        logs.Text.ShouldNotContain(token);
        logs.Text.ShouldNotContain(guess);
        logs.Text.ShouldNotContain(AccessToken.ToLine(token, AccessScope.Read).Split(':')[1]);
        logs.Text.ShouldNotContain(token[AccessToken.Prefix.Length..]);
    }

    private static Task<TestServer> StartAsync(string token, AccessScope scope, LogCapture? logs = null) =>
        TestServer.StartAsync(options => options with { Tokens = [AccessToken.ToLine(token, scope)] }, logs?.CreateFactory());
}
