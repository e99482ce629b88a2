using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace HashDb.Server.Tests.Support;

/// <summary>An authority and the certificates that it signs, made for one test.</summary>
internal sealed class Certificates : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("hashdb-tls-");
    private readonly X509Certificate2 _authority;

    public Certificates(string name = "test authority")
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, critical: true));
        _authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(AuthorityPath, _authority.ExportCertificatePem());
        using X509Certificate2 server = Sign("localhost", ServerAuthentication);
        File.WriteAllText(ServerPath, server.ExportCertificatePem());
        File.WriteAllText(ServerKeyPath, server.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        File.WriteAllBytes(ServerPkcs12Path, server.Export(X509ContentType.Pkcs12, Pkcs12Password));
        using X509Certificate2 client = Sign("a client", ClientAuthentication);
        Client = X509CertificateLoader.LoadPkcs12(client.Export(X509ContentType.Pkcs12), null);
    }

    public const string Pkcs12Password = "secret of the file";

    public string AuthorityPath => Path.Combine(_directory.FullName, "ca.pem");

    public string ServerPath => Path.Combine(_directory.FullName, "server.pem");

    public string ServerKeyPath => Path.Combine(_directory.FullName, "server.key");

    public string ServerPkcs12Path => Path.Combine(_directory.FullName, "server.p12");

    /// <summary>A certificate for client authentication, with its key.</summary>
    public X509Certificate2 Client { get; }

    /// <summary>How a client connects that trusts this authority alone.</summary>
    public SslClientAuthenticationOptions Trusting(X509Certificate2? clientCertificate = null) => new()
    {
        TargetHost = "localhost",
        ClientCertificates = clientCertificate is null ? null : [clientCertificate],
        CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { _authority },
            RevocationMode = X509RevocationMode.NoCheck,
        },
    };

    public void Dispose()
    {
        _authority.Dispose();
        Client.Dispose();
        _directory.Delete(recursive: true);
    }

    private X509Certificate2 Sign(string name, string purpose)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: true));
        using X509Certificate2 signed = request.Create(
            _authority, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1), RandomNumberGenerator.GetBytes(8));
        return signed.CopyWithPrivateKey(key);
    }
}
