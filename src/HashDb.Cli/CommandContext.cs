// What a running command has at hand: its parsed values, the way to its two streams, and the client.
using System.CommandLine;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using HashDb.Cli.Output;
using HashDb.Client;
using HashDb.Storage;
using Microsoft.Extensions.Logging;

namespace HashDb.Cli;

internal sealed class CommandContext : IDisposable
{
    public CommandContext(ParseResult parsed, CancellationToken cancellationToken)
    {
        Parsed = parsed;
        CancellationToken = cancellationToken;
        Json = parsed.GetValue(CommonOptions.Json);
        LogLevel level = parsed.GetValue(CommonOptions.Verbose) ? LogLevel.Debug : LogLevel.Warning;
        LoggerFactory = Microsoft.Extensions.Logging.LoggerFactory.Create(
            builder => builder.SetMinimumLevel(level).AddProvider(new StandardErrorLoggerProvider()));
        Lines = new JsonLines(StandardStreams.OpenOutput());
        Terminal = new Terminal();
    }

    public ParseResult Parsed { get; }

    public CancellationToken CancellationToken { get; }

    /// <summary>True when standard output takes JSON lines alone.</summary>
    public bool Json { get; }

    public JsonLines Lines { get; }

    public Terminal Terminal { get; }

    public ILoggerFactory LoggerFactory { get; }

    public T Get<T>(Argument<T> argument) => Parsed.GetValue(argument)!;

    public T Get<T>(Option<T> option) => Parsed.GetValue(option)!;

    /// <summary>Opens the database in a directory, made only when asked to, or connects to the server at an address.</summary>
    public Task<HashDbConnection> OpenAsync(string path, bool createIfMissing = false, bool readOnly = false)
    {
        if (HashDbClient.IsAddress(path) && readOnly)
            throw new ArgumentException($"--read-only is for directories; '{path}' is a server, which has its database open already.");
        if (HashDbClient.IsAddress(path))
            return HashDbClient.ConnectAsync(path, ConnectionOptions(path), CancellationToken);
        if (Get(CommonOptions.Token) is not null || Get(CommonOptions.Authorities) is not null)
            throw new ArgumentException($"--token and --ca are for servers; '{path}' is a directory.");
        return HashDbClient.OpenAsync(
            path,
            new HashDbClientOptions
            {
                Database = new DatabaseOptions { CreateIfMissing = createIfMissing, ReadOnly = readOnly },
                LoggerFactory = LoggerFactory,
            },
            CancellationToken);
    }

    private HashDbConnectionOptions ConnectionOptions(string address)
    {
        string? token = Get(CommonOptions.Token) ?? Environment.GetEnvironmentVariable(CommonOptions.TokenVariable);
        var options = new HashDbConnectionOptions { Token = string.IsNullOrEmpty(token) ? null : token, LoggerFactory = LoggerFactory };
        if (Get(CommonOptions.Authorities) is not { } file)
            return options;
        if (!address.StartsWith("hashdbs:", StringComparison.OrdinalIgnoreCase))
            throw new ArgumentException($"--ca is for hashdbs:// addresses; '{address}' is without TLS.");
        var authorities = new X509Certificate2Collection();
        try
        {
            authorities.ImportFromPemFile(file);
        }
        catch (CryptographicException error)
        {
            throw new InvalidDataException($"{file} is not a PEM file of certificates: {error.Message}", error);
        }
        if (authorities.Count == 0)
            throw new InvalidDataException($"{file} holds no certificate.");
        return options with { Tls = new HashDbTlsOptions { TrustedAuthorities = authorities } };
    }

    /// <summary>Runs work of the processor in the background, under a progress bar unless standard output takes JSON lines.</summary>
    /// <param name="description">What is being done.</param>
    /// <param name="total">Size of the whole, in the unit of the reports.</param>
    /// <param name="work">Reports how much of it is done in all.</param>
    public Task<T> WithProgressAsync<T>(string description, double total, Func<Action<double>, T> work) => Json
        ? Task.Run(() => work(_ => { }))
        : Terminal.WithProgressAsync(description, total, report => Task.Run(() =>
        {
            T result = work(report);
            report(total);
            return result;
        }));

    public void Dispose()
    {
        Lines.Dispose();
        LoggerFactory.Dispose();
    }
}
