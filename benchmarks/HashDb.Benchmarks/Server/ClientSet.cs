using HashDb.Client;

namespace HashDb.Benchmarks;

/// <summary>Clients with one connection each.</summary>
internal sealed class ClientSet : IAsyncDisposable
{
    private readonly List<HashDbConnection> _clients = [];
    private readonly List<HashDbCollection> _searched = [];
    private readonly List<HashDbCollection> _written = [];

    /// <summary>The collection to search in, by each client.</summary>
    public IReadOnlyList<HashDbCollection> Searched => _searched;

    /// <summary>The collection to insert into, by each client.</summary>
    public IReadOnlyList<HashDbCollection> Written => _written;

    public static async Task<ClientSet> ConnectAsync(string address, int count)
    {
        var set = new ClientSet();
        for (int i = 0; i < count; i++)
        {
            HashDbConnection client = await HashDbClient.ConnectAsync(address, new HashDbConnectionOptions { PoolSize = 1 });
            set._clients.Add(client);
            set._searched.Add(await client.GetCollectionAsync(ServerBenchmark.Searched));
            set._written.Add(await client.GetCollectionAsync(ServerBenchmark.Written));
        }

        return set;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (HashDbConnection client in _clients)
            await client.DisposeAsync();
    }
}
