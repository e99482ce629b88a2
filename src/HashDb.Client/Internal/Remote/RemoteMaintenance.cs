using HashDb.Models;
using HashDb.Models.Files;
using HashDb.Protocol;
using HashDb.Protocol.Messages;

namespace HashDb.Client.Internal.Remote;

/// <summary>The maintenance of a collection on a server.</summary>
internal sealed class RemoteMaintenance(Requests requests, string collection) : HashDbMaintenance
{
    private CollectionRequest Request => new(collection);

    public override async Task CheckpointAsync(CancellationToken cancellationToken = default) =>
        await requests.SendAsync<CollectionRequest, EmptyMessage>(Opcode.Checkpoint, Request, cancellationToken, CallKind.Long)
            .ConfigureAwait(false);

    public override async Task<CompactionReport> CompactAsync(CancellationToken cancellationToken = default) =>
        (await requests.SendAsync<CollectionRequest, CompactionAnswer>(Opcode.Compact, Request, cancellationToken, CallKind.Once)
            .ConfigureAwait(false)).Report;

    public override async Task<GenerationReport> ReindexAsync(
        IHashModel? model, GenerationOptions? options = null, IProgress<GenerationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        byte[] bytes = model is null ? [] : HashModelFile.ToBytes(model);
        var request = new ReindexRequest(collection, bytes, options ?? new GenerationOptions());
        return await ChangeAsync(requests, Opcode.Reindex, request, progress, cancellationToken).ConfigureAwait(false);
    }

    public override Task<GenerationReport> RollbackAsync(
        IProgress<GenerationProgress>? progress = null, CancellationToken cancellationToken = default) =>
        ChangeAsync(requests, Opcode.Rollback, Request, progress, cancellationToken);

    public override async Task DropPreviousAsync(CancellationToken cancellationToken = default) =>
        await requests.SendAsync<CollectionRequest, EmptyMessage>(Opcode.DropPrevious, Request, cancellationToken, CallKind.Once)
            .ConfigureAwait(false);

    /// <summary>A change of generation: frames of progress, then what was done.</summary>
    public static async Task<GenerationReport> ChangeAsync<TRequest>(
        Requests requests, Opcode opcode, TRequest message, IProgress<GenerationProgress>? progress, CancellationToken cancellationToken)
        where TRequest : IMessage<TRequest> =>
        (await requests.SendAsync<TRequest, GenerationAnswer>(
            opcode,
            message,
            cancellationToken,
            CallKind.Once,
            progress: body => progress?.Report(MessageCodec.Read<GenerationProgressAnswer>(body).Progress)).ConfigureAwait(false)).Report;
}
