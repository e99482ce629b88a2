// One operation of a writer, as a pure function of (seed, round, thread, number): the worker issues it, and the process that
// checks knows from the number alone what it was.
using HashDb.Storage.Faults.Checks;

namespace HashDb.Storage.Faults.Workload;

internal enum WorkKind
{
    Insert,
    Upsert,
    Delete,

    /// <summary>An insert with an id twice: must be refused as a whole.</summary>
    RefusedInsert,
}

/// <summary>An id and the seed of what is written under it.</summary>
internal readonly record struct WorkItem(ulong Id, ulong ContentSeed)
{
    public int PayloadBytes { get; init; }

    public StoredItem ToStored(int dimensions) => StoredItem.Make(ContentSeed, dimensions, PayloadBytes);
}

internal sealed record WorkOperation(WorkKind Kind, IReadOnlyList<WorkItem> Items)
{
    private const int NumbersBack = 200;
    private const int ItemsBack = 6;
    private const int SmallPayloadBytes = 120;
    private const int LargePayloadBytes = 3_000;
    private const int ThreadShift = 48;
    private const int RoundShift = 32;
    private const int NumberShift = 8;

    /// <summary>Log sequence numbers that the operation takes.</summary>
    public int SequenceNumbers => Kind == WorkKind.RefusedInsert ? 0 : Items.Count;

    /// <param name="seed">Of the run.</param>
    /// <param name="firstRound">Round in which the database was made; older ids are never touched.</param>
    /// <param name="round">Round of the operation.</param>
    /// <param name="thread">Writer; ids are partitioned by it.</param>
    /// <param name="number">From 1.</param>
    public static WorkOperation At(ulong seed, int firstRound, int round, int thread, int number)
    {
        ulong own = SeedMix.Of(SeedMix.Of(seed, (ulong)round << 8 | (uint)thread), (ulong)number);
        var random = new Random((int)own);
        return random.Next(100) switch
        {
            < 32 => Make(WorkKind.Insert, 1),
            < 44 => Make(WorkKind.Insert, random.Next(2, 33)),
            < 58 => Make(WorkKind.Upsert, 1),
            < 70 => Make(WorkKind.Upsert, random.Next(2, 25)),
            < 83 => Make(WorkKind.Delete, 1),
            < 92 => Make(WorkKind.Delete, random.Next(2, 17)),
            < 95 => Make(WorkKind.RefusedInsert, random.Next(2, 9)),
            _ => Make(WorkKind.Upsert, random.Next(40, 100), LargePayloadBytes),
        };

        WorkOperation Make(WorkKind kind, int count, int payloadBytes = SmallPayloadBytes)
        {
            var items = new WorkItem[count];
            for (int i = 0; i < count; i++)
            {
                bool isFresh = kind is WorkKind.Insert or WorkKind.RefusedInsert || (kind == WorkKind.Upsert && random.Next(2) == 0);
                ulong id = isFresh ? Id(round, number, i) : EarlierId();
                items[i] = new WorkItem(id, SeedMix.Of(own, (ulong)i)) { PayloadBytes = payloadBytes };
            }
            if (kind == WorkKind.RefusedInsert)
                items[^1] = items[0];
            return new WorkOperation(kind, items);
        }

        ulong EarlierId() => round > firstRound && random.Next(4) == 0
            ? Id(random.Next(firstRound, round), random.Next(1, NumbersBack * 2), random.Next(ItemsBack))
            : Id(round, Math.Max(1, number - random.Next(1, NumbersBack)), random.Next(ItemsBack));

        ulong Id(int ofRound, int ofNumber, int index) =>
            (ulong)(thread + 1) << ThreadShift | (ulong)(uint)ofRound << RoundShift | (ulong)(uint)ofNumber << NumberShift | (uint)index;
    }

    /// <summary>What the operation leaves behind when it is carried out.</summary>
    public void ApplyTo(Dictionary<ulong, WorkItem> state)
    {
        foreach (WorkItem item in Items)
        {
            if (Kind == WorkKind.Delete)
                state.Remove(item.Id);
            else if (Kind != WorkKind.RefusedInsert)
                state[item.Id] = item;
        }
    }

    /// <summary>Hands the operation to the collection; the task ends when it is acknowledged, or refused where it must be.</summary>
    public Task IssueAsync(Collection collection, int dimensions) => Kind switch
    {
        WorkKind.Insert => collection.InsertAsync(Records(dimensions)),
        WorkKind.Upsert => collection.UpsertAsync(Records(dimensions)),
        WorkKind.Delete => collection.DeleteAsync([.. Items.Select(item => new VectorId(item.Id))]),
        _ => ExpectRefusalAsync(collection.InsertAsync(Records(dimensions))),
    };

    private VectorRecord[] Records(int dimensions) => [.. Items.Select(item => item.ToStored(dimensions).ToRecord(item.Id))];

    private static async Task ExpectRefusalAsync(Task insert)
    {
        try
        {
            await insert.ConfigureAwait(false);
        }
        catch (HashDbException exception) when (exception.Code == HashDbErrorCode.DuplicateId)
        {
            return;
        }
        throw new CheckFailedException("an insert with an id twice was acknowledged");
    }
}
