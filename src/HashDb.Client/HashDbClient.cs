using System.Diagnostics;
using HashDb.Client.Internal;
using HashDb.Client.Internal.Measured;
using HashDb.Client.Internal.Remote;
using HashDb.Protocol;
using HashDb.Protocol.Messages;
using HashDb.Storage;
using Microsoft.Extensions.Logging;

namespace HashDb.Client;

/// <summary>The way to a database.</summary>
public static class HashDbClient
{
    /// <summary>Opens a database in this process; makes it when the directory holds none and the options allow that.</summary>
    /// <param name="path">Its directory.</param>
    /// <param name="options">How it is opened; the defaults when null.</param>
    /// <param name="cancellationToken">Gives up; the directory can be opened again.</param>
    /// <returns>The client, which owns the database: disposing of it closes the database.</returns>
    /// <exception cref="ArgumentException">The path is empty, or an option is outside its range.</exception>
    /// <exception cref="HashDbException">
    /// <see cref="HashDbErrorCode.DatabaseLocked"/>: it is open elsewhere, in this process or another;
    /// <see cref="HashDbErrorCode.DatabaseNotFound"/>: there is none, and none is to be made;
    /// <see cref="HashDbErrorCode.AccessDenied"/>, <see cref="HashDbErrorCode.DiskFull"/>,
    /// <see cref="HashDbErrorCode.CorruptData"/>, <see cref="HashDbErrorCode.UnsupportedVersion"/>: as they say.
    /// </exception>
    public static async Task<HashDbConnection> OpenAsync(
        string path, HashDbClientOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        options ??= new HashDbClientOptions();
        options.Validate();
        ILogger logger = LoggerOf(options.LoggerFactory);
        long start = Stopwatch.GetTimestamp();
        try
        {
            HashDatabase database = await ClientTelemetry.MeasureAsync(
                "open", null, () => HashDatabase.OpenAsync(path, options.Database, options.LoggerFactory, cancellationToken))
                .ConfigureAwait(false);
            double elapsed = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            Log.Opened(logger, database.DirectoryPath, database.CollectionNames.Count, elapsed);
            return new MeasuredConnection(database, database.DirectoryPath, logger);
        }
        catch (HashDbException error)
        {
            Log.OpenFailed(logger, path, error);
            throw;
        }
    }

    /// <summary>Connects to a database on a server.</summary>
    /// <param name="address">
    /// <c>hashdb://host:port</c>, or <c>hashdbs://host:port</c> for TLS; the port is <see cref="ProtocolLimits.DefaultPort"/> when
    /// left out.
    /// </param>
    /// <param name="options">Token, connections and time limits; the defaults when null.</param>
    /// <param name="cancellationToken">Gives up connecting.</param>
    /// <returns>The client, which owns its connections: disposing of it closes them, and not the database.</returns>
    /// <exception cref="ArgumentException">The address is none, or an option is outside its range.</exception>
    /// <exception cref="HashDbException">
    /// <see cref="HashDbErrorCode.ConnectionLost"/>: nobody answers there, or the certificate is not trusted;
    /// <see cref="HashDbErrorCode.Unauthenticated"/>: the token is missing or wrong;
    /// <see cref="HashDbErrorCode.UnsupportedVersion"/>: the server is too old or too new.
    /// </exception>
    public static async Task<HashDbConnection> ConnectAsync(
        string address, HashDbConnectionOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(address);
        ServerAddress server = ServerAddress.Parse(address);
        options ??= new HashDbConnectionOptions();
        options.Validate();
        ILogger logger = LoggerOf(options.LoggerFactory);
        RemoteClient client = await RemoteClient.ConnectAsync(server, options, logger, cancellationToken).ConfigureAwait(false);
        return new MeasuredConnection(client, address, logger);
    }

    /// <summary>True when a text is meant as the address of a server, by its scheme, and not as a directory.</summary>
    public static bool IsAddress(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return ServerAddress.IsAddress(text);
    }

    private static ILogger LoggerOf(ILoggerFactory? factory) => GuardedLoggerFactory.Of(factory).CreateLogger("HashDb.Client");
}
