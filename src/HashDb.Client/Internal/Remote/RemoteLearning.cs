using HashDb.Checks;
using HashDb.Protocol;
using HashDb.Protocol.Messages;

namespace HashDb.Client.Internal.Remote;

/// <summary>What a collection on a server learns.</summary>
internal sealed class RemoteLearning(Requests requests, RemoteWrites writes, CollectionDescription collection) : HashDbLearning
{
    public override async Task<LearnReport> LearnAsync(
        IReadOnlyList<LabelledVector> items, WriteStamp? stamp = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(items);
        requests.Pool.ThrowIfClosed();
        LearnChecks.CheckItems(items, collection.Dimensions);
        LearnAnswer answer = await writes.SendAsync<LearnRequest, LearnAnswer>(
            Opcode.Learn,
            items.Count,
            stamp,
            own => new LearnRequest(collection.Name, items, own),
            cancellationToken).ConfigureAwait(false);
        return items.Count == 0 ? new LearnReport(0, 0) : answer.Report;
    }

    public override async Task<DraftStatistics?> GetDraftStatisticsAsync(CancellationToken cancellationToken = default) =>
        (await requests.SendAsync<CollectionRequest, DraftAnswer>(
            Opcode.DescribeDraft, new CollectionRequest(collection.Name), cancellationToken).ConfigureAwait(false)).Draft;

    public override async Task DiscardDraftAsync(WriteStamp? stamp = null, CancellationToken cancellationToken = default) =>
        await writes.SendAsync<DiscardDraftRequest, EmptyMessage>(
            Opcode.DiscardDraft,
            1,
            stamp,
            own => new DiscardDraftRequest(collection.Name, own),
            cancellationToken).ConfigureAwait(false);

    public override Task<GenerationReport> PublishAsync(
        GenerationOptions? options = null, IProgress<GenerationProgress>? progress = null, CancellationToken cancellationToken = default) =>
        RemoteMaintenance.ChangeAsync(
            requests, Opcode.Publish, new PublishRequest(collection.Name, options ?? new GenerationOptions()), progress, cancellationToken);
}
