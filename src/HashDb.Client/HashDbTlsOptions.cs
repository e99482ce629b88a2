using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace HashDb.Client;

/// <summary>How the certificate of a server is checked, and which one the client shows. Used with <c>hashdbs://</c> addresses.</summary>
public sealed record HashDbTlsOptions
{
    /// <summary>Name that the server's certificate must carry; the host of the address when null.</summary>
    public string? TargetHost { get; init; }

    /// <summary>
    /// Authorities to trust in place of those of the machine; a self-signed certificate is its own. Those of the machine when null.
    /// </summary>
    public X509Certificate2Collection? TrustedAuthorities { get; init; }

    /// <summary>Decides alone whether a certificate is accepted, for rules that the other settings cannot say.</summary>
    public RemoteCertificateValidationCallback? CertificateValidation { get; init; }

    /// <summary>Shown to a server that asks for one; with its private key.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">Settings exclude each other, or a certificate lacks its private key.</exception>
    public void Validate()
    {
        if (TrustedAuthorities is not null && CertificateValidation is not null)
            throw new ArgumentException(
                "TrustedAuthorities and CertificateValidation exclude each other: give one.", nameof(CertificateValidation));
        if (TrustedAuthorities is { Count: 0 })
            throw new ArgumentException("TrustedAuthorities is empty: no certificate could be accepted.", nameof(TrustedAuthorities));
        if (ClientCertificate is { HasPrivateKey: false })
            throw new ArgumentException("ClientCertificate has no private key: it cannot be shown.", nameof(ClientCertificate));
    }
}
