using System.Diagnostics;
using System.Globalization;
using HashDb.Client;

namespace HashDb.Peers;

/// <summary>A collection without a model, in this process; settings are target recalls.</summary>
internal sealed class HashDbPeer : IPeer, IAsyncDisposable
{
    /// <summary>A collection that has built nothing for so long, in looks a tenth of a second apart, is ready.</summary>
    private const int QuietLooks = 20;

    private readonly string _folder;
    private readonly HashDbConnection _client;
    private readonly HashDbCollection _collection;
    private readonly PeerData _data;
    private SearchOptions _options;

    private HashDbPeer(string folder, HashDbConnection client, HashDbCollection collection, PeerData data, PeerReady ready)
    {
        (_folder, _client, _collection, _data, Ready) = (folder, client, collection, data, ready);
        _options = new SearchOptions { Top = data.Top };
    }

    public PeerReady Ready { get; }

    /// <summary>Always builds: what is measured is this tree, and not what an older one has left.</summary>
    public static async Task<HashDbPeer> BuildAsync(PeerData data)
    {
        string folder = Directory.CreateTempSubdirectory("hashdb-peers-").FullName;
        HashDbConnection client = await HashDbClient.OpenAsync(Path.Combine(folder, "db"));
        HashDbCollection collection = await client.CreateCollectionAsync(
            "peers", new CollectionOptions(data.Dimensions, data.Cosine ? DistanceMetric.Cosine : DistanceMetric.Euclidean));
        long started = Stopwatch.GetTimestamp();
        long first = 0;
        foreach (float[] block in data.ReadBlocks())
        {
            var records = new VectorRecord[block.Length / data.Dimensions];
            for (int i = 0; i < records.Length; i++)
            {
                records[i] = new VectorRecord
                {
                    Id = new VectorId((ulong)(first + i)),
                    Vector = block.AsMemory(i * data.Dimensions, data.Dimensions),
                };
            }
            await collection.InsertAsync(records);
            first += records.Length;
        }
        TimeSpan inserted = Stopwatch.GetElapsedTime(started);
        TimeSpan ready = await WhenReadyAsync(collection, started);
        CollectionStatistics statistics = await collection.GetStatisticsAsync();
        double bytes = (statistics.PostingMemoryBytes + statistics.SketchBytes) / (double)statistics.Count;
        return new HashDbPeer(folder, client, collection, data, new PeerReady(
            true, inserted.TotalSeconds, ready.TotalSeconds, bytes,
            "HashDb in process, no model, durable inserts in batches of 1,000; settings are target recalls"));
    }

    public void Choose(string setting) => _options = new SearchOptions
    {
        Top = _data.Top,
        TargetRecall = double.Parse(setting, CultureInfo.InvariantCulture),
    };

    public void Search(int query, Span<long> ids)
    {
        SearchResult result = _collection
            .SearchAsync(_data.Queries.AsMemory(query * _data.Dimensions, _data.Dimensions), _options).GetAwaiter().GetResult();
        for (int i = 0; i < result.Hits.Count; i++)
            ids[i] = (long)result.Hits[i].Id.Value;
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<TimeSpan> WhenReadyAsync(HashDbCollection collection, long started)
    {
        TimeSpan ready = Stopwatch.GetElapsedTime(started);
        long generation = 0;
        for (int quiet = 0; quiet < QuietLooks; quiet++)
        {
            CollectionStatistics statistics = await collection.GetStatisticsAsync();
            if (statistics.Building is not null || statistics.Generation != generation)
                (quiet, generation, ready) = (0, statistics.Generation, Stopwatch.GetElapsedTime(started));
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
        return ready;
    }
}
