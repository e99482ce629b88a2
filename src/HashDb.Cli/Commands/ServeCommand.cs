// hashdb serve: a server in the foreground until SIGTERM or Ctrl-C, which stop it gracefully. The host handles the signals: the
// command line's own handler would kill the process after a fixed time, in the middle of a drain or of the last checkpoint.
using System.CommandLine;
using System.Globalization;
using HashDb.Cli.Output;
using HashDb.Server;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HashDb.Cli.Commands;

internal static class ServeCommand
{
    private const string Name = "serve";

    private static readonly Option<string?> Listen = new("--listen")
    {
        HelpName = "A:P",
        Description = "Address and port for clients; port 0 takes a free one. 127.0.0.1:7420 if not given."
    };
    private static readonly Option<string?> Http =
        new("--http") { HelpName = "A:P", Description = "Address and port of health and metrics, or off. 127.0.0.1:7421 if not given." };
    private static readonly Option<string?> TlsCertificate =
        new("--tls-cert") { HelpName = "FILE", Description = "Certificate of the server: PEM, or PKCS#12 with its key." };
    private static readonly Option<string?> TlsKey =
        new("--tls-key") { HelpName = "FILE", Description = "Private key of a PEM certificate." };
    private static readonly Option<string?> ClientCa = new("--client-ca")
    {
        HelpName = "FILE",
        Description = "PEM file of authorities; clients must show a certificate that one of them signed."
    };
    private static readonly Option<string?> Tokens =
        new("--tokens") { HelpName = "FILE", Description = "File with a line scope:hash for each token, as 'hashdb token' prints it." };
    private static readonly Option<bool> Insecure =
        new("--insecure") { Description = "Allow an address that other machines can reach without TLS and tokens." };
    private static readonly Option<string?> BackupRoot =
        new("--backup-root") { HelpName = "DIR", Description = "Folder that backups are confined to; anywhere if not given." };
    private static readonly Option<int?> MaxConnections =
        CommonOptions.Integer("--max-connections", "N", "Connections at a time.", 1, HashDbServerOptions.MaxMaxConnections);
    private static readonly Option<int?> DrainSeconds =
        CommonOptions.Integer("--drain-seconds", "N", "Seconds that requests in flight have to end when the server stops.", 1, 3_600);

    /// <summary>True when the command that was parsed sees to signals itself.</summary>
    public static bool IsRequested(ParseResult parsed) => parsed.CommandResult.Command.Name == Name;

    public static Command Create()
    {
        Argument<string> directory = CommonOptions.DatabaseDirectory("DIR", "Directory of the database; made when it does not exist.");
        var command = new Command(Name, "Serve a database over TCP.")
        {
            directory, Listen, Http, TlsCertificate, TlsKey, ClientCa, Tokens, Insecure, BackupRoot, MaxConnections, DrainSeconds,
        };
        command.SetBody(async context =>
        {
            HashDbServerOptions options = ReadOptions(context, context.Get(directory));
            HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
            builder.Logging.SetMinimumLevel(context.Get(CommonOptions.Verbose) ? LogLevel.Debug : LogLevel.Information)
                .AddFilter("Microsoft", LogLevel.Warning)

                // What keeps the host from starting is said by the command itself.
                .AddFilter("Microsoft.Extensions.Hosting", LogLevel.None)
                .AddProvider(new StandardErrorLoggerProvider());

            // The drain has its own limit; the last checkpoint takes what the disk takes.
            builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Timeout.InfiniteTimeSpan);
            builder.Services.AddHashDbServer(options, server => WriteStarted(context, server));
            using IHost host = builder.Build();
            CancellationToken stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
            try
            {
                await host.RunAsync(CancellationToken.None);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                // Asked to stop while it was opening the database: nothing was served, and everything is as it was.
            }
        });
        return command;
    }

    // The command line wins over the environment, which wins over the defaults.
    private static HashDbServerOptions ReadOptions(CommandContext context, string directory)
    {
        HashDbServerOptions options = HashDbServerConfiguration.Read(new ConfigurationBuilder().AddHashDbEnvironment().Build());
        return options with
        {
            DataDirectory = directory,
            ListenAddress = context.Get(Listen) ?? options.ListenAddress,
            HttpAddress = context.Get(Http) ?? options.HttpAddress,
            TlsCertificatePath = context.Get(TlsCertificate) ?? options.TlsCertificatePath,
            TlsKeyPath = context.Get(TlsKey) ?? options.TlsKeyPath,
            ClientCaPath = context.Get(ClientCa) ?? options.ClientCaPath,
            TokenFile = context.Get(Tokens) ?? options.TokenFile,
            Insecure = context.Get(Insecure) || options.Insecure,
            Database = context.Get(BackupRoot) is { } root
                ? options.Database with { BackupRoot = Path.GetFullPath(root) }
                : options.Database,
            MaxConnections = context.Get(MaxConnections) ?? options.MaxConnections,
            DrainTimeout = context.Get(DrainSeconds) is { } seconds ? TimeSpan.FromSeconds(seconds) : options.DrainTimeout,
        };
    }

    private static void WriteStarted(CommandContext context, HashDbServer server)
    {
        if (context.Json)
        {
            context.Lines.Write(json =>
            {
                json.WriteString("listening", server.EndPoint.ToString());
                json.WriteString("http", server.HttpEndPoint?.ToString());
            });
        }
        else
        {
            Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"Listening on {server.EndPoint}"
                + $"{(server.HttpEndPoint is { } http ? $", health and metrics on http://{http}" : "")}. Ctrl-C stops."));
        }
    }
}
