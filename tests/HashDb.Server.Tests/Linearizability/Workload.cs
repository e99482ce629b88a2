// Threads that use a collection and, beside them, its maintenance; and the check of everything that they were told.
using System.Diagnostics;

namespace HashDb.Server.Tests.Linearizability;

internal sealed class Workload
{
    /// <summary>What a round remembers is checked before the next begins, so that memory does not grow.</summary>
    private static readonly TimeSpan Round = TimeSpan.FromSeconds(2);

    private readonly Ids _ids;
    private readonly Worker[] _workers;
    private readonly HistoryChecker _checker = new();

    /// <param name="collections">The collection, once for each thread.</param>
    /// <param name="seed">Of what the threads do.</param>
    public Workload(IReadOnlyList<HashDbCollection> collections, int seed)
    {
        _ids = new Ids(collections.Count);
        _workers = [.. collections.Select((collection, thread) => new Worker(collection, _ids, thread, HashCode.Combine(seed, thread)))];
    }

    /// <summary>Answers that were checked: an answer that tells of several ids counts for each of them.</summary>
    public long Answers => _checker.Answers;

    /// <summary>Calls by kind.</summary>
    public IReadOnlyDictionary<string, long> Counts => new SortedDictionary<string, long>(_workers.SelectMany(worker => worker.Counts)
        .GroupBy(count => count.Key, count => count.Value)
        .ToDictionary(counts => counts.Key, counts => counts.Sum()));

    /// <summary>Runs for so long, and a little longer to end what has begun.</summary>
    /// <returns>Reports of what was wrong. It stops after the first round in which something was.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(TimeSpan duration, Upkeep upkeep, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task maintenance = upkeep.RunAsync(stop.Token);
        IReadOnlyList<string> wrong = [];
        long started = Stopwatch.GetTimestamp();
        while (wrong.Count == 0
            && !maintenance.IsCompleted
            && duration - Stopwatch.GetElapsedTime(started) is var left
            && left > TimeSpan.Zero)
            wrong = await RunRoundAsync(left < Round ? left : Round, cancellationToken);
        await stop.CancelAsync();
        await maintenance;
        cancellationToken.ThrowIfCancellationRequested();
        return wrong;
    }

    /// <summary>Reads everything once more, in every way, from a collection that may have been opened again.</summary>
    /// <returns>Reports of what was wrong.</returns>
    public IReadOnlyList<string> ReadAll(HashDbCollection collection) =>
        _checker.Check(new Worker(collection, _ids, _workers.Length, 0).ReadAll());

    private async Task<IReadOnlyList<string>> RunRoundAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        // A thread of its own for each: calls in this process do their work where they are called.
        IReadOnlyList<(VectorId Id, Operation Operation)>[] histories = await Task.WhenAll(_workers.Select(worker =>
            Task.Factory.StartNew(
                () => worker.Run(duration, cancellationToken), CancellationToken.None, TaskCreationOptions.LongRunning,
                TaskScheduler.Default)));
        IReadOnlyList<string> wrong = _checker.Check(histories.SelectMany(history => history));
        _checker.Forget(_ids.IsDone);
        return wrong;
    }
}
