using System.Diagnostics.Metrics;

namespace HashDb.Telemetry;

/// <summary>What imports report, batch by batch.</summary>
internal static class ImportMetrics
{
    private static readonly Meter Meter = new(HashDbTelemetry.MeterName);

    private static readonly Counter<long> ImportedRecords = Meter.CreateCounter<long>(
        HashDbTelemetry.ImportedRecordsName, "{record}", "Records that imports have stored, by collection.");

    /// <summary>Counts records that an import has stored.</summary>
    public static void Record(string collection, int records) =>
        ImportedRecords.Add(records, new KeyValuePair<string, object?>("db.collection.name", collection));
}
