// What replaces the generation of a collection. A build takes as long as there are vectors, so frames of progress go ahead of
// the final answer, a few a second whatever the engine reports; cancelling the request gives the build up.
using HashDb.Models;
using HashDb.Models.Files;
using HashDb.Protocol;
using HashDb.Protocol.Messages;

namespace HashDb.Server.Internal.Requests;

internal static class GenerationOperations
{
    /// <summary>Between two frames of progress: quick enough for a bar on a screen.</summary>
    private static readonly TimeSpan ProgressInterval = TimeSpan.FromMilliseconds(200);

    public static IReadOnlyList<ServerOperation> All { get; } =
    [
        new ServerOperation<PublishRequest>(Opcode.Publish, "publish", PublishAsync),
        new ServerOperation<ReindexRequest>(Opcode.Reindex, "reindex", ReindexAsync),
        new ServerOperation<CollectionRequest>(Opcode.Rollback, "rollback", RollbackAsync),
        new ServerOperation<CollectionRequest>(Opcode.DropPrevious, "drop_previous", DropPreviousAsync),
    ];

    private static ValueTask PublishAsync(ServerRequest request, PublishRequest message)
    {
        HashDbCollection collection = request.Open(message.Collection);
        return RunAsync(request, progress => collection.Learning.PublishAsync(message.Options, progress, request.CancellationToken));
    }

    private static ValueTask ReindexAsync(ServerRequest request, ReindexRequest message)
    {
        HashDbCollection collection = request.Open(message.Collection);
        IHashModel? model =
            message.ModelFile.IsEmpty ? null : HashModelFile.FromBytes(message.ModelFile, "the model that the client sent");
        return RunAsync(
            request, progress => collection.Maintenance.ReindexAsync(model, message.Options, progress, request.CancellationToken));
    }

    private static ValueTask RollbackAsync(ServerRequest request, CollectionRequest message)
    {
        HashDbCollection collection = request.Open(message.Collection);
        return RunAsync(request, progress => collection.Maintenance.RollbackAsync(progress, request.CancellationToken));
    }

    private static async ValueTask DropPreviousAsync(ServerRequest request, CollectionRequest message)
    {
        await request.Open(message.Collection).Maintenance.DropPreviousAsync(request.CancellationToken).ConfigureAwait(false);
        await request.SendAsync(default(EmptyMessage)).ConfigureAwait(false);
    }

    private static async ValueTask RunAsync(ServerRequest request, Func<IProgress<GenerationProgress>, Task<GenerationReport>> change)
    {
        var latest = new LatestProgress();
        Task<GenerationReport> changing = change(latest);
        GenerationProgress? sent = null;
        try
        {
            while (!changing.IsCompleted)
            {
                await Task.WhenAny(changing, Task.Delay(ProgressInterval, request.CancellationToken)).ConfigureAwait(false);

                // From then on every delay would end at once, and this would spin until the build has stopped.
                request.CancellationToken.ThrowIfCancellationRequested();
                if (latest.Value is { } progress && progress != sent)
                    await request.SendMoreAsync(new GenerationProgressAnswer(sent = progress)).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The build hears of it too; what became of it is the answer.
        }

        await request.SendAsync(new GenerationAnswer(await changing.ConfigureAwait(false))).ConfigureAwait(false);
    }

    /// <summary>Keeps the last report: the build is not to wait for the network.</summary>
    private sealed class LatestProgress : IProgress<GenerationProgress>
    {
        private GenerationProgress? _value;

        public GenerationProgress? Value => Volatile.Read(ref _value);

        public void Report(GenerationProgress value) => Volatile.Write(ref _value, value);
    }
}
