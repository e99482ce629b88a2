// Listens to instruments and keeps their sums, for a scraper that asks now and then. (The SDK's exporters push; nothing in the
// framework answers a scrape.)
//
// Threading: measurements arrive on any thread and take no lock once their series exists. A scrape reads sums while they
// move, so the parts of one histogram may be a few measurements apart, which scrapers allow for.
//
// Invariant: an instrument has at most MaxSeries label sets; what comes beyond is summed under one label set that says so.
// Labels may come from clients (names of collections), so without a bound a client could fill the memory.
using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace HashDb.Server.Internal.Telemetry;

internal sealed class MetricsCollector : IDisposable
{
    /// <summary>2,048 label sets of one instrument: every collection that a database may have, and as many again.</summary>
    public const int MaxSeries = 2 * StorageLimits.MaxCollectionCount;

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, MetricFamily> _families = new();
    private readonly Lock _scrape = new();

    /// <summary>Listens to all instruments that a filter takes.</summary>
    public MetricsCollector(Func<Instrument, bool> filter)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (!filter(instrument))
                return;
            MetricFamily family = _families.GetOrAdd(instrument, static one => new MetricFamily(one));
            listener.EnableMeasurementEvents(instrument, family);
        };
        _listener.MeasurementsCompleted = (instrument, _) => _families.TryRemove(instrument, out MetricFamily? _);
        Listen<byte>(static value => value);
        Listen<short>(static value => value);
        Listen<int>(static value => value);
        Listen<long>(static value => value);
        Listen<float>(static value => value);
        Listen<double>(static value => value);
        Listen<decimal>(static value => (double)value);
        _listener.Start();
    }

    /// <summary>All instruments with what was measured so far, by name. Asks the observable ones first.</summary>
    public IReadOnlyList<MetricFamily> Collect()
    {
        lock (_scrape)
        {
            foreach (MetricFamily family in _families.Values)
                family.BeginObservation();
            _listener.RecordObservableInstruments();
            return [.. _families.Values.OrderBy(family => family.Name, StringComparer.Ordinal)];
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Listen<T>(Func<T, double> toDouble)
        where T : struct =>
        _listener.SetMeasurementEventCallback<T>((_, value, tags, state) => ((MetricFamily)state!).Record(toDouble(value), tags));
}
