using System.Diagnostics;
using HashDb.Packages.Tests.Support;

namespace HashDb.Samples.Tests.Support;

/// <summary>samples/SemanticSearch as a process; disposing kills it.</summary>
internal sealed class SearchProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task<string> _errors;
    private readonly CancellationToken _timeout;

    private SearchProcess(Process process, CancellationToken timeout)
    {
        _process = process;
        _timeout = timeout;
        _errors = process.StandardError.ReadToEndAsync(timeout);
    }

    public HttpClient Http { get; } = new();

    /// <summary>Starts it on a database and a free port, and waits until it answers.</summary>
    public static async Task<SearchProcess> StartAsync(string database, CancellationToken timeout)
    {
        Process process = Dotnet.Start(
            Dotnet.Command,
            Path.GetDirectoryName(database)!,
            new Dictionary<string, string>(),
            Samples.PathOf("SemanticSearch"),
            "--urls", "http://127.0.0.1:0",
            "--database", database,
            "--files", "System.IO.Compression*.xml",
            "--documents", "40",
            // Otherwise every call of the tests would be a line.
            "--Logging:LogLevel:Microsoft.AspNetCore", "Warning");
        var sample = new SearchProcess(process, timeout);
        try
        {
            sample.Http.BaseAddress = new Uri(await sample.LineAfterAsync("Now listening on: "));
            return sample;
        }
        catch
        {
            await sample.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until all documents are stored; how many there are and were new.</summary>
    public Task<string> LoadedAsync() => LineAfterAsync("Documents: ");

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
        Http.Dispose();
    }

    private async Task<string> LineAfterAsync(string prefix)
    {
        while (await _process.StandardOutput.ReadLineAsync(_timeout) is { } line)
        {
            int at = line.IndexOf(prefix, StringComparison.Ordinal);
            if (at >= 0)
                return line[(at + prefix.Length)..].Trim();
        }
        throw new InvalidOperationException($"The sample ended: {await _errors}");
    }
}
