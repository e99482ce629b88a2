// What writes. Started one after another for each connection, in the order of arrival (WriteLane.cs): until its first wait, an
// operation here checks, encodes and hands its write to the engine's queue, and must not wait for anything else before that.
using HashDb.Protocol;
using HashDb.Protocol.Messages;
using HashDb.Server.Internal.Connections;

namespace HashDb.Server.Internal.Requests;

internal static class WriteOperations
{
    public static IReadOnlyList<ServerOperation> All { get; } =
    [
        new ServerOperation<StoreRequest>(Opcode.Insert, "insert", InsertAsync) { IsOrdered = true },
        new ServerOperation<StoreRequest>(Opcode.Upsert, "upsert", UpsertAsync) { IsOrdered = true },
        new ServerOperation<DeleteRequest>(Opcode.Delete, "delete", DeleteAsync) { IsOrdered = true },

        // Not in order: they read first, and are made from what they read.
        new ServerOperation<FilterRequest>(Opcode.DeleteMatching, "delete_matching", DeleteMatchingAsync),
        new ServerOperation<UpdateFieldsRequest>(Opcode.UpdateFields, "update_fields", UpdateFieldsAsync),

        // In order too: it answers for the writes that came before it.
        new ServerOperation<NextSequenceNumberRequest>(
            Opcode.GetNextSequenceNumber, "next_sequence_number", GetNextSequenceNumberAsync) { IsOrdered = true },
        new ServerOperation<RegisterRequest>(Opcode.Register, "register", RegisterAsync) { IsOrdered = true },
    ];

    private static async ValueTask InsertAsync(ServerRequest request, StoreRequest message)
    {
        await request.Open(message.Collection)
            .InsertAsync(message.Batch, message.Stamp, request.CancellationToken)
            .ConfigureAwait(false);
        await request.SendAsync(default(EmptyMessage)).ConfigureAwait(false);
    }

    private static async ValueTask UpsertAsync(ServerRequest request, StoreRequest message)
    {
        int replaced = await request.Open(message.Collection)
            .UpsertAsync(message.Batch, message.Stamp, request.CancellationToken)
            .ConfigureAwait(false);
        await request.SendAsync(new CountAnswer(replaced)).ConfigureAwait(false);
    }

    private static async ValueTask DeleteAsync(ServerRequest request, DeleteRequest message)
    {
        int deleted = await request.Open(message.Collection)
            .DeleteAsync(message.Ids, message.Stamp, request.CancellationToken)
            .ConfigureAwait(false);
        await request.SendAsync(new CountAnswer(deleted)).ConfigureAwait(false);
    }

    private static async ValueTask DeleteMatchingAsync(ServerRequest request, FilterRequest message)
    {
        if (message.Filter is null)
            throw new ProtocolException("A deletion has a filter; 'true' is the one for all records.");
        HashDbCollection collection = request.Open(message.Collection);
        long deleted;
        using (await request.EnterHeavyAsync().ConfigureAwait(false))
            deleted = await collection.DeleteAsync(message.Filter, request.CancellationToken).ConfigureAwait(false);
        await request.SendAsync(new CountAnswer(deleted)).ConfigureAwait(false);
    }

    private static async ValueTask UpdateFieldsAsync(ServerRequest request, UpdateFieldsRequest message)
    {
        bool isThere = await request.Open(message.Collection)
            .UpdateFieldsAsync(message.Id, RecordFields.Decode(message.Fields.Span), request.CancellationToken)
            .ConfigureAwait(false);
        await request.SendAsync(new CountAnswer(isThere ? 1 : 0)).ConfigureAwait(false);
    }

    private static async ValueTask GetNextSequenceNumberAsync(ServerRequest request, NextSequenceNumberRequest message)
    {
        HashDbCollection collection = request.Open(message.Collection);
        long next = await collection.GetNextSequenceNumberAsync(message.ClientId, request.CancellationToken).ConfigureAwait(false);
        await request.SendAsync(new CountAnswer(next)).ConfigureAwait(false);
    }

    private static async ValueTask RegisterAsync(ServerRequest request, RegisterRequest message)
    {
        ClientRegistration registration = await request.Open(message.Collection)
            .RegisterAsync(message.ClientId, request.CancellationToken)
            .ConfigureAwait(false);
        WriteStamp next = registration.Next;
        await request.SendAsync(new RegistrationAnswer(next.SequenceNumber, next.Floor!.Value, registration.MayBeForgotten))
            .ConfigureAwait(false);
    }
}
