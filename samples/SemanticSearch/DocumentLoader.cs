using System.Diagnostics;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace SemanticSearch;

/// <summary>
/// Stores the documentation of .NET beside running searches, and says for the health of the program how far it is. What an earlier run has
/// stored is not stored again.
/// </summary>
internal sealed partial class DocumentLoader(DocumentStore store, IConfiguration configuration, ILogger<DocumentLoader> logger)
    : BackgroundService, IHealthCheck
{
    private const int BatchSize = 128;

    private volatile string? _progress = "reading the documentation";

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_progress is null ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded(_progress));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var time = Stopwatch.StartNew();
        CorpusOptions corpus = CorpusOptions.Of(configuration);
        IReadOnlyList<KeyValuePair<string, Document>> documents = await Task.Run(() => Corpus.Read(corpus), stoppingToken);
        int done = 0;
        int stored = 0;
        foreach (KeyValuePair<string, Document>[] part in documents.Chunk(BatchSize))
        {
            IReadOnlySet<string> missing = await store.MissingAsync([.. part.Select(one => one.Key)], stoppingToken);
            if (missing.Count > 0)
                await store.StoreAsync([.. part.Where(one => missing.Contains(one.Key))], stoppingToken);
            done += part.Length;
            stored += missing.Count;
            _progress = $"{done} of {documents.Count} documents";
        }
        _progress = null;
        LogLoaded(logger, documents.Count, stored, time.Elapsed);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Documents: {Count}, {Stored} of them new, after {Time}")]
    private static partial void LogLoaded(ILogger logger, int count, int stored, TimeSpan time);
}
