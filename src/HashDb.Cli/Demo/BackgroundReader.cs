// Searches without a pause while something else goes on, and looks at each answer: ordered by distance, no picture twice, none that
// is not stored. It counts what is wrong; the demo says how many there were.
using HashDb.Client;

namespace HashDb.Cli.Demo;

internal sealed class BackgroundReader : IAsyncDisposable
{
    private const int Radius = 2;

    private readonly CancellationTokenSource _stop = new();
    private readonly HashDbCollection _collection;
    private readonly ImageSet _images;
    private readonly int _queryCount;
    private readonly int _firstStored;
    private readonly Task<ReaderFigures> _reading;

    /// <param name="collection">What is searched.</param>
    /// <param name="images">The first of them are the queries.</param>
    /// <param name="queryCount">How many of them.</param>
    /// <param name="firstStored">The first picture that is stored; all after it are.</param>
    public BackgroundReader(HashDbCollection collection, ImageSet images, int queryCount, int firstStored)
    {
        _collection = collection;
        _images = images;
        _queryCount = queryCount;
        _firstStored = firstStored;
        _reading = Task.Run(ReadAsync);
    }

    /// <summary>Ends the reading and says what was seen.</summary>
    public async Task<ReaderFigures> StopAsync()
    {
        await _stop.CancelAsync();
        return await _reading;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task<ReaderFigures> ReadAsync()
    {
        long searches = 0, errors = 0;
        var generations = new List<long>();
        var options = new SearchOptions { Top = RadiusSweep.Neighbours, Radius = Radius };
        for (; !_stop.IsCancellationRequested; searches++)
        {
            try
            {
                SearchResult result =
                    await _collection.SearchAsync(_images.VectorOf((int)(searches % _queryCount)), options, CancellationToken.None);
                errors += IsSound(result) ? 0 : 1;
                if (generations.Count == 0 || generations[^1] != result.Statistics.Generation)
                    generations.Add(result.Statistics.Generation);
            }
            catch (HashDbException)
            {
                errors++;
            }
        }

        return new ReaderFigures(searches, generations, errors);
    }

    private bool IsSound(SearchResult result)
    {
        var seen = new HashSet<VectorId>();
        float last = float.NegativeInfinity;
        foreach (SearchHit hit in result.Hits)
        {
            if (hit.Distance < last || !seen.Add(hit.Id) || hit.Id.Value < (ulong)_firstStored || hit.Id.Value >= (ulong)_images.Count)
                return false;
            last = hit.Distance;
        }

        return true;
    }
}
