// The ways in which measurements leave the process: scraped at /metrics, pushed to an OpenTelemetry collector, or both.
using System.Diagnostics.Metrics;
using HashDb.Storage;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace HashDb.Server.Internal.Telemetry;

internal sealed class TelemetryExport : IDisposable
{
    /// <summary>The variable that names the collector; everything else about it is read from the standard variables too.</summary>
    public const string EndpointVariable = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Instruments of the runtime: memory, collections, threads.</summary>
    private const string RuntimeMeterName = "System.Runtime";

    private readonly MeterProvider? _pushed;

    private TelemetryExport(MetricsCollector? metrics, MeterProvider? pushed)
    {
        Metrics = metrics;
        _pushed = pushed;
    }

    /// <summary>What /metrics shows; null when it is off.</summary>
    public MetricsCollector? Metrics { get; }

    /// <summary>Starts what is configured. Of the server's own instruments, those of this server alone are scraped.</summary>
    public static TelemetryExport Start(Meter own, bool isScraped)
    {
        MetricsCollector? scraped = isScraped
            ? new MetricsCollector(instrument => instrument.Meter == own
                || instrument.Meter.Name is HashDbTelemetry.MeterName or StorageTelemetry.MeterName or RuntimeMeterName)
            : null;
        MeterProvider? pushed = string.IsNullOrEmpty(Environment.GetEnvironmentVariable(EndpointVariable))
            ? null
            : Sdk.CreateMeterProviderBuilder()
                .AddMeter(HashDbServerTelemetry.MeterName, HashDbTelemetry.MeterName, StorageTelemetry.MeterName, RuntimeMeterName)
                .AddOtlpExporter()
                .Build();
        return new TelemetryExport(scraped, pushed);
    }

    public void Dispose()
    {
        Metrics?.Dispose();
        _pushed?.Dispose();
    }
}
