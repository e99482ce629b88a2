// What makes, drops and maintains. Rare, and each as long as the disk takes.
using HashDb.Models;
using HashDb.Models.Files;
using HashDb.Protocol;
using HashDb.Protocol.Messages;

namespace HashDb.Server.Internal.Requests;

internal static class AdminOperations
{
    public static IReadOnlyList<ServerOperation> All { get; } =
    [
        new ServerOperation<CreateCollectionRequest>(Opcode.CreateCollection, "create_collection", CreateCollectionAsync),
        new ServerOperation<CollectionRequest>(Opcode.DropCollection, "drop_collection", DropCollectionAsync),
        new ServerOperation<EmptyMessage>(Opcode.CheckpointDatabase, "checkpoint", CheckpointDatabaseAsync),
        new ServerOperation<CollectionRequest>(Opcode.Checkpoint, "checkpoint", CheckpointAsync),
        new ServerOperation<CollectionRequest>(Opcode.Compact, "compact", CompactAsync),
        new ServerOperation<BackupRequest>(Opcode.Backup, "backup", BackupAsync),
        new ServerOperation<IndexRequest>(Opcode.CreateIndex, "create_index", CreateIndexAsync),
        new ServerOperation<IndexRequest>(Opcode.DropIndex, "drop_index", DropIndexAsync),
    ];

    private static async ValueTask CreateCollectionAsync(ServerRequest request, CreateCollectionRequest message)
    {
        CollectionOptions options = message.ModelFile.IsEmpty && message.Dimensions > 0
            ? new CollectionOptions(message.Dimensions, message.Metric)
            : new CollectionOptions(HashModelFile.FromBytes(message.ModelFile, "the model that the client sent"), message.Metric);
        options = options with { Keys = message.Keys };
        HashDbCollection collection = await request.Server.Database
            .CreateCollectionAsync(message.Collection, options, request.CancellationToken).ConfigureAwait(false);
        CollectionDescription made = await collection.DescribeAsync(request.CancellationToken).ConfigureAwait(false);
        request.CollectionName = made.Name;
        Log.CollectionCreated(request.Server.Logger, made.Name, made.Dimensions, made.BitCount, made.TableCount, made.ModelKind);
        await request.SendAsync(new DescriptionAnswer(made)).ConfigureAwait(false);
    }

    private static async ValueTask DropCollectionAsync(ServerRequest request, CollectionRequest message)
    {
        await request.Server.Database.DropCollectionAsync(message.Collection, request.CancellationToken).ConfigureAwait(false);
        request.CollectionName = message.Collection;
        Log.CollectionDropped(request.Server.Logger, message.Collection);
        await request.SendAsync(default(EmptyMessage)).ConfigureAwait(false);
    }

    private static async ValueTask CheckpointDatabaseAsync(ServerRequest request, EmptyMessage message)
    {
        await request.Server.Database.CheckpointAsync(request.CancellationToken).ConfigureAwait(false);
        await request.SendAsync(default(EmptyMessage)).ConfigureAwait(false);
    }

    private static async ValueTask CheckpointAsync(ServerRequest request, CollectionRequest message)
    {
        await request.Open(message.Collection).Maintenance.CheckpointAsync(request.CancellationToken).ConfigureAwait(false);
        await request.SendAsync(default(EmptyMessage)).ConfigureAwait(false);
    }

    private static async ValueTask CompactAsync(ServerRequest request, CollectionRequest message)
    {
        CompactionReport report =
            await request.Open(message.Collection).Maintenance.CompactAsync(request.CancellationToken).ConfigureAwait(false);
        await request.SendAsync(new CompactionAnswer(report)).ConfigureAwait(false);
    }

    private static async ValueTask CreateIndexAsync(ServerRequest request, IndexRequest message)
    {
        bool isNew = await request.Open(message.Collection)
            .CreateIndexAsync(message.Field, request.CancellationToken)
            .ConfigureAwait(false);
        await request.SendAsync(new CountAnswer(isNew ? 1 : 0)).ConfigureAwait(false);
    }

    private static async ValueTask DropIndexAsync(ServerRequest request, IndexRequest message)
    {
        bool wasThere = await request.Open(message.Collection)
            .DropIndexAsync(message.Field, request.CancellationToken)
            .ConfigureAwait(false);
        await request.SendAsync(new CountAnswer(wasThere ? 1 : 0)).ConfigureAwait(false);
    }

    private static async ValueTask BackupAsync(ServerRequest request, BackupRequest message)
    {
        await request.Server.Database.BackupAsync(message.Directory, request.CancellationToken).ConfigureAwait(false);
        Log.BackedUp(request.Server.Logger, message.Directory);
        await request.SendAsync(default(EmptyMessage)).ConfigureAwait(false);
    }
}
