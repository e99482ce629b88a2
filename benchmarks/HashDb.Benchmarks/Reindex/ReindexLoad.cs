// Two readers and a writer beside a re-index. A reader searches, then rests for a moment, as clients do, or searches without
// end; the writer stores a small batch, then rests. Latencies are kept by phase; a sample of the answers is kept for checking.
using System.Diagnostics;
using HashDb.Storage;

namespace HashDb.Benchmarks;

internal sealed class ReindexLoad
{
    public const int Radius = 2;
    public const int Top = 10;
    public const int BatchRows = 10;
    private const int Readers = 2;
    private const int SampleEvery = 20;
    private static readonly TimeSpan ReaderRest = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan WriterRest = TimeSpan.FromMilliseconds(5);

    private readonly Collection _collection;
    private readonly BenchmarkData _data;
    private readonly int _rows;
    private readonly bool _rests;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<double>> _latencies = [];
    private readonly List<SampledSearch> _samples = [];
    private string _phase = "";
    private int _acknowledged;
    private int _issued;
    private Task[] _tasks = [];

    /// <param name="collection">Holds vectors 0 to <paramref name="rows"/> - 1.</param>
    /// <param name="data">Makes the vectors.</param>
    /// <param name="rows">Vectors stored already.</param>
    /// <param name="rests">Whether readers rest between searches.</param>
    public ReindexLoad(Collection collection, BenchmarkData data, int rows, bool rests)
    {
        _rests = rests;
        _collection = collection;
        _data = data;
        _rows = _acknowledged = _issued = rows;
    }

    public IReadOnlyList<SampledSearch> Samples => _samples;

    /// <summary>Vectors stored in all.</summary>
    public int Stored => _acknowledged;

    public long Failed { get; private set; }

    public double LongestWriteMilliseconds { get; private set; }

    public void Begin(string phase)
    {
        Volatile.Write(ref _phase, phase);
        _tasks =
        [
            .. Enumerable.Range(0, Readers).Select(reader => Task.Factory.StartNew(() => Read(reader), TaskCreationOptions.LongRunning)),
            Task.Run(WriteAsync)
        ];
    }

    public void Enter(string phase) => Volatile.Write(ref _phase, phase);

    public async Task EndAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_tasks);
    }

    /// <summary>Latencies of the searches that began in a phase, in milliseconds, ascending.</summary>
    public double[] Latencies(string phase)
    {
        lock (_gate)
            return [.. _latencies[phase].Order()];
    }

    private void Read(int reader)
    {
        var random = new Random(reader);
        for (long i = 0; !_stop.IsCancellationRequested; i++)
        {
            // A stored vector's neighbourhood; the vector itself is found too.
            int number = random.Next(_rows);
            float[] query = _data.Vector(number);
            string phase = Volatile.Read(ref _phase);
            int acknowledged = Volatile.Read(ref _acknowledged);
            long started = Stopwatch.GetTimestamp();
            SearchResult? result = TrySearch(query);
            double milliseconds = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
            int issued = Volatile.Read(ref _issued);
            lock (_gate)
            {
                if (!_latencies.TryGetValue(phase, out List<double>? latencies))
                    _latencies.Add(phase, latencies = []);
                latencies.Add(milliseconds);
                if (result is null)
                    Failed++;
                else if (i % SampleEvery == 0)
                    _samples.Add(new SampledSearch(number, acknowledged, issued, result));
            }
            if (_rests)
                Thread.Sleep(ReaderRest);
        }
    }

    private SearchResult? TrySearch(float[] query)
    {
        try
        {
            return _collection.Search(query, new SearchOptions { Radius = Radius, Top = Top });
        }
        catch (HashDbException)
        {
            return null;
        }
    }

    private async Task WriteAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            VectorRecord[] batch = _data.Records(_issued, BatchRows);
            Volatile.Write(ref _issued, _issued + BatchRows);
            long started = Stopwatch.GetTimestamp();
            await _collection.InsertAsync(batch);
            LongestWriteMilliseconds = Math.Max(LongestWriteMilliseconds, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            Volatile.Write(ref _acknowledged, _issued);
            await Task.Delay(WriterRest);
        }
    }
}
