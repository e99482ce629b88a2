using System.Security.Authentication;
using HashDb.Protocol;
using HashDb.Protocol.Messages;
using HashDb.Server.Tests.Support;

namespace HashDb.Server.Tests;

public sealed class TlsTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Client_that_trusts_the_authority_is_served(bool fromPkcs12)
    {
        using var certificates = new Certificates();
        await using TestServer server = await TestServer.StartAsync(options => fromPkcs12
            ? options with { TlsCertificatePath = certificates.ServerPkcs12Path, TlsPassword = Certificates.Pkcs12Password }
            : WithTls(options, certificates));
        await using RawClient client = await RawClient.ConnectAsync(server.EndPoint, certificates.Trusting());

        (await client.GreetAsync()).Header.IsError.ShouldBeFalse();
        (await client.AskAsync(2, Opcode.Ping, default(EmptyMessage))).Header.IsError.ShouldBeFalse();
    }

    [Fact]
    public async Task Client_that_trusts_another_authority_refuses_the_server()
    {
        using var certificates = new Certificates();
        using var others = new Certificates("another authority");
        await using TestServer server = await TestServer.StartAsync(options => WithTls(options, certificates));

        await Should.ThrowAsync<AuthenticationException>(() => RawClient.ConnectAsync(server.EndPoint, others.Trusting()));
    }

    [Fact]
    public async Task Client_without_TLS_is_disconnected_unheard()
    {
        using var certificates = new Certificates();
        await using TestServer server = await TestServer.StartAsync(options => WithTls(options, certificates));
        await using RawClient client = await RawClient.ConnectAsync(server.EndPoint);

        await client.SendAsync(1, Opcode.Hello, new HelloRequest(1, 1, ProtocolFeatures.None, "test", null));

        RawClient.Answer? answer = null;
        try
        {
            answer = await client.ReceiveAsync();
        }
        catch (HashDbException)
        {
            // A TLS alert is no frame.
        }

        answer.ShouldBeNull();
    }

    [Fact]
    public async Task Client_certificate_of_the_authority_is_accepted()
    {
        using var certificates = new Certificates();
        await using TestServer server = await TestServer.StartAsync(options => WithClientCa(options, certificates));
        await using RawClient client = await RawClient.ConnectAsync(server.EndPoint, certificates.Trusting(certificates.Client));

        (await client.GreetAsync()).Header.IsError.ShouldBeFalse();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Missing_client_certificate_or_one_of_another_authority_is_refused(bool showsOne)
    {
        using var certificates = new Certificates();
        using var others = new Certificates("another authority");
        await using TestServer server = await TestServer.StartAsync(options => WithClientCa(options, certificates));

        // With TLS 1.3 the client learns of the refusal only when it reads.
        bool isServed = false;
        try
        {
            await using RawClient client =
                await RawClient.ConnectAsync(server.EndPoint, certificates.Trusting(showsOne ? others.Client : null));
            isServed = !(await client.GreetAsync()).Header.IsError;
        }
        catch (Exception error) when (error is IOException or AuthenticationException)
        {
            // What was hoped for.
        }

        isServed.ShouldBeFalse();
    }

    [Fact]
    public async Task Certificate_that_cannot_be_used_is_said_at_start()
    {
        using var certificates = new Certificates();

        (await Refuse(certificates.ServerPath, null)).ShouldContain("TlsKeyPath");
        (await Refuse(certificates.ServerPath, certificates.AuthorityPath)).ShouldContain(certificates.ServerPath);
        (await Refuse(certificates.ServerPkcs12Path, null)).ShouldContain(certificates.ServerPkcs12Path);
        (await Refuse("/nowhere/server.pem", "/nowhere/server.key")).ShouldContain("/nowhere/server.pem");

        static async Task<string> Refuse(string certificate, string? key) =>
            (await Should.ThrowAsync<ArgumentException>(
                () => TestServer.StartAsync(options => options with { TlsCertificatePath = certificate, TlsKeyPath = key }))).Message;
    }

    private static HashDbServerOptions WithTls(HashDbServerOptions options, Certificates certificates) =>
        options with { TlsCertificatePath = certificates.ServerPath, TlsKeyPath = certificates.ServerKeyPath };

    private static HashDbServerOptions WithClientCa(HashDbServerOptions options, Certificates certificates) =>
        WithTls(options, certificates) with { ClientCaPath = certificates.AuthorityPath };
}
