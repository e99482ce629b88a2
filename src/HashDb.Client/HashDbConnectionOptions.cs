using HashDb.Protocol;
using HashDb.Protocol.Messages;
using Microsoft.Extensions.Logging;

namespace HashDb.Client;

/// <summary>How a program reaches a database on a server. Its text never shows the token.</summary>
public sealed record HashDbConnectionOptions
{
    /// <summary>64 connections of one client: a server has more use for its sockets than one client's parallelism.</summary>
    public const int MaxPoolSize = 64;

    /// <summary>What the server asks for to let the client in; none when null.</summary>
    public string? Token { get; init; }

    /// <summary>
    /// Connections at most, 1 to <see cref="MaxPoolSize"/>. Opened as they are needed; each carries many requests at a time.
    /// </summary>
    public int PoolSize { get; init; } = 2;

    /// <summary>
    /// Requests on their way on one connection, 1 to <see cref="ProtocolLimits.MaxMaxInFlight"/>, or fewer when the server wants
    /// that. Further calls wait.
    /// </summary>
    public int MaxInFlight { get; init; } = 256;

    /// <summary>Longest time that making a connection may take, handshake included.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Longest time that a call may take, retries included; then it fails with <see cref="HashDbErrorCode.Timeout"/>. Calls whose
    /// length depends on the size of the database (checkpoint, compaction, backup, making and dropping collections) wait as long as the
    /// server shows signs of life.
    /// </summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(100);

    /// <summary>
    /// How long a broken connection is made again and an overloaded server asked again, before a call fails with
    /// <see cref="HashDbErrorCode.ConnectionLost"/> or <see cref="HashDbErrorCode.Overloaded"/>. Zero tries once.
    /// </summary>
    public TimeSpan RetryTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// A connection from which nothing came for this long is asked for a sign of life; after as long again it counts as broken.
    /// </summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Certificates, for <c>hashdbs://</c> addresses.</summary>
    public HashDbTlsOptions Tls { get; init; } = new();

    /// <summary>Where the client logs; nowhere when null. What it throws is dropped and counted.</summary>
    public ILoggerFactory? LoggerFactory { get; init; }

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentException">A value is missing or outside its range.</exception>
    public void Validate()
    {
        CheckRange(nameof(PoolSize), PoolSize, MaxPoolSize);
        CheckRange(nameof(MaxInFlight), MaxInFlight, ProtocolLimits.MaxMaxInFlight);
        CheckTime(nameof(ConnectTimeout), ConnectTimeout, mayBeZero: false);
        CheckTime(nameof(RequestTimeout), RequestTimeout, mayBeZero: false);
        CheckTime(nameof(RetryTimeout), RetryTimeout, mayBeZero: true);
        CheckTime(nameof(KeepAliveInterval), KeepAliveInterval, mayBeZero: false);
        if (Token is not null && System.Text.Encoding.UTF8.GetByteCount(Token) is var bytes and (0 or > ProtocolLimits.MaxTokenBytes))
            throw new ArgumentException($"The token has {bytes} bytes; it must have 1 to {ProtocolLimits.MaxTokenBytes}.", nameof(Token));
        if (Tls is null)
            throw new ArgumentException("Tls options are missing.", nameof(Tls));
        Tls.Validate();
    }

    /// <summary>The settings without the token.</summary>
    public override string ToString() =>
        $"{nameof(HashDbConnectionOptions)} {{ Token = {(Token is null ? "none" : "given")}, PoolSize = {PoolSize}, "
        + $"MaxInFlight = {MaxInFlight}, "
        + $"ConnectTimeout = {ConnectTimeout}, RequestTimeout = {RequestTimeout}, RetryTimeout = {RetryTimeout}, "
        + $"KeepAliveInterval = {KeepAliveInterval} }}";

    private static void CheckRange(string name, int value, int max)
    {
        if (value < 1 || value > max)
            throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it must be 1 to {max}.");
    }

    private static void CheckTime(string name, TimeSpan value, bool mayBeZero)
    {
        // A day: longer waits are mistakes, and timers have a limit of their own not far beyond.
        if (value < TimeSpan.Zero || (value == TimeSpan.Zero && !mayBeZero) || value > TimeSpan.FromDays(1))
            throw new ArgumentOutOfRangeException(
                name, value, $"{name} is {value}; it must be {(mayBeZero ? "at least zero" : "more than zero")} and at most a day.");
    }
}
