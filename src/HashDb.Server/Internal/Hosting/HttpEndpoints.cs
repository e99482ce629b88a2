// GET /healthz: the process answers. GET /readyz: clients are served. GET /metrics: for a scraper of the Prometheus kind.
using HashDb.Server.Internal.Telemetry;
using Microsoft.AspNetCore.Http;

namespace HashDb.Server.Internal.Hosting;

internal static class HttpEndpoints
{
    private const string Text = "text/plain; charset=utf-8";

    public static Task AnswerAsync(HttpContext context, ServerHealth health, MetricsCollector? metrics)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
            return WriteAsync(context, StatusCodes.Status405MethodNotAllowed, Text, "GET only\n");
        return context.Request.Path.Value switch
        {
            "/healthz" => WriteAsync(context, StatusCodes.Status200OK, Text, "ok\n"),
            "/readyz" => health.Problem is { } problem
                ? WriteAsync(context, StatusCodes.Status503ServiceUnavailable, Text, $"{problem}\n")
                : WriteAsync(context, StatusCodes.Status200OK, Text, "ready\n"),
            "/metrics" when metrics is not null =>
                WriteAsync(context, StatusCodes.Status200OK, PrometheusText.ContentType, PrometheusText.Write(metrics.Collect())),
            _ => WriteAsync(context, StatusCodes.Status404NotFound, Text, "/healthz, /readyz and /metrics are here\n"),
        };
    }

    private static Task WriteAsync(HttpContext context, int status, string contentType, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.WriteAsync(body, context.RequestAborted);
    }
}
