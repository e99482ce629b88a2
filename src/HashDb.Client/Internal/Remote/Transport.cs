// A byte stream to the server: TCP, with TLS around it when the address says so.
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace HashDb.Client.Internal.Remote;

internal static class Transport
{
    /// <summary>Connects.</summary>
    /// <exception cref="HashDbException">
    /// <see cref="HashDbErrorCode.ConnectionLost"/>: nobody answers (transient), or the certificate is not trusted (not transient).
    /// </exception>
    public static async Task<Stream> ConnectAsync(ServerAddress address, HashDbTlsOptions tls, CancellationToken cancellationToken)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Stream? stream = null;
        try
        {
            await socket.ConnectAsync(address.Host, address.Port, cancellationToken).ConfigureAwait(false);
            stream = new NetworkStream(socket, ownsSocket: true);
            if (!address.IsTls)
                return stream;
            var secure = new SslStream(stream, leaveInnerStreamOpen: false);
            stream = secure;
            await secure.AuthenticateAsClientAsync(TlsOptions(address, tls), cancellationToken).ConfigureAwait(false);
            return secure;
        }
        catch (Exception error)
        {
            if (stream is not null)
                await stream.DisposeAsync().ConfigureAwait(false);
            socket.Dispose();
            throw error switch
            {
                System.Security.Authentication.AuthenticationException => new HashDbException(
                    HashDbErrorCode.ConnectionLost, $"No trusted connection to {address}: {error.Message}", error),
                SocketException or IOException => new HashDbException(
                    HashDbErrorCode.ConnectionLost, $"No connection to {address}: {error.Message}", error, isTransient: true),
                _ => error,
            };
        }
    }

    private static SslClientAuthenticationOptions TlsOptions(ServerAddress address, HashDbTlsOptions tls)
    {
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = tls.TargetHost ?? address.Host,
            RemoteCertificateValidationCallback = tls.CertificateValidation,
        };
        if (tls.ClientCertificate is not null)
            options.ClientCertificates = [tls.ClientCertificate];
        if (tls.TrustedAuthorities is not null)
        {
            // Lists of revoked certificates are published by public authorities; a private authority has none to ask.
            options.CertificateChainPolicy =
                new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(tls.TrustedAuthorities);
        }
        return options;
    }
}
