// One instrument and its label sets. MetricsCollector.cs says who calls and what is bounded.
using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace HashDb.Server.Internal.Telemetry;

internal sealed class MetricFamily
{
    /// <summary>
    /// Upper bounds where an instrument names none: the ones OpenTelemetry uses, for values without a scale of their own.
    /// </summary>
    private static readonly double[] DefaultBounds = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1_000, 2_500, 5_000, 7_500, 10_000];

    /// <summary>The label of the series that takes what comes after the bound.</summary>
    private static readonly KeyValuePair<string, object?>[] OverflowTags = [new("otel_metric_overflow", "true")];

    private readonly ConcurrentDictionary<int, MetricSeries> _byHash = new();
    private readonly Lock _gate = new();
    private readonly bool _isObservable;
    private readonly bool _adds;
    private int _observation;
    private int _count;
    private MetricSeries? _overflow;

    public MetricFamily(Instrument instrument)
    {
        Name = instrument.Name;
        Unit = instrument.Unit ?? "";
        Description = instrument.Description ?? "";
        _isObservable = instrument.IsObservable;
        Type type = instrument.GetType().GetGenericTypeDefinition();
        Kind = type == typeof(Histogram<>) ? MetricKind.Histogram
            : type == typeof(Counter<>) || type == typeof(ObservableCounter<>) ? MetricKind.Counter
            : MetricKind.Gauge;
        _adds = type == typeof(Counter<>) || type == typeof(UpDownCounter<>);
        Bounds = Kind == MetricKind.Histogram ? BoundsOf(instrument) : [];
    }

    public string Name { get; }

    public string Unit { get; }

    public string Description { get; }

    public MetricKind Kind { get; }

    /// <summary>Upper bounds of the buckets of a histogram, ascending; the last bucket has none.</summary>
    public double[] Bounds { get; }

    /// <summary>The label sets; of an observable instrument those that the last scrape saw.</summary>
    public IEnumerable<MetricSeries> Series
    {
        get
        {
            foreach (MetricSeries first in _byHash.Values)
            {
                for (MetricSeries? series = first; series is not null; series = series.Next)
                {
                    if (!_isObservable || series.Observation == _observation)
                        yield return series;
                }
            }

            if (Volatile.Read(ref _overflow) is { } overflow)
                yield return overflow;
        }
    }

    /// <summary>Begins a scrape: label sets that it does not see are gone.</summary>
    public void BeginObservation() => _observation++;

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        MetricSeries series = Find(tags);
        series.Observation = _observation;
        if (Kind == MetricKind.Histogram)
            series.Observe(value, Bounds);
        else if (_adds)
            series.Add(value);
        else
            series.Set(value);
    }

    private MetricSeries Find(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        int hash = HashOf(tags);
        if (_byHash.TryGetValue(hash, out MetricSeries? first))
        {
            for (MetricSeries? series = first; series is not null; series = series.Next)
            {
                if (series.Has(tags))
                    return series;
            }
        }

        return Add(hash, tags);
    }

    private MetricSeries Add(int hash, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_gate)
        {
            _byHash.TryGetValue(hash, out MetricSeries? first);
            for (MetricSeries? series = first; series is not null; series = series.Next)
            {
                if (series.Has(tags))
                    return series;
            }

            if (_count == MetricsCollector.MaxSeries)
                return _overflow ??= new MetricSeries(OverflowTags, Bounds.Length, null);
            _count++;
            var added = new MetricSeries(tags.ToArray(), Bounds.Length, first);
            _byHash[hash] = added;
            return added;
        }
    }

    private static int HashOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var hash = default(HashCode);
        foreach ((string key, object? value) in tags)
        {
            hash.Add(key);
            hash.Add(value);
        }

        return hash.ToHashCode();
    }

    private static double[] BoundsOf(Instrument instrument)
    {
        double[]? bounds = instrument switch
        {
            Histogram<double> histogram => histogram.Advice?.HistogramBucketBoundaries?.ToArray(),
            Histogram<int> histogram => histogram.Advice?.HistogramBucketBoundaries?.Select(bound => (double)bound).ToArray(),
            Histogram<long> histogram => histogram.Advice?.HistogramBucketBoundaries?.Select(bound => (double)bound).ToArray(),
            _ => null,
        };
        return bounds ?? DefaultBounds;
    }
}
