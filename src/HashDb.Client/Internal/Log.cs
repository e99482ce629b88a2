// Messages of the client. Event ids: 3000 to 3099 opening and closing, 3100 to 3199 collections, 3200 to 3299 imports,
// 3300 to 3399 maintenance, 3400 to 3499 connections. Nothing is logged per vector.
using Microsoft.Extensions.Logging;

namespace HashDb.Client.Internal;

internal static partial class Log
{
    [LoggerMessage(
        3000, LogLevel.Information, "Opened the database {Directory} with {CollectionCount} collections in {ElapsedMilliseconds:F0} ms.")]
    public static partial void Opened(ILogger logger, string directory, int collectionCount, double elapsedMilliseconds);

    [LoggerMessage(3001, LogLevel.Information, "Closed the database {Directory}.")]
    public static partial void Closed(ILogger logger, string directory);

    [LoggerMessage(3002, LogLevel.Error, "The database {Directory} could not be opened.")]
    public static partial void OpenFailed(ILogger logger, string directory, Exception error);

    [LoggerMessage(
        3100,
        LogLevel.Information,
        "Created the collection {Collection}: {Dimensions} dimensions, {BitCount} bits, {TableCount} tables, model {ModelKind}.")]
    public static partial void CollectionCreated(
        ILogger logger, string collection, int dimensions, int bitCount, int tableCount, string modelKind);

    [LoggerMessage(3101, LogLevel.Information, "Dropped the collection {Collection}.")]
    public static partial void CollectionDropped(ILogger logger, string collection);

    [LoggerMessage(3200, LogLevel.Information, "Imported {RecordCount} records into {Collection} in {ElapsedMilliseconds:F0} ms.")]
    public static partial void Imported(ILogger logger, long recordCount, string collection, double elapsedMilliseconds);

    [LoggerMessage(3201, LogLevel.Warning, "An import into {Collection} ended early.")]
    public static partial void ImportFailed(ILogger logger, string collection, Exception error);

    [LoggerMessage(
        3300,
        LogLevel.Information,
        "Compacted {Collection}: {RowsBefore} rows and {BytesBefore} bytes became {RowsAfter} rows and {BytesAfter} bytes.")]
    public static partial void Compacted(
        ILogger logger, string collection, long rowsBefore, long bytesBefore, long rowsAfter, long bytesAfter);

    [LoggerMessage(3301, LogLevel.Information, "Copied the database {Directory} to {TargetDirectory}.")]
    public static partial void BackedUp(ILogger logger, string directory, string targetDirectory);

    [LoggerMessage(3400, LogLevel.Information, "Connected to {Address}, {Server}.")]
    public static partial void Connected(ILogger logger, Remote.ServerAddress address, string server);

    [LoggerMessage(3401, LogLevel.Information, "A connection to {Address} has ended: {Reason}")]
    public static partial void ConnectionClosed(ILogger logger, Remote.ServerAddress address, string reason);

    [LoggerMessage(
        3402, LogLevel.Debug, "A call to {Address} is tried again in {DelayMilliseconds:F0} ms, for the {Attempt}. time: {Reason}")]
    public static partial void Retrying(ILogger logger, Remote.ServerAddress address, double delayMilliseconds, int attempt, string reason);

    [LoggerMessage(3403, LogLevel.Warning, "The token is sent to {Address} without TLS; whoever is between can read it.")]
    public static partial void TokenWithoutTls(ILogger logger, Remote.ServerAddress address);
}
