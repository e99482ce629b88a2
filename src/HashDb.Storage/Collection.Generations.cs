// The part of a collection that replaces its generation while it serves; Generations/GenerationManager.cs does the work.
using HashDb.Models;

namespace HashDb.Storage;

public sealed partial class Collection
{
    /// <summary>
    /// Moves the collection to another model while it serves: encodes all stored vectors in the background, builds posting
    /// tables, adds what is written meanwhile, and switches in one step. Searches never wait; writes do for a moment at the
    /// switch. Until then, and when anything fails, the old model answers.
    /// </summary>
    /// <param name="model">A model of any kind, bits and tables for vectors of the collection's length.</param>
    /// <param name="options">How fast it works beside searches, and whether the present generation is kept to go back to.</param>
    /// <param name="progress">Told from time to time; from threads of the build, so it must be quick.</param>
    /// <param name="cancellationToken">Gives the build up; honoured until the switch begins.</param>
    /// <remarks>
    /// Posting tables stand twice in memory until the switch. A process that stops before the switch has not changed anything: the
    /// half-built generation is discarded at the next open and must be asked for again.
    /// </remarks>
    /// <exception cref="ArgumentException">The model is for vectors of another length; names both.</exception>
    /// <exception cref="CorruptDataException">A stored vector is damaged; nothing was changed.</exception>
    /// <exception cref="HashDbException">
    /// <see cref="HashDbErrorCode.GenerationInProgress"/>: another re-index, rollback or compaction is under way; it is not waited
    /// for. <see cref="HashDbErrorCode.InvalidArgument"/>: the model cannot encode a stored vector; names its id.
    /// <see cref="HashDbErrorCode.DiskFull"/>. Nothing was changed in any of these cases.
    /// </exception>
    public Task<GenerationReport> ReindexAsync(
        IHashModel model, GenerationOptions? options = null, IProgress<GenerationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        options ??= new GenerationOptions();
        options.Validate();
        if (model.Dimensions != Dimensions)
            throw new ArgumentException(
                $"The model is for vectors of {model.Dimensions} dimensions; collection {Name} has {Dimensions}.", nameof(model));
        return Task.Run(() => _generations.ReindexAsync(model, options, progress, cancellationToken), cancellationToken);
    }

    /// <summary>
    /// Goes back to the model of the previous generation, with everything that was written since. Hashcodes that it gave before
    /// are taken over where the rows are still the same; the others are encoded.
    /// </summary>
    /// <param name="progress">Told from time to time; from threads of the build, so it must be quick.</param>
    /// <param name="cancellationToken">Gives the build up; honoured until the switch begins.</param>
    /// <remarks>
    /// The generation that is rolled back from is not kept, so that a rollback that is asked for twice, as after a lost answer,
    /// does not bring it back: the second call finds no previous generation.
    /// </remarks>
    /// <exception cref="CorruptDataException">The kept model or a stored vector is damaged; nothing was changed.</exception>
    /// <exception cref="HashDbException">
    /// <see cref="HashDbErrorCode.NoPreviousGeneration"/>; <see cref="HashDbErrorCode.GenerationInProgress"/> as for
    /// <see cref="ReindexAsync"/>. Nothing was changed.
    /// </exception>
    public Task<GenerationReport> RollbackAsync(
        IProgress<GenerationProgress>? progress = null, CancellationToken cancellationToken = default) =>
        Task.Run(() => _generations.RollbackAsync(progress, cancellationToken), cancellationToken);

    /// <summary>Gives up the previous generation that was kept, and its space on disk.</summary>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="HashDbException">
    /// <see cref="HashDbErrorCode.NoPreviousGeneration"/>; <see cref="HashDbErrorCode.GenerationInProgress"/> as for
    /// <see cref="ReindexAsync"/>.
    /// </exception>
    public Task DropPreviousAsync(CancellationToken cancellationToken = default) =>
        Task.Run(() => _generations.DropPreviousAsync(cancellationToken), cancellationToken);

    /// <summary>Gives back the space of deleted and replaced rows. Searches and writes go on meanwhile.</summary>
    /// <param name="cancellationToken">Gives the compaction up; honoured until the switch begins.</param>
    /// <exception cref="CorruptDataException">A live row is damaged; nothing was changed.</exception>
    /// <exception cref="HashDbException"><see cref="HashDbErrorCode.GenerationInProgress"/> as for <see cref="ReindexAsync"/>.</exception>
    public Task<CompactionReport> CompactAsync(CancellationToken cancellationToken = default) =>
        Task.Run(() => _generations.CompactAsync(cancellationToken), cancellationToken);
}
