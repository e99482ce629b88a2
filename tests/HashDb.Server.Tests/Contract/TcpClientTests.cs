using HashDb.Client;
using HashDb.Client.Tests;
using HashDb.Storage;

namespace HashDb.Server.Tests.Contract;

/// <summary>The contract, kept by a server over TCP.</summary>
public sealed class TcpClientTests : ClientContract
{
    protected override async Task<HashDbConnection> OpenAsync(string path, DatabaseOptions options) => await ServedClient.StartAsync(
        new HashDbServerOptions
        {
            DataDirectory = path,
            ListenAddress = "127.0.0.1:0",
            HttpAddress = HashDbServerOptions.Off,
            Database = options
        },
        server => $"hashdb://{server.EndPoint}",
        new HashDbConnectionOptions(),
        Cancellation);
}
