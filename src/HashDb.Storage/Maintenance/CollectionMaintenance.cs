// Checkpoints and changes of generation, off the caller's thread: flushing, copying and encoding block for as long as the device and
// the processor take.
using HashDb.Models;
using HashDb.Storage.Checkpoints;
using HashDb.Storage.Generations;
using HashDb.Storage.Sketches;

namespace HashDb.Storage.Maintenance;

internal sealed class CollectionMaintenance(CollectionCore core, Checkpointer checkpointer, GenerationManager generations)
    : HashDbMaintenance
{
    public override Task CheckpointAsync(CancellationToken cancellationToken = default) =>
        Task.Run(() => Writable(checkpointer).CheckpointAsync(force: false, cancellationToken), cancellationToken);

    public override Task<CompactionReport> CompactAsync(CancellationToken cancellationToken = default) =>
        Task.Run(() => Writable(generations).CompactAsync(cancellationToken), cancellationToken);

    public override async Task<GenerationReport> ReindexAsync(
        IHashModel? model, GenerationOptions? options = null, IProgress<GenerationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new GenerationOptions();
        options.Validate();
        int dimensions = core.Commit.Manifest.Dimensions;
        if (model is not null && model.Dimensions != dimensions)
            throw new ArgumentException(
                $"The model is for vectors of {model.Dimensions} dimensions; collection {core.Name} has {dimensions}.", nameof(model));
        CellsOfMetric.Check(model, core.Commit.Manifest.Metric, nameof(model));
        return await Task.Run(() => Writable(generations).ReindexAsync(model, options, progress, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
    }

    public override Task<GenerationReport> RollbackAsync(
        IProgress<GenerationProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Task.Run(() => Writable(generations).RollbackAsync(progress, cancellationToken), cancellationToken);

    public override Task DropPreviousAsync(CancellationToken cancellationToken = default) =>
        Task.Run(() => Writable(generations).DropPreviousAsync(cancellationToken), cancellationToken);

    private T Writable<T>(T part)
    {
        core.Health.ThrowIfReadOnly();
        return part;
    }
}
