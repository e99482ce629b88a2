using System.Text;
using HashDb.Protocol;
using HashDb.Protocol.Messages;
using HashDb.Server.Tests.Support;

namespace HashDb.Server.Tests;

public sealed class HandshakeTests
{
    [Theory]
    [InlineData(2, 9)]
    [InlineData(-3, 0)]
    public async Task No_version_in_common_is_refused_by_code(int lowest, int highest)
    {
        await using TestServer server = await TestServer.StartAsync();
        await using RawClient client = await RawClient.ConnectAsync(server.EndPoint);

        (await client.GreetAsync(lowestVersion: lowest, highestVersion: highest)).Error.Code.ShouldBe(HashDbErrorCode.UnsupportedVersion);
        (await client.ReceiveAsync()).ShouldBeNull();
    }

    [Fact]
    public async Task Newer_client_that_speaks_this_version_too_is_served()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using RawClient client = await RawClient.ConnectAsync(server.EndPoint);

        HelloAnswer answer = (await client.GreetAsync(features: (ProtocolFeatures)0x7FFF_FFFF, highestVersion: 99)).Read<HelloAnswer>();

        answer.Version.ShouldBe(ProtocolLimits.HighestVersion);
        answer.Features.ShouldBe(ProtocolFeatures.Checksums);
        answer.MaxInFlight.ShouldBe(128);
        answer.MaxFrameBytes.ShouldBe(ProtocolLimits.MaxFrameBytes);
    }

    [Fact]
    public async Task Anything_else_before_the_handshake_is_a_protocol_error()
    {
        await using TestServer server = await TestServer.StartAsync();

        await ShouldBeRefusedAsync(server, client => client.SendAsync(1, Opcode.Ping, default(EmptyMessage)));
        await ShouldBeRefusedAsync(server, client => client.SendAsync(1, Opcode.Search, TestServer.Search(0)));
        await ShouldBeRefusedAsync(
            server,
            client => client.SendAsync(RawClient.Frame(1, Opcode.Hello, new HelloRequest(1, 1, 0, "test", null), FrameFlags.Answer)));
        await ShouldBeRefusedAsync(server, client => client.SendAsync(1, 1, 1, 0, [0xC1]));
        await ShouldBeRefusedAsync(server, client => client.SendAsync(1, Opcode.Hello, new CollectionRequest("NOTHASHDB")));

        // Too long for a handshake, as soon as the head is there.
        await ShouldBeRefusedAsync(server, client => client.SendAsync(ProtocolLimits.MaxFrameBytesBeforeHello + 1, 1, 1, 0, []));
        await ShouldBeRefusedAsync(
            server, client => client.SendAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")));
    }

    [Fact]
    public async Task Second_handshake_and_request_id_zero_and_answers_end_the_connection()
    {
        await using TestServer server = await TestServer.StartAsync();

        await ShouldBeRefusedAsync(
            server, client => client.SendAsync(2, Opcode.Hello, new HelloRequest(1, 1, 0, "test", null)), greet: true);
        await ShouldBeRefusedAsync(server, client => client.SendAsync(0, Opcode.Ping, default(EmptyMessage)), greet: true);
        await ShouldBeRefusedAsync(
            server, client => client.SendAsync(RawClient.Frame(2, Opcode.Ping, default(EmptyMessage), FrameFlags.Answer)), greet: true);
    }

    private static async Task ShouldBeRefusedAsync(TestServer server, Func<RawClient, Task> send, bool greet = false)
    {
        await using RawClient client = await RawClient.ConnectAsync(server.EndPoint);
        if (greet)
            await client.GreetAsync();
        await send(client);

        RawClient.Answer answer = (await client.ReceiveAsync()).ShouldNotBeNull();
        answer.Header.RequestId.ShouldBe(0u);
        answer.Error.Code.ShouldBe(HashDbErrorCode.ProtocolError);
        (await client.ReceiveAsync()).ShouldBeNull();
    }
}
