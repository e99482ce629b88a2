using HashDb.Models;

namespace HashDb;

/// <summary>
/// What keeps a collection short on disk and quick to open, and what changes its hash function. Everything here runs beside
/// reads and writes. Reached as <see cref="HashDbCollection.Maintenance"/>.
/// </summary>
public abstract class HashDbMaintenance
{
    /// <summary>Takes a checkpoint, which shortens the next start and lets the log shrink.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public abstract Task CheckpointAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Moves the collection to another hash function while it serves: all stored vectors are encoded in the background, what is
    /// written meanwhile is added, and one step switches. Reads and writes go on; every answer is of one generation and names it.
    /// </summary>
    /// <param name="model">
    /// A model of any kind, bits and tables for vectors of the collection's length; null for the one that serves, to have sketches made
    /// or given up.
    /// </param>
    /// <param name="options">How fast it works beside searches, and whether the present generation is kept to go back to.</param>
    /// <param name="progress">Told from time to time, one call at a time, on an arbitrary thread.</param>
    /// <param name="cancellationToken">Gives the build up; the collection stays as it was.</param>
    /// <exception cref="ArgumentException">The model is for vectors of another length; names both.</exception>
    /// <exception cref="HashDbException">
    /// <see cref="HashDbErrorCode.GenerationInProgress"/>: another re-index, rollback or compaction is under way;
    /// <see cref="HashDbErrorCode.InvalidArgument"/>: the model cannot encode a stored vector, and the message names its id.
    /// Nothing was changed.
    /// </exception>
    public abstract Task<GenerationReport> ReindexAsync(
        IHashModel? model, GenerationOptions? options = null, IProgress<GenerationProgress>? progress = null,
        CancellationToken cancellationToken = default);

    /// <summary>Goes back to the hash function of the previous generation, with everything that was written since.</summary>
    /// <param name="progress">Told from time to time, one call at a time, on an arbitrary thread.</param>
    /// <param name="cancellationToken">Gives the build up; the collection stays as it was.</param>
    /// <exception cref="HashDbException">
    /// <see cref="HashDbErrorCode.NoPreviousGeneration"/>: none was kept;
    /// <see cref="HashDbErrorCode.GenerationInProgress"/> as for <see cref="ReindexAsync"/>.
    /// </exception>
    public abstract Task<GenerationReport> RollbackAsync(
        IProgress<GenerationProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Gives up the previous generation that was kept, and its space.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="HashDbException">As for <see cref="RollbackAsync"/>.</exception>
    public abstract Task DropPreviousAsync(CancellationToken cancellationToken = default);

    /// <summary>Rewrites the collection without what deletes and updates left behind; reads and writes go on.</summary>
    /// <param name="cancellationToken">Gives up; the collection stays as it was.</param>
    public abstract Task<CompactionReport> CompactAsync(CancellationToken cancellationToken = default);
}
