// The sums of one label set. Any thread adds; no locks.
namespace HashDb.Server.Internal.Telemetry;

internal sealed class MetricSeries(KeyValuePair<string, object?>[] tags, int boundCount, MetricSeries? next)
{
    private readonly long[] _buckets = new long[boundCount + 1];
    private double _value;

    /// <summary>The labels, in the order in which they were given.</summary>
    public IReadOnlyList<KeyValuePair<string, object?>> Tags => tags;

    /// <summary>The next label set with the same hash.</summary>
    public MetricSeries? Next { get; } = next;

    /// <summary>The scrape that saw this label set last.</summary>
    public int Observation { get; set; }

    /// <summary>The sum of a counter or histogram, the value of a gauge.</summary>
    public double Value => Volatile.Read(ref _value);

    /// <summary>Measurements in one bucket alone; the last bucket has no upper bound.</summary>
    public long BucketCount(int index) => Volatile.Read(ref _buckets[index]);

    public bool Has(ReadOnlySpan<KeyValuePair<string, object?>> others)
    {
        if (others.Length != tags.Length)
            return false;
        for (int i = 0; i < tags.Length; i++)
        {
            if (!string.Equals(tags[i].Key, others[i].Key, StringComparison.Ordinal) || !Equals(tags[i].Value, others[i].Value))
                return false;
        }

        return true;
    }

    public void Set(double value) => Volatile.Write(ref _value, value);

    public void Add(double value)
    {
        double seen = Volatile.Read(ref _value);
        while (true)
        {
            double before = Interlocked.CompareExchange(ref _value, seen + value, seen);
            if (before.Equals(seen))
                return;
            seen = before;
        }
    }

    /// <summary>Counts a measurement in the first bucket whose bound is not below it.</summary>
    public void Observe(double value, ReadOnlySpan<double> bounds)
    {
        int bucket = 0;
        while (bucket < bounds.Length && !(value <= bounds[bucket]))
            bucket++;
        Interlocked.Increment(ref _buckets[bucket]);
        Add(value);
    }
}
