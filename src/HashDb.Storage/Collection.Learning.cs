// The part of a collection that learns: a draft of a better model, beside the one that serves.
using HashDb.Checks;
using HashDb.Models;
using HashDb.Models.Training;
using HashDb.Storage.Intake;
using HashDb.Storage.Learning;
using HashDb.Storage.Log;
using HashDb.Storage.Snapshot;

namespace HashDb.Storage;

public sealed partial class Collection
{
    /// <summary>
    /// Learns from labelled vectors, all or none of them, in their order. Changes the draft, never the model that serves.
    /// </summary>
    /// <param name="items">
    /// At most <see cref="StorageLimits.MaxBatchRecords"/>; each vector as long as the collection has dimensions.
    /// </param>
    /// <param name="cancellationToken">Honoured until the write is handed to the writer.</param>
    /// <returns>A task that ends when what was learned is as durable as the database's <see cref="DurabilityMode"/> has it.</returns>
    /// <exception cref="ArgumentException">An item is not as it must be; names the item, the value and the limit.</exception>
    /// <exception cref="HashDbException">
    /// <see cref="HashDbErrorCode.UnsupportedOperation"/>: the model that serves is not made of hyperplanes.
    /// <see cref="HashDbErrorCode.LimitExceeded"/>: the draft would have too many classes, or be too large.
    /// <see cref="HashDbErrorCode.DiskFull"/>, <see cref="HashDbErrorCode.Poisoned"/>: nothing was acknowledged.
    /// </exception>
    public Task<LearnReport> LearnAsync(IReadOnlyList<LabelledVector> items, CancellationToken cancellationToken = default) =>
        LearnAsync(items, null, cancellationToken);

    /// <summary>Learns from labelled vectors once, however often the call is made with this stamp.</summary>
    /// <param name="items">As for the call without a stamp.</param>
    /// <param name="stamp">Says which write this is; see <see cref="WriteStamp"/>. Each item takes a number.</param>
    /// <param name="cancellationToken">Honoured until the write is handed to the writer.</param>
    /// <exception cref="HashDbException">
    /// <see cref="HashDbErrorCode.WriteGap"/>: a write of this client that comes before is missing; nothing was learned.
    /// </exception>
    /// <inheritdoc cref="LearnAsync(IReadOnlyList{LabelledVector}, CancellationToken)" path="/exception|/returns"/>
    public Task<LearnReport> LearnAsync(
        IReadOnlyList<LabelledVector> items, WriteStamp stamp, CancellationToken cancellationToken = default) =>
        LearnAsync(items, (WriteStamp?)stamp, cancellationToken);

    /// <summary>Forgets the draft. The next item that is learned begins another, from the model that serves then.</summary>
    /// <inheritdoc cref="DeleteAsync(IReadOnlyList{VectorId}, CancellationToken)" path="/param[@name='cancellationToken']"/>
    /// <exception cref="HashDbException">
    /// <see cref="HashDbErrorCode.DiskFull"/>, <see cref="HashDbErrorCode.Poisoned"/>: nothing was acknowledged.
    /// </exception>
    public Task DiscardDraftAsync(CancellationToken cancellationToken = default) =>
        _applier.WriteAsync(LoggedWrite.DiscardDraft(null), null, cancellationToken);

    /// <summary>Forgets the draft once, however often the call is made with this stamp, which takes one number.</summary>
    /// <inheritdoc cref="DiscardDraftAsync(CancellationToken)" path="/exception|/param"/>
    public Task DiscardDraftAsync(WriteStamp stamp, CancellationToken cancellationToken = default)
    {
        RecordChecks.CheckStamp(stamp, 1);
        return _applier.WriteAsync(LoggedWrite.DiscardDraft(stamp), null, cancellationToken);
    }

    /// <summary>
    /// What the draft has learned and what it would change; null when nothing was learned. Encodes some thousand vectors.
    /// </summary>
    /// <exception cref="CorruptDataException">A sampled vector does not match its checksum.</exception>
    public DraftStatistics? GetDraftStatistics()
    {
        while (true)
        {
            using StateLease lease = _core.Acquire();
            if (_core.Draft.Snapshot() is not { } draft)
                return null;

            // A switch to a model of another shape drops the draft a moment before; the two looks may fall on either side of it.
            IHashModel learned = draft.State.AsModel(), live = lease.State.Model;
            if ((learned.BitCount, learned.TableCount) == (live.BitCount, live.TableCount))
                return DraftMeasurement.Measure(draft, lease.State);
        }
    }

    /// <summary>
    /// Makes the draft, as it is now, the model that serves: builds a generation under it while the old one answers, and switches.
    /// The draft
    /// goes on learning from where it is.
    /// </summary>
    /// <inheritdoc cref="ReindexAsync" path="/param|/remarks"/>
    /// <exception cref="CorruptDataException">A stored vector is damaged; nothing was changed.</exception>
    /// <exception cref="HashDbException">
    /// <see cref="HashDbErrorCode.InvalidArgument"/>: there is no draft, or it cannot encode a stored vector.
    /// <see cref="HashDbErrorCode.GenerationInProgress"/>, <see cref="HashDbErrorCode.DiskFull"/>. Nothing was changed in any of
    /// these cases.
    /// </exception>
    public async Task<GenerationReport> PublishAsync(
        GenerationOptions? options = null, IProgress<GenerationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        DraftSnapshot draft = _core.Draft.Snapshot()
            ?? throw new HashDbException(
                HashDbErrorCode.InvalidArgument,
                $"Collection {Name} has no draft to publish: nothing was learned since it was made or the draft was discarded.");
        return await ReindexAsync(draft.State.ToModel(), options, progress, cancellationToken).ConfigureAwait(false);
    }

    private async Task PublishIfWantedAsync(PublishPolicy policy, CancellationToken cancellationToken)
    {
        if (GetDraftStatistics() is not { } statistics || !policy.Wants(statistics))
            return;
        await PublishAsync(policy.Generation, null, cancellationToken).ConfigureAwait(false);
        StorageLog.Published(_core.Logger, Name, statistics.ItemCount, statistics.Drift);
    }

    private async Task<LearnReport> LearnAsync(IReadOnlyList<LabelledVector> items, WriteStamp? stamp, CancellationToken cancellationToken)
    {
        RecordChecks.CheckBatch(items, nameof(items));
        RecordChecks.CheckStamp(stamp, items.Count);
        if (items.Count == 0)
            return new LearnReport(0, 0);
        LoggedWrite write;
        StreamBatch? batch;
        using (StateLease lease = _core.Acquire())
        {
            ReadOnlyMemory<int>[] labels = LearnInput.Resolve(items, lease.State, Dimensions);
            write = LoggedWrite.Learn(items, labels, stamp, Dimensions * sizeof(float));
            try
            {
                batch = write.ToBatch(_core.Draft.PreprocessingFor(lease.State.Model), Dimensions);
            }
            catch (ArgumentException exception)
            {
                write.Release();
                throw new ArgumentException($"An item cannot be hashed: {exception.Message}", nameof(items), exception);
            }
        }
        int moved = await _applier.WriteAsync(new WriteRequest(write, null) { Items = batch }, cancellationToken).ConfigureAwait(false);
        return new LearnReport(items.Count, moved);
    }
}
