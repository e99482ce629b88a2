// What teaches the draft. Learning is a write: started in the order of arrival, like those of WriteOperations.cs.
using HashDb.Protocol;
using HashDb.Protocol.Messages;
using HashDb.Storage;

namespace HashDb.Server.Internal.Requests;

internal static class LearningOperations
{
    public static IReadOnlyList<ServerOperation> All { get; } =
    [
        new ServerOperation<LearnRequest>(Opcode.Learn, "learn", LearnAsync) { IsOrdered = true },
        new ServerOperation<DiscardDraftRequest>(Opcode.DiscardDraft, "discard_draft", DiscardDraftAsync) { IsOrdered = true },
        new ServerOperation<CollectionRequest>(Opcode.DescribeDraft, "draft_statistics", DescribeDraft),
    ];

    private static async ValueTask LearnAsync(ServerRequest request, LearnRequest message)
    {
        Collection collection = request.Open(message.Collection);
        LearnReport report = WriteOperations.StampOf(message.ClientId, message.SequenceNumber) is { } stamp
            ? await collection.LearnAsync(message.Items, stamp, request.CancellationToken).ConfigureAwait(false)
            : await collection.LearnAsync(message.Items, request.CancellationToken).ConfigureAwait(false);
        await request.SendAsync(new LearnAnswer(report)).ConfigureAwait(false);
    }

    private static async ValueTask DiscardDraftAsync(ServerRequest request, DiscardDraftRequest message)
    {
        Collection collection = request.Open(message.Collection);
        if (WriteOperations.StampOf(message.ClientId, message.SequenceNumber) is { } stamp)
            await collection.DiscardDraftAsync(stamp, request.CancellationToken).ConfigureAwait(false);
        else
            await collection.DiscardDraftAsync(request.CancellationToken).ConfigureAwait(false);
        await request.SendAsync(default(EmptyMessage)).ConfigureAwait(false);
    }

    private static ValueTask DescribeDraft(ServerRequest request, CollectionRequest message) =>
        request.SendAsync(new DraftAnswer(request.Open(message.Collection).GetDraftStatistics()));
}
