// Figures of the collections, read when someone asks for them.
using System.Diagnostics.Metrics;
using HashDb.Storage;

namespace HashDb.Server.Internal;

internal static class CollectionMetrics
{
    public static void Observe(Meter meter, HashDatabase database)
    {
        meter.CreateObservableGauge(HashDbServerTelemetry.RecordsName, () => Measure(database, static figures => figures.Count), "{record}", "Live records, by collection.");
        meter.CreateObservableGauge(HashDbServerTelemetry.PostingMemoryName, () => Measure(database, static figures => figures.PostingMemoryBytes), "By", "Memory of posting lists, their index, directory and filter, by collection.");
        meter.CreateObservableGauge(HashDbServerTelemetry.LogSizeName, () => Measure(database, static figures => figures.LogBytes), "By", "Size of the write-ahead log, by collection.");
    }

    private static IEnumerable<Measurement<long>> Measure(HashDatabase database, Func<CollectionStatistics, long> figure)
    {
        foreach (string name in database.CollectionNames)
        {
            long value;
            try
            {
                value = figure(database.GetCollection(name).GetStatistics());
            }
            catch (HashDbException)
            {
                // Dropped, or the database closed, since the names were read.
                continue;
            }

            yield return new Measurement<long>(value, new KeyValuePair<string, object?>("db.collection.name", name));
        }
    }
}
