// Kestrel with our two endpoints and nothing else of ASP.NET: no configuration files, no environment, no signal handlers of its
// own (whoever starts the server decides when it stops).
using System.Net;
using HashDb.Server.Internal.Connections;
using HashDb.Server.Internal.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace HashDb.Server.Internal.Hosting;

internal static class ServerHost
{
    /// <summary>5 s for the transport to close what the drain has left.</summary>
    public static readonly TimeSpan CloseTime = TimeSpan.FromSeconds(5);

    /// <summary>16 connections to health and metrics: a scraper and a prober each need one.</summary>
    public const int MaxHttpConnections = 16;

    public static WebApplication Build(
        ServerContext context, ConnectionRegistry connections, TlsSettings? tls, ServerHealth health, MetricsCollector? metrics,
        ILoggerFactory loggerFactory)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        builder.Services.AddSingleton(loggerFactory);
        builder.Services.AddSingleton(new HashDbConnectionHandler(context, connections));
        builder.WebHost.UseKestrelCore();
        HashDbServerOptions options = context.Options;
        builder.Services.AddSingleton<IConnectionListenerFactory>(services => new GatedListenerFactory(
            new SocketTransportFactory(services.GetRequiredService<IOptions<SocketTransportOptions>>(), loggerFactory),
            endpoint => endpoint.Equals(options.ListenEndPoint)
                ? options.MaxConnections + DescriptorBudget.Refusing
                : 2 * MaxHttpConnections));
        if (tls is not null)
            builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            Listen(kestrel, context, connections, tls);
            if (context.Options.HttpEndPoint is { } http)
                ListenHttp(kestrel, http);
        });
        WebApplication application = builder.Build();
        application.Run(request => HttpEndpoints.AnswerAsync(request, health, metrics));
        return application;
    }

    /// <summary>The endpoints that were bound, in the order in which they were configured.</summary>
    public static (IPEndPoint Clients, IPEndPoint? Http) BoundEndPoints(WebApplication application, bool hasHttp)
    {
        ICollection<string> addresses =
            application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        IPEndPoint[] bound =
        [
            .. addresses.Select(address => new Uri(address)).Select(uri => new IPEndPoint(IPAddress.Parse(uri.DnsSafeHost), uri.Port))
        ];
        return (bound[0], hasHttp ? bound[1] : null);
    }

    private static void Listen(KestrelServerOptions kestrel, ServerContext context, ConnectionRegistry connections, TlsSettings? tls) =>
        kestrel.Listen(context.Options.ListenEndPoint, endpoint =>
        {
            endpoint.Use(next => ConnectionLimit.Apply(next, context, connections, isPlain: tls is null));
            if (tls is not null)
                endpoint.UseHttps(tls.Configure);
            endpoint.UseConnectionHandler<HashDbConnectionHandler>();
        });

    private static void ListenHttp(KestrelServerOptions kestrel, IPEndPoint address)
    {
        int open = 0;
        kestrel.Listen(address, endpoint =>
        {
            endpoint.Protocols = HttpProtocols.Http1;
            endpoint.Use(next => async connection =>
            {
                try
                {
                    if (Interlocked.Increment(ref open) <= MaxHttpConnections)
                        await next(connection).ConfigureAwait(false);
                }
                finally
                {
                    Interlocked.Decrement(ref open);
                }
            });
        });
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
