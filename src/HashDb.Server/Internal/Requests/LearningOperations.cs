// What teaches the draft. Learning is a write: started in the order of arrival, like those of WriteOperations.cs.
using HashDb.Protocol;
using HashDb.Protocol.Messages;

namespace HashDb.Server.Internal.Requests;

internal static class LearningOperations
{
    public static IReadOnlyList<ServerOperation> All { get; } =
    [
        new ServerOperation<LearnRequest>(Opcode.Learn, "learn", LearnAsync) { IsOrdered = true },
        new ServerOperation<DiscardDraftRequest>(Opcode.DiscardDraft, "discard_draft", DiscardDraftAsync) { IsOrdered = true },
        new ServerOperation<CollectionRequest>(Opcode.DescribeDraft, "draft_statistics", DescribeDraftAsync),
    ];

    private static async ValueTask LearnAsync(ServerRequest request, LearnRequest message)
    {
        LearnReport report = await request.Open(message.Collection).Learning
            .LearnAsync(message.Items, message.Stamp, request.CancellationToken)
            .ConfigureAwait(false);
        await request.SendAsync(new LearnAnswer(report)).ConfigureAwait(false);
    }

    private static async ValueTask DiscardDraftAsync(ServerRequest request, DiscardDraftRequest message)
    {
        await request.Open(message.Collection).Learning
            .DiscardDraftAsync(message.Stamp, request.CancellationToken)
            .ConfigureAwait(false);
        await request.SendAsync(default(EmptyMessage)).ConfigureAwait(false);
    }

    private static async ValueTask DescribeDraftAsync(ServerRequest request, CollectionRequest message)
    {
        HashDbCollection collection = request.Open(message.Collection);
        DraftStatistics? draft;

        // It copies the draft and encodes some thousand vectors.
        using (await request.EnterHeavyAsync().ConfigureAwait(false))
            draft = await collection.Learning.GetDraftStatisticsAsync(request.CancellationToken).ConfigureAwait(false);
        await request.SendAsync(new DraftAnswer(draft)).ConfigureAwait(false);
    }
}
