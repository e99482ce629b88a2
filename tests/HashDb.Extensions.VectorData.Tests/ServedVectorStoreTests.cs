using HashDb.Client;
using HashDb.Server;

namespace HashDb.Extensions.VectorData.Tests;

public sealed class ServedVectorStoreTests : VectorStoreContract
{
    private HashDbServer? _server;

    protected override async Task<HashDbConnection> OpenAsync(string path)
    {
        _server = await HashDbServer.StartAsync(
            new HashDbServerOptions { DataDirectory = path, ListenAddress = "127.0.0.1:0", HttpAddress = HashDbServerOptions.Off });
        return await HashDbClient.ConnectAsync($"hashdb://{_server.EndPoint}");
    }

    protected override ValueTask CloseAsync() => _server!.DisposeAsync();
}
