using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using HashDb.Client.Tests.Support;

namespace HashDb.Client.Tests;

public sealed class TelemetryTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Operations_are_counted_timed_and_traced_under_the_documented_names()
    {
        // Other tests report under the same names at the same time; a collection name of our own tells ours apart.
        string name = $"telemetry-{Guid.NewGuid():N}"[..32];
        var measured = new ConcurrentBag<(string Instrument, double Value, string? Operation, string? Error)>();
        var spans = new ConcurrentBag<(string Name, ActivityStatusCode Status)>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, own) =>
        {
            if (instrument.Meter.Name == HashDbTelemetry.MeterName)
                own.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Note(instrument, value, tags));
        listener.Start();
        using var activities = new ActivityListener
        {
            ShouldListenTo = source => source.Name == HashDbTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity =>
            {
                if ((string?)activity.GetTagItem("db.collection.name") == name)
                    spans.Add((activity.OperationName, activity.Status));
            },
        };
        ActivitySource.AddActivityListener(activities);

        using var directory = new TemporaryDirectory();
        await using HashDbConnection client = await HashDbClient.OpenAsync(directory["database"], null, Cancellation);
        HashDbCollection collection = await client.CreateCollectionAsync(name, Data.Options(), Cancellation);
        await collection.ImportAsync(Data.Stream(Data.Records(0, 30)), new ImportOptions { BatchSize = 10 }, null, Cancellation);
        await collection.SearchAsync(Data.Vector(1), new SearchOptions { Radius = Data.BitCount }, Cancellation);
        await collection.SearchBatchAsync(Data.Vector(2), new SearchOptions { Radius = Data.BitCount }, Cancellation);
        await Should.ThrowAsync<HashDbException>(() => collection.InsertAsync(Data.Record(3), Cancellation));

        Values(HashDbTelemetry.QueryCandidatesName, null).ShouldBe([30, 30]);
        Values(HashDbTelemetry.ImportedRecordsName, null).ShouldBe([10, 10, 10]);
        Values(HashDbTelemetry.OperationsName, "import").ShouldBe([1]);
        Values(HashDbTelemetry.OperationsName, "insert").ShouldBe([1, 1, 1, 1]);
        measured.Count(m => m.Instrument == HashDbTelemetry.OperationsName && m.Error == nameof(HashDbErrorCode.DuplicateId)).ShouldBe(1);
        Values(HashDbTelemetry.OperationDurationName, "search").ShouldAllBe(seconds => seconds > 0 && seconds < 60);
        Values(HashDbTelemetry.OperationDurationName, "search").Length.ShouldBe(1);
        spans.ShouldContain(("import", ActivityStatusCode.Unset));
        spans.ShouldContain(("insert", ActivityStatusCode.Error));

        double[] Values(string instrument, string? operation) =>
            [.. measured.Where(m => m.Instrument == instrument && m.Operation == operation).Select(m => m.Value)];

        void Note<T>(Instrument instrument, T value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
            where T : struct, IConvertible
        {
            Dictionary<string, object?> byName = new(tags.ToArray());
            if ((string?)byName.GetValueOrDefault("db.collection.name") == name)
            {
                measured.Add((
                    instrument.Name,
                    value.ToDouble(null),
                    (string?)byName.GetValueOrDefault("db.operation.name"),
                    (string?)byName.GetValueOrDefault("error.type")));
            }
        }
    }
}
