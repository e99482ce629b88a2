// One operation of a writer, as a pure function of (seed, round, thread, number): the worker issues it, and the process that
// checks knows from the number alone what it was.
using HashDb.Storage.Faults.Checks;

namespace HashDb.Storage.Faults.Workload;

internal enum WorkKind
{
    Insert,
    Upsert,
    Delete,

    /// <summary>A field of one item is set, if it is there.</summary>
    UpdateFields,

    /// <summary>An insert with an id twice: must be refused as a whole.</summary>
    RefusedInsert,
}

/// <summary>The number of an item and the seed of what is written under it.</summary>
internal readonly record struct WorkItem(ulong Id, ulong ContentSeed)
{
    /// <summary>Bytes of the largest field, less one.</summary>
    public int FieldBytes { get; init; }

    /// <summary>The size that was set afterwards.</summary>
    public int? Size { get; init; }

    public StoredItem ToStored(int dimensions)
    {
        StoredItem made = StoredItem.Make(ContentSeed, dimensions, FieldBytes);
        return Size is { } size ? made with { Fields = made.Fields with { Size = size } } : made;
    }
}

internal sealed record WorkOperation(WorkKind Kind, IReadOnlyList<WorkItem> Items)
{
    private const int NumbersBack = 200;
    private const int ItemsBack = 6;
    private const int SmallFieldBytes = 120;
    private const int LargeFieldBytes = 3_000;
    private const int ThreadShift = 48;
    private const int RoundShift = 32;
    private const int NumberShift = 8;

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
            // Made of what is stored: only where nothing else of the writer is under way is its place in the order known.
            < 75 when thread == 0 => Make(WorkKind.UpdateFields, 1),
            < 83 => Make(WorkKind.Delete, 1),
            < 92 => Make(WorkKind.Delete, random.Next(2, 17)),
            < 95 => Make(WorkKind.RefusedInsert, random.Next(2, 9)),
            _ => Make(WorkKind.Upsert, random.Next(40, 100), LargeFieldBytes),
        };

        WorkOperation Make(WorkKind kind, int count, int fieldBytes = SmallFieldBytes)
        {
            var items = new WorkItem[count];
            for (int i = 0; i < count; i++)
            {
                bool isFresh = kind is WorkKind.Insert or WorkKind.RefusedInsert || (kind == WorkKind.Upsert && random.Next(2) == 0);
                ulong id = isFresh ? Id(round, number, i) : EarlierId();
                items[i] = new WorkItem(id, SeedMix.Of(own, (ulong)i))
                {
                    FieldBytes = fieldBytes,
                    Size = kind == WorkKind.UpdateFields ? random.Next(ItemFields.SizeCount) : null,
                };
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
    /// <returns>Log sequence numbers that it takes.</returns>
    public int ApplyTo(Dictionary<ulong, WorkItem> state)
    {
        switch (Kind)
        {
            case WorkKind.RefusedInsert:
                return 0;
            case WorkKind.UpdateFields:
                if (!state.TryGetValue(Items[0].Id, out WorkItem stored))
                    return 0;
                state[stored.Id] = stored with { Size = Items[0].Size };
                return 1;
        }
        foreach (WorkItem item in Items)
        {
            if (Kind == WorkKind.Delete)
                state.Remove(item.Id);
            else
                state[item.Id] = item;
        }
        return Items.Count;
    }

    /// <summary>Hands the operation to the collection; the task ends when it is acknowledged, or refused where it must be.</summary>
    public Task IssueAsync(Collection collection, int dimensions) => Kind switch
    {
        WorkKind.Insert => collection.InsertAsync(Records(collection, dimensions)),
        WorkKind.Upsert => collection.UpsertAsync(Records(collection, dimensions)),
        WorkKind.Delete => collection.DeleteAsync([.. Items.Select(item => KeyOf(collection, item).Id)]),
        WorkKind.UpdateFields =>
            collection.UpdateFieldsAsync(KeyOf(collection, Items[0]).Id, ItemFields.OfSize(Items[0].Size!.Value)),
        _ => ExpectRefusalAsync(collection.InsertAsync(Records(collection, dimensions))),
    };

    private static RecordKey KeyOf(Collection collection, WorkItem item) => ItemKey.Of(collection.Keys, item.Id);

    private VectorRecord[] Records(Collection collection, int dimensions) =>
        [.. Items.Select(item => item.ToStored(dimensions).ToRecord(KeyOf(collection, item)))];

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
