// A history of many ids: one checker for each, because linearizability is local. Goes on from round to round; between two rounds nothing
// runs.
namespace HashDb.Server.Tests.Linearizability;

internal sealed class HistoryChecker
{
    private readonly Dictionary<VectorId, RegisterChecker> _checkers = [];

    /// <summary>Answers that were checked so far.</summary>
    public long Answers { get; private set; }

    /// <summary>Goes on with the operations of a round.</summary>
    /// <returns>A report of the first wrong answer of each id that has one.</returns>
    public IReadOnlyList<string> Check(IEnumerable<(VectorId Id, Operation Operation)> round)
    {
        var reports = new List<string>();
        foreach (IGrouping<VectorId, Operation> history in round.GroupBy(entry => entry.Id, entry => entry.Operation))
        {
            if (!_checkers.TryGetValue(history.Key, out RegisterChecker? checker))
                _checkers.Add(history.Key, checker = new RegisterChecker());
            Answers += history.Count();
            if (checker.Check(history) is { } violation)
                reports.Add($"id {history.Key}: {violation}");
        }
        return reports;
    }

    /// <summary>Ids that never come back need no memory; one of them that is seen all the same is seen with a version of nobody.</summary>
    public void Forget(Predicate<VectorId> isDone)
    {
        foreach (VectorId id in _checkers.Keys.Where(id => isDone(id) && _checkers[id].IsSurelyEmpty).ToArray())
            _checkers.Remove(id);
    }
}
