using HashDb.Client.Internal;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HashDb.Client;

/// <summary>Registers the client for dependency injection.</summary>
public static class HashDbServiceCollectionExtensions
{
    /// <summary>Registers one <see cref="HashDbConnection"/> for the application, on a database in its process or on a server.</summary>
    /// <remarks>
    /// The database is opened, or the server connected to, at the first call, not at registration, and closed with the container,
    /// which must therefore be
    /// disposed of asynchronously (a host does so). Logs go to the container's <see cref="ILoggerFactory"/>, if it has one.
    /// </remarks>
    /// <param name="services">The services of the application.</param>
    /// <param name="configure">Sets the options; they can also be configured elsewhere.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddHashDb(this IServiceCollection services, Action<HashDbServiceOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        OptionsBuilder<HashDbServiceOptions> options = services.AddOptions<HashDbServiceOptions>()
            .Validate(
                static o => !string.IsNullOrWhiteSpace(o.Path),
                "HashDb: Path, the directory of the database or the address of a server, is not set.");
        if (configure is not null)
            options.Configure(configure);
        services.TryAddSingleton<HashDbConnection>(static provider => new LazyClient(cancellationToken =>
        {
            HashDbServiceOptions configured = provider.GetRequiredService<IOptions<HashDbServiceOptions>>().Value;
            ILoggerFactory? loggers = provider.GetService<ILoggerFactory>();
            if (HashDbClient.IsAddress(configured.Path))
                return HashDbClient.ConnectAsync(
                    configured.Path,
                    configured.Connection with { LoggerFactory = configured.Connection.LoggerFactory ?? loggers },
                    cancellationToken);
            var clientOptions = new HashDbClientOptions { Database = configured.Database, LoggerFactory = loggers };
            return HashDbClient.OpenAsync(configured.Path, clientOptions, cancellationToken);
        }));
        return services;
    }

    /// <summary>Registers one <see cref="HashDbConnection"/> for the database in a directory or on a server.</summary>
    /// <param name="services">The services of the application.</param>
    /// <param name="path">Directory of the database, or the address of a server.</param>
    /// <returns>The same services.</returns>
    public static IServiceCollection AddHashDb(this IServiceCollection services, string path)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        return services.AddHashDb(options => options.Path = path);
    }
}
