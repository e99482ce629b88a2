// What a collection learns: a draft of a better model, beside the one that serves.
using HashDb.Checks;
using HashDb.Models;
using HashDb.Models.Training;
using HashDb.Storage.Commit;
using HashDb.Storage.Intake;
using HashDb.Storage.Log;
using HashDb.Storage.Maintenance;
using HashDb.Storage.Snapshot;

namespace HashDb.Storage.Learning;

internal sealed class CollectionLearning(CollectionCore core, CommitLoop commits, CollectionMaintenance maintenance) : HashDbLearning
{
    public override async Task<LearnReport> LearnAsync(
        IReadOnlyList<LabelledVector> items, WriteStamp? stamp = null, CancellationToken cancellationToken = default)
    {
        RecordChecks.CheckBatch(items, nameof(items));
        RecordChecks.CheckStamp(stamp, items.Count);
        core.Health.ThrowIfReadOnly();
        if (items.Count == 0)
            return new LearnReport(0, 0);
        LearnFrame write;
        StreamBatch? batch;
        using (StateLease lease = core.Live.Acquire())
        {
            ReadOnlyMemory<int>[] labels = LearnInput.Resolve(items, lease.State, core.Commit.Manifest.Dimensions);
            write = LearnFrame.Create(items, labels, stamp, core.Commit.Manifest.Dimensions * sizeof(float));
            try
            {
                batch = write.ToBatch(core.Commit.Draft.PreprocessingFor(lease.State.Model), core.Commit.Manifest.Dimensions);
            }
            catch (ArgumentException exception)
            {
                write.Release();
                throw new ArgumentException($"An item cannot be hashed: {exception.Message}", nameof(items), exception);
            }
        }
        int moved = await commits.WriteAsync(new WriteRequest(write, null) { Items = batch }, cancellationToken).ConfigureAwait(false);
        return new LearnReport(items.Count, moved);
    }

    public override async Task DiscardDraftAsync(WriteStamp? stamp = null, CancellationToken cancellationToken = default)
    {
        RecordChecks.CheckStamp(stamp, 1);
        core.Health.ThrowIfReadOnly();
        await commits.WriteAsync(DiscardDraftFrame.Create(stamp), null, cancellationToken).ConfigureAwait(false);
    }

    // Encodes some thousand vectors.
    public override Task<DraftStatistics?> GetDraftStatisticsAsync(CancellationToken cancellationToken = default) =>
        Task.Run(GetDraftStatistics, cancellationToken);

    /// <summary>What the draft has learned and what it would change; null when nothing was learned.</summary>
    internal DraftStatistics? GetDraftStatistics()
    {
        while (true)
        {
            using StateLease lease = core.Live.Acquire();
            if (core.Commit.Draft.Snapshot() is not { } draft)
                return null;

            // A switch to a model of another shape drops the draft a moment before; the two looks may fall on either side of it.
            IHashModel learned = draft.State.AsModel(), live = lease.State.Model;
            if ((learned.BitCount, learned.TableCount) == (live.BitCount, live.TableCount))
                return DraftMeasurement.Measure(draft, lease.State);
        }
    }

    public override async Task<GenerationReport> PublishAsync(
        GenerationOptions? options = null, IProgress<GenerationProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        core.Health.ThrowIfReadOnly();
        DraftSnapshot draft = core.Commit.Draft.Snapshot()
            ?? throw new HashDbException(
                HashDbErrorCode.InvalidArgument,
                $"Collection {core.Name} has no draft to publish: nothing was learned since it was made or the draft was discarded.");
        return await maintenance.ReindexAsync(draft.State.ToModel(), options, progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Publishes the draft when a policy, having measured it, wants it.</summary>
    internal async Task PublishIfWantedAsync(PublishPolicy policy, CancellationToken cancellationToken)
    {
        if (GetDraftStatistics() is not { } statistics || !policy.Wants(statistics))
            return;
        await PublishAsync(policy.Generation, null, cancellationToken).ConfigureAwait(false);
        StorageLog.Published(core.Logger, core.Name, statistics.ItemCount, statistics.Drift);
    }
}
