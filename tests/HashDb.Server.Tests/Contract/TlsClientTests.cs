using HashDb.Client;
using HashDb.Client.Tests;
using HashDb.Client.Tests.Support;
using HashDb.Protocol;
using HashDb.Protocol.Messages;
using HashDb.Storage;

namespace HashDb.Server.Tests.Contract;

/// <summary>
/// The contract, kept by a server over TLS that asks for a token, with a certificate that the client trusts as its own authority.
/// </summary>
public sealed class TlsClientTests : ClientContract
{
    private readonly TemporaryDirectory _files = new();
    private readonly string _token = AccessToken.Create();
    private readonly TestCertificate _certificate;

    public TlsClientTests() => _certificate = TestCertificate.Make(_files["server"]);

    protected override async Task<HashDbConnection> OpenAsync(string path, DatabaseOptions options) => await ServedClient.StartAsync(
        new HashDbServerOptions
        {
            DataDirectory = path,
            ListenAddress = "127.0.0.1:0",
            HttpAddress = HashDbServerOptions.Off,
            Database = options,
            TlsCertificatePath = _certificate.CertificatePath,
            TlsKeyPath = _certificate.KeyPath,
            Tokens = [AccessToken.ToLine(_token, AccessScope.Admin)],
        },
        server => $"hashdbs://{server.EndPoint}",
        new HashDbConnectionOptions { Token = _token, Tls = new HashDbTlsOptions { TrustedAuthorities = [_certificate.Certificate] } },
        Cancellation);
}
