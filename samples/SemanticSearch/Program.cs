// Semantic search: documents are stored under keys with the vectors of their texts, and found by what they mean.
// dotnet run -c Release --project samples/SemanticSearch, then http://localhost:5000/search?q=compress+a+stream
using HashDb;
using HashDb.Client;
using Microsoft.Extensions.AI;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using SemanticSearch;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);

// A folder, or the address of a server (hashdb://127.0.0.1:7420): nothing else changes.
builder.Services.AddHashDb(builder.Configuration["database"] ?? "semantic-search.db");
builder.Services.AddSingleton<IEmbeddingGenerator<string, Embedding<float>>>(
    _ => new MiniLmGenerator(builder.Configuration.GetValue("threads", 0)));
builder.Services.AddSingleton<DocumentStore>();
builder.Services.AddSingleton<DocumentLoader>();
builder.Services.AddHostedService(provider => provider.GetRequiredService<DocumentLoader>());
builder.Services.AddHealthChecks().AddCheck<DocumentLoader>("documents");

// Sent where OTEL_EXPORTER_OTLP_ENDPOINT says.
OpenTelemetryBuilder telemetry = builder.Services.AddOpenTelemetry()
    .WithMetrics(metrics => metrics.AddMeter(HashDbTelemetry.MeterName, "Microsoft.AspNetCore.Hosting"))
    .WithTracing(traces => traces.AddSource(HashDbTelemetry.ActivitySourceName, "Microsoft.AspNetCore"));
if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is not null)
    telemetry.UseOtlpExporter();

WebApplication app = builder.Build();
app.MapHealthChecks("/health");

// What the caller did wrong is told to the caller: a filter that cannot be read, a key that is too long.
RouteGroupBuilder documents = app.MapGroup("").AddEndpointFilter(async (context, next) =>
{
    try
    {
        return await next(context);
    }
    catch (ArgumentException exception)
    {
        return Results.Problem(exception.Message, statusCode: StatusCodes.Status400BadRequest);
    }
});

// /search?q=find files&filter=tags contains "method" && date >= date("2026-01-01")&top=5, each value as a browser encodes it
documents.MapGet("/search", (string q, string? filter, int? top, DocumentStore store, CancellationToken cancellationToken) =>
    store.SearchAsync(q, filter, top ?? 10, cancellationToken));

documents.MapPut("/documents/{key}", (string key, Document document, DocumentStore store, CancellationToken cancellationToken) =>
    store.StoreAsync([KeyValuePair.Create(key, document)], cancellationToken));

if (builder.Configuration["export"] is { } file)
{
    await Export.RunAsync(
        file, CorpusOptions.Of(app.Configuration), app.Services.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>());
    return;
}
await app.RunAsync();
