// Figures of the collections, read when someone asks for them.
using System.Diagnostics.Metrics;
using HashDb.Storage;

namespace HashDb.Server.Internal.Telemetry;

internal static class CollectionMetrics
{
    public static void Observe(Meter meter, HashDatabase database)
    {
        meter.CreateObservableGauge(
            HashDbServerTelemetry.RecordsName,
            () => Measure(database, static collection => Statistics(collection).Count),
            "{record}",
            "Live records, by collection.");
        meter.CreateObservableGauge(
            HashDbServerTelemetry.CheckpointAgeName,
            () => Measure(database, static collection => collection.CheckpointAge.TotalSeconds),
            "s",
            "Time since the last checkpoint or the start, by collection.");
        meter.CreateObservableGauge(
            HashDbServerTelemetry.PostingMemoryName,
            () => Measure(database, static collection => Statistics(collection).PostingMemoryBytes),
            "By",
            "Memory of posting lists, their index, directory and filter, by collection.");
        meter.CreateObservableGauge(
            HashDbServerTelemetry.LogSizeName,
            () => Measure(database, static collection => Statistics(collection).LogBytes),
            "By",
            "Size of the write-ahead log, by collection.");
        meter.CreateObservableGauge(
            HashDbServerTelemetry.GenerationName,
            () => Measure(database, static collection => Statistics(collection).Generation),
            "{generation}",
            "Number of the live generation, by collection.");
        meter.CreateObservableGauge(
            HashDbServerTelemetry.GenerationProgressName,
            () => MeasureProgress(database),
            "1",
            "Part done of the phase that the building of a generation is in, by collection and phase.");
    }

    private static IEnumerable<Measurement<double>> MeasureProgress(HashDatabase database)
    {
        foreach ((string name, GenerationProgress? progress) in Read(database, static collection => Statistics(collection).Building))
        {
            if (progress is null)
                continue;
            double done = progress.RowsTotal == 0 ? 1 : (double)progress.RowsDone / progress.RowsTotal;
            yield return new Measurement<double>(
                done, Tag(name), new KeyValuePair<string, object?>("hashdb.generation.phase", progress.Phase.ToString()));
        }
    }

    private static IEnumerable<Measurement<T>> Measure<T>(HashDatabase database, Func<Collection, T> figure)
        where T : struct =>
        Read(database, figure).Select(item => new Measurement<T>(item.Value, Tag(item.Name)));

    private static KeyValuePair<string, object?> Tag(string collection) => new("db.collection.name", collection);

    // Figures are at hand: the task is complete when it is returned.
    private static CollectionStatistics Statistics(Collection collection) => collection.GetStatisticsAsync().GetAwaiter().GetResult();

    private static IEnumerable<(string Name, T Value)> Read<T>(HashDatabase database, Func<Collection, T> figure)
    {
        foreach (string name in database.CollectionNames)
        {
            T value;
            try
            {
                value = figure(database.GetCollection(name));
            }
            catch (HashDbException)
            {
                // Dropped, or the database closed, since the names were read.
                continue;
            }

            yield return (name, value);
        }
    }
}
