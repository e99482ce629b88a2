using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HashDb.Server.Internal.Hosting;

/// <summary>A server whose life is that of a host.</summary>
internal sealed class ServerService(
    HashDbServerOptions options, ILoggerFactory? loggerFactory, Action<HashDbServer>? started) : IHostedService
{
    private HashDbServer? _server;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        _server = await HashDbServer.StartAsync(options, loggerFactory, cancellationToken).ConfigureAwait(false);
        started?.Invoke(_server);
    }

    public Task StopAsync(CancellationToken cancellationToken) => _server?.StopAsync(cancellationToken) ?? Task.CompletedTask;
}
