// Certificates of the server and of its clients, loaded once at start so that a mistake is said then and not at the first
// connection.
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace HashDb.Server.Internal.Hosting;

internal sealed class TlsSettings : IDisposable
{
    private readonly X509Certificate2 _certificate;
    private readonly X509Certificate2Collection? _clientAuthorities;
    private readonly TimeSpan _handshakeTimeout;

    private TlsSettings(X509Certificate2 certificate, X509Certificate2Collection? clientAuthorities, TimeSpan handshakeTimeout)
    {
        _certificate = certificate;
        _clientAuthorities = clientAuthorities;
        _handshakeTimeout = handshakeTimeout;
    }

    /// <summary>Loads what the options name.</summary>
    /// <returns>Null when TLS is off.</returns>
    /// <exception cref="ArgumentException">A file cannot be read or is not a certificate.</exception>
    public static TlsSettings? Load(HashDbServerOptions options)
    {
        if (options.TlsCertificatePath is not { } path)
            return null;
        X509Certificate2 certificate = Read(path, () => LoadCertificate(path, options.TlsKeyPath, options.TlsPassword));
        if (!certificate.HasPrivateKey)
        {
            certificate.Dispose();
            throw new ArgumentException($"The certificate file {path} cannot be used: it holds no private key.");
        }

        X509Certificate2Collection? authorities = options.ClientCaPath is { } ca ? Read(ca, () => LoadAuthorities(ca)) : null;
        return new TlsSettings(certificate, authorities, options.HandshakeTimeout);
    }

    public void Configure(HttpsConnectionAdapterOptions https)
    {
        https.ServerCertificate = _certificate;
        https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        https.HandshakeTimeout = _handshakeTimeout;
        if (_clientAuthorities is null)
            return;
        https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
        https.ClientCertificateValidation = (certificate, _, _) => IsSignedByAuthority(certificate);
    }

    public void Dispose()
    {
        _certificate.Dispose();
        foreach (X509Certificate2 authority in _clientAuthorities ?? [])
            authority.Dispose();
    }

    /// <summary>The chain must end in one of our authorities; what the machine trusts otherwise does not count.</summary>
    private bool IsSignedByAuthority(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_clientAuthorities!);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid("1.3.6.1.5.5.7.3.2", "Client authentication"));
        return chain.Build(certificate);
    }

    private static X509Certificate2 LoadCertificate(string path, string? keyPath, string? password)
    {
        X509ContentType type = X509Certificate2.GetCertContentType(path);
        if (type == X509ContentType.Pkcs12)
            return X509CertificateLoader.LoadPkcs12FromFile(path, password);
        if (keyPath is null && !File.ReadAllText(path).Contains("PRIVATE KEY-----", StringComparison.Ordinal))
            throw new CryptographicException("it holds no private key, and TlsKeyPath is not set");
        if (password is null)
            return X509Certificate2.CreateFromPemFile(path, keyPath);
        return X509Certificate2.CreateFromEncryptedPemFile(path, password, keyPath);
    }

    private static X509Certificate2Collection LoadAuthorities(string path)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(path);
        if (authorities.Count == 0)
            throw new CryptographicException("it holds no certificate in PEM form");
        return authorities;
    }

    private static T Read<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new ArgumentException($"The certificate file {path} cannot be used: {error.Message}", error);
        }
    }
}
