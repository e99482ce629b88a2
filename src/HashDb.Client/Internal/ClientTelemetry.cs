// Metrics and traces of the client, both under the name "HashDb". Every operation passes through MeasureAsync, by the classes of
// Measured/. Nothing is measured per vector; without a listener a measurement costs a few nanoseconds.
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace HashDb.Client.Internal;

internal static class ClientTelemetry
{
    private static readonly Meter Meter = new(HashDbTelemetry.MeterName);
    private static readonly ActivitySource Activities = new(HashDbTelemetry.ActivitySourceName);

    private static readonly Counter<long> Operations = Meter.CreateCounter<long>(
        HashDbTelemetry.OperationsName, "{operation}", "Operations that ended, by operation, collection and, when they failed, error.");

    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        HashDbTelemetry.OperationDurationName, "s", "Time from the call to its end, by operation and collection.");

    /// <summary>Runs one operation with a span around it, counts it and records how long it took.</summary>
    public static Task<T> MeasureAsync<T>(string operation, string? collection, Func<Task<T>> body) =>
        MeasureAsync(operation, collection, body, static body => body(), static (_, _) => { });

    /// <summary>The same for a call of microseconds, which should allocate nothing that it does not give back.</summary>
    /// <param name="operation">Its name.</param>
    /// <param name="collection">The collection it is about.</param>
    /// <param name="call">What the body is given, so that it need not capture it.</param>
    /// <param name="body">The operation.</param>
    /// <param name="ended">What is to be measured of its result; gets the collection and the result.</param>
    public static async Task<TResult> MeasureAsync<TCall, TResult>(
        string operation, string? collection, TCall call, Func<TCall, Task<TResult>> body, Action<string?, TResult> ended)
    {
        using Activity? activity = Activities.StartActivity(operation, ActivityKind.Client);
        activity?.SetTag("db.system.name", "hashdb");
        activity?.SetTag("db.collection.name", collection);
        long start = Stopwatch.GetTimestamp();
        try
        {
            TResult result = await body(call).ConfigureAwait(false);
            ended(collection, result);
            Record(operation, collection, start, null);
            return result;
        }
        catch (Exception error)
        {
            string type = NameOf(error);
            activity?.SetStatus(ActivityStatusCode.Error, type);
            activity?.SetTag("error.type", type);
            Record(operation, collection, start, type);
            throw;
        }
    }

    /// <summary>Runs one operation that has no result.</summary>
    public static Task MeasureAsync(string operation, string? collection, Func<Task> body) =>
        MeasureAsync(operation, collection, async () =>
        {
            await body().ConfigureAwait(false);
            return true;
        });

    private static void Record(string operation, string? collection, long start, string? error)
    {
        if (!Operations.Enabled && !Duration.Enabled)
            return;
        var tags = new TagList { { "db.operation.name", operation }, { "db.collection.name", collection } };
        Duration.Record(Stopwatch.GetElapsedTime(start).TotalSeconds, tags);
        if (error is not null)
            tags.Add("error.type", error);
        Operations.Add(1, tags);
    }

    private static string NameOf(Exception error) => error switch
    {
        HashDbException known => known.Code.ToString(),
        OperationCanceledException => "Cancelled",
        ArgumentException => "InvalidArgument",
        _ => error.GetType().Name,
    };
}
