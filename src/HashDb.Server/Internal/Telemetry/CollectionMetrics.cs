// Figures of the collections, read when someone asks for them.
using System.Diagnostics.Metrics;
using HashDb.Storage;

namespace HashDb.Server.Internal;

internal static class CollectionMetrics
{
    public static void Observe(Meter meter, HashDatabase database)
    {
        meter.CreateObservableGauge(HashDbServerTelemetry.RecordsName, () => Measure(database, static collection => collection.GetStatistics().Count), "{record}", "Live records, by collection.");
        meter.CreateObservableGauge(HashDbServerTelemetry.CheckpointAgeName, () => Measure(database, static collection => collection.CheckpointAge.TotalSeconds), "s", "Time since the last checkpoint or the start, by collection.");
        meter.CreateObservableGauge(HashDbServerTelemetry.PostingMemoryName, () => Measure(database, static collection => collection.GetStatistics().PostingMemoryBytes), "By", "Memory of posting lists, their index, directory and filter, by collection.");
        meter.CreateObservableGauge(HashDbServerTelemetry.LogSizeName, () => Measure(database, static collection => collection.GetStatistics().LogBytes), "By", "Size of the write-ahead log, by collection.");
    }

    private static IEnumerable<Measurement<T>> Measure<T>(HashDatabase database, Func<Collection, T> figure)
        where T : struct
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

            yield return new Measurement<T>(value, new KeyValuePair<string, object?>("db.collection.name", name));
        }
    }
}
