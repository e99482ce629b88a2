// What the connections of one server share. Immutable but for the flag that says that the server is stopping.
using HashDb.Protocol;
using HashDb.Protocol.Messages;
using HashDb.Server.Internal.Access;
using HashDb.Server.Internal.Requests;
using HashDb.Server.Internal.Telemetry;
using HashDb.Storage;
using Microsoft.Extensions.Logging;

namespace HashDb.Server.Internal.Connections;

internal sealed class ServerContext(
    HashDbServerOptions options, HashDatabase database, TokenTable tokens, ServerMetrics metrics, ILogger logger)
{
    /// <summary>
    /// 64 KiB: bodies and answers up to here are bounded by their number; longer ones take a share of the request memory.
    /// </summary>
    public const int SmallBytes = 64 * 1024;

    /// <summary>An eighth of the request memory is kept for connections that hold little, unless the longest frame needs it, too.</summary>
    private const int KeptForSmall = 8;

    public HashDbServerOptions Options { get; } = options;

    public HashDatabase Database { get; } = database;

    public TokenTable Tokens { get; } = tokens;

    public ServerMetrics Metrics { get; } = metrics;

    public ILogger Logger { get; } = logger;

    public RequestMemory Memory { get; } = new(
        options.RequestMemoryBytes,
        Math.Min(options.RequestMemoryBytes / KeptForSmall, options.RequestMemoryBytes - 2L * options.MaxFrameBytes));

    /// <summary>Runs short reads.</summary>
    public ReadScheduler Reads { get; } = new();

    /// <summary>Runs longer reads, piece by piece.</summary>
    public LongReadWorkers LongReads { get; } = new();

    public SharedStatistics Statistics { get; } = new();

    /// <summary>Held by the one request that does what takes a core for long.</summary>
    public SemaphoreSlim Heavy { get; } = new(1);

    private LogGate ClientMessages { get; } = new();

    /// <summary>What the server calls itself in the handshake.</summary>
    public static string Name { get; } = $"hashdb/{typeof(ServerContext).Assembly.GetName().Version?.ToString(3)}";

    /// <summary>True when a message that clients cause may be logged; they could cause any number of them.</summary>
    public bool MayLogClient()
    {
        bool mayLog = ClientMessages.TryPass(out long leftOut);
        if (leftOut > 0)
            Log.MessagesLeftOut(Logger, leftOut);
        return mayLog;
    }

    /// <summary>The error as the client gets it. A fault that no call is documented to have is logged here.</summary>
    /// <param name="error">What was thrown.</param>
    /// <param name="operation">What the client asked for.</param>
    /// <param name="scope">What the client may do.</param>
    public ErrorMessage Describe(Exception error, string operation, AccessScope scope)
    {
        ErrorMessage message = ErrorMessage.FromException(error);
        if (message.Code is HashDbErrorCode.Unknown or HashDbErrorCode.IoFailure or HashDbErrorCode.IndexFault)
            Log.RequestFailed(Logger, operation, error);
        if (scope >= AccessScope.Admin || ErrorTexts.Outside(message) is not { } told)
            return message;
        if (message.Code is not (HashDbErrorCode.Unknown or HashDbErrorCode.IoFailure or HashDbErrorCode.IndexFault
            or HashDbErrorCode.CollectionNotFound) && MayLogClient())
            Log.ErrorWithheld(Logger, operation, error.Message);
        return told;
    }
}
