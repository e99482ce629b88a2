using HashDb.Server.Internal.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HashDb.Server;

/// <summary>Runs a server as a part of a host.</summary>
public static class HashDbServerServiceCollectionExtensions
{
    /// <summary>
    /// Registers a server that starts and stops with the host. The host must allow its drain and the last checkpoint the time they
    /// take (<see cref="HostOptions.ShutdownTimeout"/>).
    /// </summary>
    /// <param name="services">The services of the host.</param>
    /// <param name="options">How the server runs.</param>
    /// <param name="started">Told of the server when it answers.</param>
    public static IServiceCollection AddHashDbServer(
        this IServiceCollection services, HashDbServerOptions options, Action<HashDbServer>? started = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(options);
        return services.AddSingleton<IHostedService>(
            provider => new ServerService(options, provider.GetService<ILoggerFactory>(), started));
    }
}
