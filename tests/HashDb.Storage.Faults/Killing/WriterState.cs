// What one writer must have left behind, round after round: the state before the round, and the operations of the round. The
// database must hold what some prefix of them leaves, at least as long as what was acknowledged and no longer than what was
// tried; anything else (a hole, half a batch, a lost or foreign record) matches no prefix.
using HashDb.Storage.Faults.Checks;
using HashDb.Storage.Faults.Workload;

namespace HashDb.Storage.Faults.Killing;

internal sealed class WriterState(ulong seed, int firstRound, int thread)
{
    /// <summary>What the writer's part of the collection holds.</summary>
    public Dictionary<ulong, WorkItem> State { get; private set; } = [];

    /// <summary>Ids that the last round wrote or tried to.</summary>
    public HashSet<ulong> Touched { get; } = [];

    /// <summary>
    /// Log sequence numbers that the operations took since the database was made. A range, because the last operation of a round
    /// may leave no trace (the delete of an id that is not there), and only the count shows whether it was carried out.
    /// </summary>
    public (long AtLeast, long AtMost) SequenceNumbers { get; private set; }

    /// <summary>Finds the prefix that the database holds.</summary>
    /// <param name="collection">The collection, or null when it was never made.</param>
    /// <param name="round">The round.</param>
    /// <param name="acknowledged">Operations that were acknowledged.</param>
    /// <param name="tried">Operations that were issued.</param>
    /// <returns>How many unacknowledged operations are there.</returns>
    /// <exception cref="CheckFailedException">No prefix matches.</exception>
    public int Settle(Collection? collection, int round, int acknowledged, int tried)
    {
        WorkOperation[] operations =
        [
            .. Enumerable.Range(1, tried).Select(number => WorkOperation.At(seed, firstRound, round, thread, number))
        ];
        Touched.Clear();
        Touched.UnionWith(operations.SelectMany(operation => operation.Items).Select(item => item.Id));

        var state = new Dictionary<ulong, WorkItem>(State);
        long numbers = operations[..acknowledged].Sum(operation => (long)operation.ApplyTo(state));
        string? firstDifference = null;
        int shortest = -1;
        long atLeast = 0;
        long atMost = 0;
        Dictionary<ulong, WorkItem> settled = State;
        for (int number = acknowledged; number <= tried; number++)
        {
            if (number > acknowledged)
                numbers += operations[number - 1].ApplyTo(state);
            string? difference = Difference(collection, state);
            firstDifference ??= difference;
            if (difference is not null)
                continue;
            if (shortest < 0)
                (shortest, atLeast, settled) = (number, numbers, new Dictionary<ulong, WorkItem>(state));
            atMost = numbers;
        }
        CheckFailedException.Unless(
            shortest >= 0,
            $"writer {thread}, round {round}: {acknowledged} operations were acknowledged and {tried} issued, but no number of "
            + $"them leaves what is there: {firstDifference}");
        State = settled;
        SequenceNumbers = (SequenceNumbers.AtLeast + atLeast, SequenceNumbers.AtMost + atMost);
        return shortest - acknowledged;
    }

    private string? Difference(Collection? collection, Dictionary<ulong, WorkItem> state)
    {
        foreach (ulong id in Touched.Union(state.Keys))
        {
            VectorRecord? found = collection?.Get(ItemKey.Of(collection.Keys, id).Id);
            bool isWanted = state.TryGetValue(id, out WorkItem wanted);
            if (isWanted && found is null)
                return $"id {id:X} is missing";
            if (!isWanted && found is not null)
                return $"id {id:X} is there and must not be";
            if (isWanted && !wanted.ToStored(WorkLayout.Dimensions).Matches(found!))
                return $"id {id:X} has another content";
        }
        return null;
    }
}
