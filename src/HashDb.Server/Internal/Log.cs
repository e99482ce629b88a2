// Messages of the server. Event ids: 4000 to 4099 starting and stopping, 4100 to 4199 connections, 4200 to 4299 requests,
// 4300 to 4399 access. No message holds a vector, a token or the hash of one.
using System.Net;
using Microsoft.Extensions.Logging;

namespace HashDb.Server.Internal;

internal static partial class Log
{
    [LoggerMessage(
        4000,
        LogLevel.Information,
        "Serving {Directory} at {Endpoint}, TLS {Tls}, {TokenCount} tokens; health and metrics at {HttpEndpoint}.")]
    public static partial void Started(
        ILogger logger, string directory, EndPoint endpoint, bool tls, int tokenCount, EndPoint? httpEndpoint);

    [LoggerMessage(
        4001,
        LogLevel.Warning,
        "The server can be reached at {Endpoint} without TLS or without tokens, because it was told to be insecure.")]
    public static partial void Insecure(ILogger logger, EndPoint endpoint);

    [LoggerMessage(
        4002, LogLevel.Information, "Stopping: {ConnectionCount} connections are open; their requests have {DrainTimeout} to end.")]
    public static partial void Draining(ILogger logger, int connectionCount, TimeSpan drainTimeout);

    [LoggerMessage(
        4003,
        LogLevel.Warning,
        "{ConnectionCount} connections had requests in flight when the time to drain was over; these were cancelled.")]
    public static partial void DrainTimedOut(ILogger logger, int connectionCount);

    [LoggerMessage(4004, LogLevel.Information, "Stopped after {ElapsedMilliseconds:F0} ms; the database is closed.")]
    public static partial void Stopped(ILogger logger, double elapsedMilliseconds);

    [LoggerMessage(
        4005,
        LogLevel.Warning,
        "At most {MaxConnections} connections are taken at a time, because the process may have {Limit} files open: allow more (ulimit -n, "
        + "LimitNOFILE) for the usual number.")]
    public static partial void ConnectionsLowered(ILogger logger, int maxConnections, long limit);

    [LoggerMessage(
        4006, LogLevel.Critical, "The database folder has gone from under the server; it takes no more writes and is not ready.")]
    public static partial void DatabaseLost(ILogger logger, Exception error);

    [LoggerMessage(4100, LogLevel.Debug, "Connection {Connection} from {Remote} was accepted.")]
    public static partial void ConnectionAccepted(ILogger logger, string connection, EndPoint? remote);

    [LoggerMessage(4101, LogLevel.Debug, "Connection {Connection} has ended.")]
    public static partial void ConnectionEnded(ILogger logger, string connection);

    [LoggerMessage(4102, LogLevel.Information, "Connection {Connection} was ended: {Reason}")]
    public static partial void ConnectionRefused(ILogger logger, string connection, string reason);

    [LoggerMessage(4103, LogLevel.Error, "Connection {Connection} failed.")]
    public static partial void ConnectionFailed(ILogger logger, string connection, Exception error);

    [LoggerMessage(4104, LogLevel.Information, "Connection {Connection} was ended: its client does not read its answers.")]
    public static partial void SendTimedOut(ILogger logger, string connection);

    [LoggerMessage(
        4105, LogLevel.Warning, "A connection from {Remote} was turned away: there are {Limit} connections, which is the limit.")]
    public static partial void TooManyConnections(ILogger logger, EndPoint? remote, int limit);

    [LoggerMessage(4106, LogLevel.Warning, "{Count} messages about connections were left out; the metrics count what happened.")]
    public static partial void MessagesLeftOut(ILogger logger, long count);

    [LoggerMessage(4200, LogLevel.Error, "The operation {Operation} failed in a way that it should not.")]
    public static partial void RequestFailed(ILogger logger, string operation, Exception error);

    [LoggerMessage(4204, LogLevel.Warning, "The operation {Operation} failed, and its client was not told all of it: {Reason}")]
    public static partial void ErrorWithheld(ILogger logger, string operation, string reason);

    [LoggerMessage(
        4201,
        LogLevel.Information,
        "Created the collection {Collection}: {Dimensions} dimensions, {BitCount} bits, {TableCount} tables, model {ModelKind}.")]
    public static partial void CollectionCreated(
        ILogger logger, string collection, int dimensions, int bitCount, int tableCount, string modelKind);

    [LoggerMessage(4202, LogLevel.Information, "Dropped the collection {Collection}.")]
    public static partial void CollectionDropped(ILogger logger, string collection);

    [LoggerMessage(4203, LogLevel.Information, "Copied the database to {TargetDirectory}.")]
    public static partial void BackedUp(ILogger logger, string targetDirectory);

    [LoggerMessage(4300, LogLevel.Warning, "The handshake of connection {Connection} from {Remote} was refused: {Code}.")]
    public static partial void HandshakeRefused(ILogger logger, string connection, EndPoint? remote, HashDbErrorCode code);
}
