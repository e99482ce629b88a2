namespace HashDb.Server.Internal.Telemetry;

/// <summary>How a scraper treats an instrument.</summary>
internal enum MetricKind
{
    /// <summary>Only grows; measurements are added.</summary>
    Counter,

    /// <summary>Goes up and down.</summary>
    Gauge,

    /// <summary>Counts measurements by size.</summary>
    Histogram,
}
