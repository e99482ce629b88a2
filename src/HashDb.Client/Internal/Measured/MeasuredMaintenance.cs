using HashDb.Models;
using Microsoft.Extensions.Logging;

namespace HashDb.Client.Internal.Measured;

/// <summary>Measures the maintenance of a collection.</summary>
internal sealed class MeasuredMaintenance(HashDbCollection collection, ILogger logger) : HashDbMaintenance
{
    public override Task CheckpointAsync(CancellationToken cancellationToken = default) =>
        ClientTelemetry.MeasureAsync("checkpoint", collection.Name, () => collection.Maintenance.CheckpointAsync(cancellationToken));

    public override Task<CompactionReport> CompactAsync(CancellationToken cancellationToken = default) =>
        ClientTelemetry.MeasureAsync("compact", collection.Name, async () =>
        {
            CompactionReport report = await collection.Maintenance.CompactAsync(cancellationToken).ConfigureAwait(false);
            Log.Compacted(logger, collection.Name, report.RowsBefore, report.BytesBefore, report.RowsAfter, report.BytesAfter);
            return report;
        });

    public override Task<GenerationReport> ReindexAsync(
        IHashModel? model, GenerationOptions? options = null, IProgress<GenerationProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        ClientTelemetry.MeasureAsync(
            "reindex", collection.Name, () => collection.Maintenance.ReindexAsync(model, options, progress, cancellationToken));

    public override Task<GenerationReport> RollbackAsync(
        IProgress<GenerationProgress>? progress = null, CancellationToken cancellationToken = default) =>
        ClientTelemetry.MeasureAsync("rollback", collection.Name, () => collection.Maintenance.RollbackAsync(progress, cancellationToken));

    public override Task DropPreviousAsync(CancellationToken cancellationToken = default) =>
        ClientTelemetry.MeasureAsync("drop_previous", collection.Name, () => collection.Maintenance.DropPreviousAsync(cancellationToken));
}
