// Every option of a server, with its limits. The defaults are those of a server that only this machine can reach.
using System.Globalization;
using System.Net;
using HashDb.Protocol;
using HashDb.Protocol.Messages;
using HashDb.Storage;

namespace HashDb.Server;

/// <summary>How a server runs. All of it can be bound from configuration; docs/SERVER.md explains each with its reason.</summary>
public sealed record HashDbServerOptions
{
    /// <summary>What <see cref="HttpAddress"/> is when there is no HTTP endpoint.</summary>
    public const string Off = "off";

    /// <summary>65,536 connections: about as many as one process may have files open.</summary>
    public const int MaxMaxConnections = 65_536;

    /// <summary>4,096 requests in flight on one connection: beyond that they only wait in the server instead of the client.</summary>
    public const int MaxMaxInFlight = 4_096;

    /// <summary>Directory of the database; made when it does not exist.</summary>
    public string DataDirectory { get; init; } = "";

    /// <summary>
    /// Address and port that clients connect to, such as <c>127.0.0.1:7420</c>, <c>[::1]:7420</c> or <c>localhost:0</c>; port 0
    /// takes a free one.
    /// </summary>
    public string ListenAddress { get; init; } = $"127.0.0.1:{ProtocolLimits.DefaultPort}";

    /// <summary>Address and port of health and metrics over HTTP, or <see cref="Off"/>.</summary>
    public string HttpAddress { get; init; } = $"127.0.0.1:{ProtocolLimits.DefaultPort + 1}";

    /// <summary>Certificate of the server: a PEM file (with <see cref="TlsKeyPath"/>) or a PKCS#12 file. No TLS when null.</summary>
    public string? TlsCertificatePath { get; init; }

    /// <summary>Private key of a PEM certificate.</summary>
    public string? TlsKeyPath { get; init; }

    /// <summary>Password of the PKCS#12 file or of the encrypted PEM key.</summary>
    public string? TlsPassword { get; init; }

    /// <summary>PEM file of authorities. When given, every client must show a certificate that one of them signed.</summary>
    public string? ClientCaPath { get; init; }

    /// <summary>File with a line <c>scope:hash</c> for each token, as <c>hashdb token</c> prints it.</summary>
    public string? TokenFile { get; init; }

    /// <summary>The same lines, given directly. Without any token every client may do everything.</summary>
    public IReadOnlyList<string> Tokens { get; init; } = [];

    /// <summary>Allow an address that others can reach without TLS and tokens.</summary>
    public bool Insecure { get; init; }

    /// <summary>Longest body of a frame; one insert of the engine's largest batch fits the default.</summary>
    public int MaxFrameBytes { get; init; } = ProtocolLimits.MaxFrameBytes;

    /// <summary>What <see cref="MaxConnections"/> is when it is not given.</summary>
    public const int DefaultMaxConnections = 1_024;

    /// <summary>
    /// Connections at a time; more are turned away. Those that have not shown their token yet hold half of them at most. The default is
    /// lowered when the process may not have so many files open.
    /// </summary>
    public int MaxConnections { get; init; } = DefaultMaxConnections;

    /// <summary>Connections of one address (of one network of 64 bits with IPv6) at a time.</summary>
    public int MaxConnectionsPerAddress { get; init; } = 512;

    /// <summary>Requests of one connection that are worked on at a time; more wait unread.</summary>
    public int MaxInFlightPerConnection { get; init; } = 128;

    /// <summary>
    /// Requests that one connection may send a second; more are answered with <see cref="HashDbErrorCode.Overloaded"/>. 0: no
    /// limit.
    /// </summary>
    public int MaxRequestsPerSecond { get; init; }

    /// <summary>From the connection to the end of its handshake.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A connection that sends nothing for this long, and waits for nothing, is closed.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>From the first byte of a frame to its last.</summary>
    public TimeSpan FrameTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A client that takes nothing of its answers for this long is disconnected.</summary>
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long a request that needs much memory waits for it before it is answered with <see cref="HashDbErrorCode.Overloaded"/>.
    /// </summary>
    public TimeSpan MemoryTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long requests in flight may take to end when the server stops.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Memory that all requests with large bodies or answers may hold together.</summary>
    public long RequestMemoryBytes { get; init; } = 512L * 1024 * 1024;

    /// <summary>Durability, memory and checkpoints of the engine.</summary>
    public DatabaseOptions Database { get; init; } = new();

    /// <summary>Checks every value and whether together they are safe.</summary>
    /// <exception cref="ArgumentException">
    /// A value is missing or outside its range, or others could reach the server without TLS and a token.
    /// </exception>
    public void Validate()
    {
        if (string.IsNullOrWhiteSpace(DataDirectory))
            throw new ArgumentException("DataDirectory, the directory of the database, is not set.", nameof(DataDirectory));
        IPEndPoint listen = ListenEndPoint;
        IPEndPoint? http = HttpEndPoint;
        Require(TlsKeyPath is null || TlsCertificatePath is not null, nameof(TlsKeyPath), "TlsKeyPath is set without TlsCertificatePath.");
        Require(
            ClientCaPath is null || TlsCertificatePath is not null,
            nameof(ClientCaPath),
            "ClientCaPath is set without TlsCertificatePath: clients show certificates over TLS only.");
        Require(Tokens is not null, nameof(Tokens), "Tokens is null; it may be empty.");
        CheckNumbers();
        CheckTimes();
        Require(Database is not null, nameof(Database), "Database options are missing.");
        Database!.Validate();

        if (Insecure)
            return;
        if (!IPAddress.IsLoopback(listen.Address))
        {
            Require(
                TlsCertificatePath is not null,
                nameof(ListenAddress),
                $"ListenAddress {ListenAddress} can be reached from other machines: give TLS (TlsCertificatePath), or set "
                + "Insecure to allow it without.");
            Require(
                TokenFile is not null || Tokens!.Count > 0,
                nameof(ListenAddress),
                $"ListenAddress {ListenAddress} can be reached from other machines: give tokens (TokenFile), or set Insecure "
                + "to allow it without.");
        }

        Require(
            http is null || IPAddress.IsLoopback(http.Address),
            nameof(HttpAddress),
            $"HttpAddress {HttpAddress} can be reached from other machines, and health and metrics ask for no token: use a "
            + "loopback address, or set Insecure to allow it.");
    }

    /// <summary><see cref="ListenAddress"/>, parsed.</summary>
    internal IPEndPoint ListenEndPoint => ParseEndPoint(ListenAddress, nameof(ListenAddress));

    /// <summary><see cref="HttpAddress"/>, parsed; null when off.</summary>
    internal IPEndPoint? HttpEndPoint =>
        string.Equals(HttpAddress, Off, StringComparison.OrdinalIgnoreCase) ? null : ParseEndPoint(HttpAddress, nameof(HttpAddress));

    private void CheckNumbers()
    {
        CheckRange(nameof(MaxFrameBytes), MaxFrameBytes, ProtocolLimits.MaxFrameBytesBeforeHello, ProtocolLimits.MaxFrameBytes);
        CheckRange(nameof(MaxConnections), MaxConnections, 1, MaxMaxConnections);
        CheckRange(nameof(MaxConnectionsPerAddress), MaxConnectionsPerAddress, 1, MaxMaxConnections);
        CheckRange(nameof(MaxInFlightPerConnection), MaxInFlightPerConnection, 1, MaxMaxInFlight);
        CheckRange(nameof(MaxRequestsPerSecond), MaxRequestsPerSecond, 0, 10_000_000);

        // A body is held twice while it is decoded; a request that could never have its memory would never be answered.
        CheckRange(nameof(RequestMemoryBytes), RequestMemoryBytes, 2L * MaxFrameBytes, 1L << 40);
    }

    private void CheckTimes()
    {
        CheckTime(nameof(HandshakeTimeout), HandshakeTimeout);
        CheckTime(nameof(IdleTimeout), IdleTimeout);
        CheckTime(nameof(FrameTimeout), FrameTimeout);
        CheckTime(nameof(SendTimeout), SendTimeout);
        CheckTime(nameof(MemoryTimeout), MemoryTimeout);
        CheckTime(nameof(DrainTimeout), DrainTimeout);
    }

    private static IPEndPoint ParseEndPoint(string? text, string name)
    {
        int colon = text?.LastIndexOf(':') ?? -1;
        if (colon > 0 && ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out ushort port))
        {
            ReadOnlySpan<char> host = text.AsSpan(0, colon);
            if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
                return new IPEndPoint(IPAddress.Loopback, port);
            bool bracketed = host[0] == '[' && host[^1] == ']';
            if (IPAddress.TryParse(bracketed ? host[1..^1] : host, out IPAddress? address)
                && bracketed == (address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6))
            {
                return new IPEndPoint(address, port);
            }
        }

        throw new ArgumentException(
            $"{name} is '{text}'; it must be an address and a port such as 127.0.0.1:7420, [::1]:7420 or localhost:7420.", name);
    }

    private static void CheckRange(string name, long value, long min, long max) =>
        Require(value >= min && value <= max, name, $"{name} is {value}; it must be {min} to {max}.");

    private static void CheckTime(string name, TimeSpan value) =>
        Require(
            value >= TimeSpan.FromMilliseconds(100) && value <= TimeSpan.FromDays(1),
            name,
            $"{name} is {value}; it must be 100 ms to 1 day.");

    private static void Require(bool ok, string name, string message)
    {
        if (!ok)
            throw new ArgumentException(message, name);
    }
}
