namespace HashDb.Server;

/// <summary>
/// Names under which a server reports what it does. What queries gather is reported under the names of
/// <see cref="HashDbTelemetry"/>.
/// </summary>
public static class HashDbServerTelemetry
{
    /// <summary>Name of the <see cref="System.Diagnostics.Metrics.Meter"/> of the server.</summary>
    public const string MeterName = "HashDb.Server";

    /// <summary>
    /// Histogram in seconds: from a request's arrival to its final answer, by <c>db.operation.name</c>, <c>db.collection.name</c>
    /// and <c>error.type</c>.
    /// </summary>
    public const string RequestDurationName = "hashdb.server.request.duration";

    /// <summary>Counter: requests answered with an error before any work was done for them, by <c>error.type</c>.</summary>
    public const string RequestsRefusedName = "hashdb.server.requests.refused";

    /// <summary>Counter: frames that ended their connection, by <c>error.type</c>.</summary>
    public const string FramesRejectedName = "hashdb.server.frames.rejected";

    /// <summary>Counter: refused handshakes, by <c>error.type</c>; <c>Unauthenticated</c> counts failed authentications.</summary>
    public const string HandshakesRefusedName = "hashdb.server.handshakes.refused";

    /// <summary>Gauge: open connections.</summary>
    public const string ConnectionsName = "hashdb.server.connections";

    /// <summary>Counter: accepted connections.</summary>
    public const string ConnectionsAcceptedName = "hashdb.server.connections.accepted";

    /// <summary>Counter: connections turned away because there were too many.</summary>
    public const string ConnectionsRefusedName = "hashdb.server.connections.refused";

    /// <summary>Counter: connections that the server ended, by <c>hashdb.timeout</c>.</summary>
    public const string ConnectionsTimedOutName = "hashdb.server.connections.timed_out";

    /// <summary>Gauge in bytes: request memory in use.</summary>
    public const string RequestMemoryName = "hashdb.server.request.memory";

    /// <summary>Gauge: live records, by <c>db.collection.name</c>.</summary>
    public const string RecordsName = "hashdb.collection.records";

    /// <summary>Gauge in seconds: time since the last checkpoint or the start, by <c>db.collection.name</c>.</summary>
    public const string CheckpointAgeName = "hashdb.collection.checkpoint.age";

    /// <summary>Gauge in bytes: memory of posting lists, by <c>db.collection.name</c>.</summary>
    public const string PostingMemoryName = "hashdb.collection.posting.memory";

    /// <summary>Gauge in bytes: the log since the last checkpoint, by <c>db.collection.name</c>.</summary>
    public const string LogSizeName = "hashdb.collection.log.size";

    /// <summary>Gauge: number of the live generation, by <c>db.collection.name</c>.</summary>
    public const string GenerationName = "hashdb.collection.generation";

    /// <summary>
    /// Gauge, 0 to 1: how much of its phase the generation that is being built has done, by <c>db.collection.name</c> and
    /// <c>hashdb.generation.phase</c>; not there while none is built.
    /// </summary>
    public const string GenerationProgressName = "hashdb.collection.generation.progress";
}
