// The one place that measures: whatever implements the contract is wrapped in this before a program gets it, so that every
// implementation reports alike, under the names that stand here and in the other files of this folder.
using HashDb.Models;
using HashDb.Models.Kinds.Cells;
using Microsoft.Extensions.Logging;

namespace HashDb.Client.Internal.Measured;

/// <param name="inner">The implementation; disposed of with this.</param>
/// <param name="place">Its directory or address, for the log.</param>
/// <param name="logger">Where messages go.</param>
internal sealed class MeasuredConnection(HashDbConnection inner, string place, ILogger logger) : HashDbConnection
{
    private int _disposed;

    public override Task<IReadOnlyList<string>> ListCollectionsAsync(CancellationToken cancellationToken = default) =>
        ClientTelemetry.MeasureAsync("list_collections", null, () => inner.ListCollectionsAsync(cancellationToken));

    public override Task<HashDbCollection> CreateCollectionAsync(
        string name, CollectionOptions options, CancellationToken cancellationToken = default) =>
        ClientTelemetry.MeasureAsync<HashDbCollection>("create_collection", name, async () =>
        {
            HashDbCollection made = await inner.CreateCollectionAsync(name, options, cancellationToken).ConfigureAwait(false);
            Log.CollectionCreated(
                logger, name, made.Dimensions, options.Model?.BitCount ?? Hashcode.MinBitCount, options.Model?.TableCount ?? 1,
                options.Model?.Kind ?? CellsModel.KindName);
            return new MeasuredCollection(made, logger);
        });

    public override Task<HashDbCollection> GetCollectionAsync(string name, CancellationToken cancellationToken = default) =>
        ClientTelemetry.MeasureAsync<HashDbCollection>("get_collection", name, async () =>
            new MeasuredCollection(await inner.GetCollectionAsync(name, cancellationToken).ConfigureAwait(false), logger));

    public override Task DropCollectionAsync(string name, CancellationToken cancellationToken = default) =>
        ClientTelemetry.MeasureAsync("drop_collection", name, async () =>
        {
            await inner.DropCollectionAsync(name, cancellationToken).ConfigureAwait(false);
            Log.CollectionDropped(logger, name);
        });

    public override Task CheckpointAsync(CancellationToken cancellationToken = default) =>
        ClientTelemetry.MeasureAsync("checkpoint", null, () => inner.CheckpointAsync(cancellationToken));

    public override Task BackupAsync(string targetDirectory, CancellationToken cancellationToken = default) =>
        ClientTelemetry.MeasureAsync("backup", null, async () =>
        {
            await inner.BackupAsync(targetDirectory, cancellationToken).ConfigureAwait(false);
            Log.BackedUp(logger, place, targetDirectory);
        });

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        await inner.DisposeAsync().ConfigureAwait(false);
        Log.Closed(logger, place);
    }
}
