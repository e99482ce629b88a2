// The instruments of one server; docs/SERVER.md lists them. Names of tags are those of the client's instruments, and what a query
// gathered is recorded with the client's own instrument, so that a figure has one name wherever the database runs.
//
// Threading: any thread. Without a listener a measurement costs a few nanoseconds.
using System.Diagnostics;
using System.Diagnostics.Metrics;
using HashDb.Server.Internal.Requests;
using HashDb.Storage;

namespace HashDb.Server.Internal.Telemetry;

internal sealed class ServerMetrics : IDisposable
{
    /// <summary>From 50 microseconds to 10 seconds, each bound about twice the one before.</summary>
    private static readonly InstrumentAdvice<double> Durations = new()
    {
        HistogramBucketBoundaries =
        [
            0.000_05, 0.000_1, 0.000_2, 0.000_5, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10
        ],
    };

    private readonly Meter _meter = new(HashDbServerTelemetry.MeterName);
    private readonly Histogram<double> _requestDuration;
    private readonly Counter<long> _requestsRefused;
    private readonly Counter<long> _framesRejected;
    private readonly Counter<long> _handshakesRefused;
    private readonly Counter<long> _connectionsAccepted;
    private readonly Counter<long> _connectionsRefused;
    private readonly Counter<long> _connectionsTimedOut;

    public ServerMetrics()
    {
        _requestDuration = _meter.CreateHistogram(
            HashDbServerTelemetry.RequestDurationName,
            "s",
            "Time from a request's arrival to its final answer, by operation, collection and, when it failed, error.",
            tags: null,
            Durations);
        _requestsRefused = _meter.CreateCounter<long>(
            HashDbServerTelemetry.RequestsRefusedName,
            "{request}",
            "Requests that were answered with an error before any work was done for them, by error.");
        _framesRejected = _meter.CreateCounter<long>(
            HashDbServerTelemetry.FramesRejectedName,
            "{frame}",
            "Frames that ended their connection because they were not sound or not in time, by error.");
        _handshakesRefused = _meter.CreateCounter<long>(
            HashDbServerTelemetry.HandshakesRefusedName,
            "{handshake}",
            "Handshakes that were refused, by error; Unauthenticated counts missing and unknown tokens.");
        _connectionsAccepted =
            _meter.CreateCounter<long>(HashDbServerTelemetry.ConnectionsAcceptedName, "{connection}", "Connections that were accepted.");
        _connectionsRefused = _meter.CreateCounter<long>(
            HashDbServerTelemetry.ConnectionsRefusedName, "{connection}", "Connections that were turned away because there were too many.");
        _connectionsTimedOut = _meter.CreateCounter<long>(
            HashDbServerTelemetry.ConnectionsTimedOutName,
            "{connection}",
            "Connections that the server ended, by what did not come in time.");
    }

    /// <summary>Where the instruments come from, for those who collect this server's alone.</summary>
    public Meter Meter => _meter;

    /// <summary>Reports what the server holds now.</summary>
    public void Observe(Func<int> connections, RequestMemory memory, HashDatabase database)
    {
        _meter.CreateObservableUpDownCounter(
            HashDbServerTelemetry.ConnectionsName, connections, "{connection}", "Connections that are open.");
        _meter.CreateObservableUpDownCounter(HashDbServerTelemetry.RequestMemoryName, () => memory.Used, "By", "Request memory in use.");
        CollectionMetrics.Observe(_meter, database);
    }

    public void RequestEnded(string operation, string? collection, long started, string? error)
    {
        if (!_requestDuration.Enabled)
            return;
        var tags = new TagList { { "db.operation.name", operation }, { "db.collection.name", collection } };
        if (error is not null)
            tags.Add("error.type", error);
        _requestDuration.Record(Stopwatch.GetElapsedTime(started).TotalSeconds, tags);
    }

    public void RequestRefused(HashDbErrorCode code) => _requestsRefused.Add(1, Tag("error.type", code.ToString()));

    public void FrameRejected(HashDbErrorCode code) => _framesRejected.Add(1, Tag("error.type", code.ToString()));

    public void HandshakeRefused(HashDbErrorCode code) => _handshakesRefused.Add(1, Tag("error.type", code.ToString()));

    public void ConnectionAccepted() => _connectionsAccepted.Add(1);

    public void ConnectionRefused() => _connectionsRefused.Add(1);

    public void ConnectionTimedOut(string what) => _connectionsTimedOut.Add(1, Tag("hashdb.timeout", what));

    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?> Tag(string name, string value) => new(name, value);
}
