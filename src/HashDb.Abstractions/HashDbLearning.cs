namespace HashDb;

/// <summary>
/// How a collection learns a better hash function: labelled vectors change a draft beside the function that serves, and
/// publishing puts the draft in its place. Reached as <see cref="HashDbCollection.Learning"/>.
/// </summary>
public abstract class HashDbLearning
{
    /// <summary>
    /// Learns a better hash function from labelled vectors, all or none of them, in their order. Completes when what was learned
    /// is durable. Changes a draft, never the function that serves: see <see cref="PublishAsync"/>.
    /// </summary>
    /// <param name="items">
    /// 1 to <see cref="StorageLimits.MaxBatchRecords"/> items, with labels or with stored items that they belong to.
    /// </param>
    /// <param name="stamp">
    /// Says which write this is, so that it is carried out once however often it is sent; each item takes a number.
    /// </param>
    /// <param name="cancellationToken">Gives up waiting; what was sent already may still be learned.</param>
    /// <exception cref="ArgumentException">An item is not as it must be; names the item, the value and the limit.</exception>
    /// <exception cref="HashDbException">
    /// <see cref="HashDbErrorCode.UnsupportedOperation"/>: the function that serves is not made of hyperplanes;
    /// <see cref="HashDbErrorCode.LimitExceeded"/>: the draft would have too many classes, or be too large.
    /// </exception>
    public abstract Task<LearnReport> LearnAsync(
        IReadOnlyList<LabelledVector> items, WriteStamp? stamp = null, CancellationToken cancellationToken = default);

    /// <summary>What the draft has learned and what publishing it would change; null when nothing was learned.</summary>
    /// <param name="cancellationToken">Gives up.</param>
    public abstract Task<DraftStatistics?> GetDraftStatisticsAsync(CancellationToken cancellationToken = default);

    /// <summary>Forgets the draft. The next item that is learned begins another, from the hash function that serves then.</summary>
    /// <param name="stamp">Says which write this is, so that it is carried out once however often it is sent; it takes one number.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public abstract Task DiscardDraftAsync(WriteStamp? stamp = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Makes the draft, as it is now, the hash function that serves, as <see cref="HashDbMaintenance.ReindexAsync"/> does with a
    /// model. The draft
    /// goes on learning from where it is.
    /// </summary>
    /// <inheritdoc cref="HashDbMaintenance.ReindexAsync" path="/param"/>
    /// <exception cref="HashDbException">
    /// <see cref="HashDbErrorCode.InvalidArgument"/>: there is no draft, or it cannot encode a stored vector;
    /// <see cref="HashDbErrorCode.GenerationInProgress"/> as for <see cref="HashDbMaintenance.ReindexAsync"/>. Nothing was changed.
    /// </exception>
    public abstract Task<GenerationReport> PublishAsync(
        GenerationOptions? options = null, IProgress<GenerationProgress>? progress = null, CancellationToken cancellationToken = default);
}
