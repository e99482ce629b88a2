using HashDb.Client;

namespace HashDb.Server.Tests.Contract;

/// <summary>A client together with the server that it talks to: disposing of it closes both, in that order.</summary>
internal sealed class ServedClient(HashDbConnection client, HashDbServer server) : HashDbConnection
{
    public static async Task<ServedClient> StartAsync(
        HashDbServerOptions serverOptions, Func<HashDbServer, string> addressOf, HashDbConnectionOptions options,
        CancellationToken cancellationToken)
    {
        HashDbServer server = await HashDbServer.StartAsync(serverOptions, null, cancellationToken);
        try
        {
            return new ServedClient(await HashDbClient.ConnectAsync(addressOf(server), options, cancellationToken), server);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public override Task<IReadOnlyList<string>> ListCollectionsAsync(CancellationToken cancellationToken = default) =>
        client.ListCollectionsAsync(cancellationToken);

    public override Task<HashDbCollection> CreateCollectionAsync(
        string name, CollectionOptions options, CancellationToken cancellationToken = default) =>
        client.CreateCollectionAsync(name, options, cancellationToken);

    public override Task<HashDbCollection> GetCollectionAsync(string name, CancellationToken cancellationToken = default) =>
        client.GetCollectionAsync(name, cancellationToken);

    public override Task DropCollectionAsync(string name, CancellationToken cancellationToken = default) =>
        client.DropCollectionAsync(name, cancellationToken);

    public override Task CheckpointAsync(CancellationToken cancellationToken = default) => client.CheckpointAsync(cancellationToken);

    public override Task BackupAsync(string targetDirectory, CancellationToken cancellationToken = default) =>
        client.BackupAsync(targetDirectory, cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        await client.DisposeAsync();
        await server.DisposeAsync();
    }
}
