using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace HashDb.Server.Tests.Contract;

/// <summary>A self-signed certificate for this machine, as PEM files.</summary>
internal sealed record TestCertificate(X509Certificate2 Certificate, string CertificatePath, string KeyPath)
{
    /// <param name="path">Folder of the files, made here.</param>
    /// <param name="purpose">Object identifier of what the certificate is for; anything when null.</param>
    public static TestCertificate Make(string path, string? purpose = null)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        if (purpose is not null)
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(purpose)], critical: false));
        X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        Directory.CreateDirectory(path);
        string certificatePath = Path.Combine(path, "certificate.pem");
        string keyPath = Path.Combine(path, "key.pem");
        File.WriteAllText(certificatePath, certificate.ExportCertificatePem());
        File.WriteAllText(keyPath, key.ExportPkcs8PrivateKeyPem());
        return new TestCertificate(certificate, certificatePath, keyPath);
    }
}
