// What a query cost, counted where it is answered: by the client of an embedded database and by the server. Without a listener
// a measurement costs a few nanoseconds.
using System.Diagnostics.Metrics;

namespace HashDb.Telemetry;

/// <summary>The one instrument that client and server share.</summary>
public static class QueryMetrics
{
    private static readonly Meter Meter = new(HashDbTelemetry.MeterName);

    private static readonly Histogram<int> Candidates = Meter.CreateHistogram<int>(
        HashDbTelemetry.QueryCandidatesName, "{candidate}", "Candidates that a query gathered, by collection.");

    /// <summary>Records how many candidates a query gathered.</summary>
    /// <param name="collection">Name of the collection.</param>
    /// <param name="statistics">What the query cost.</param>
    public static void Record(string collection, SearchStatistics statistics)
    {
        ArgumentNullException.ThrowIfNull(statistics);
        if (Candidates.Enabled)
            Candidates.Record(statistics.Candidates, new KeyValuePair<string, object?>("db.collection.name", collection));
    }
}
