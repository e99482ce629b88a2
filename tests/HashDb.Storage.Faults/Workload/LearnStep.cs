// The writer that learns: one step after another, also across rounds, each a pure function of the seed and its number. It learns
// from labels
// and from neighbours, stores the items that are neighbours, discards, publishes, moves to other models, and sends some of its stamped
// writes twice. What the collection must hold after a number of steps is worked out in memory.
using HashDb.Models;
using HashDb.Models.Kinds.Lsh;
using HashDb.Storage.Faults.Checks;

namespace HashDb.Storage.Faults.Workload;

internal enum LearnStepKind
{
    Learn,
    Store,
    Discard,
    Publish,
    MoveWithinShape,
    MoveToOtherShape,
    Checkpoint,
    Compact,
}

internal sealed record LearnStep(LearnStepKind Kind, ulong Seed)
{
    public const string CollectionName = "learning";
    private const int IdSpace = 200;
    private const int ClassCount = 8;
    private const int UsualBits = 16;
    private const int OtherBits = 24;

    public static CollectionOptions Options => new(Model(0, UsualBits));

    /// <summary>Client id and numbers of the writer's stamps; new with each database.</summary>
    public static Guid ClientOf(ulong seed, int firstRound) => new((int)seed, (short)firstRound, 1, 2, 3, 4, 5, 6, 7, 8, 9);

    public static LearnStep At(ulong seed, int firstRound, int number)
    {
        ulong own = SeedMix.Of(SeedMix.Of(seed, 0x6C6561726Eul + (uint)firstRound), (ulong)number);
        return new LearnStep(
            new Random((int)own).Next(100) switch
            {
                < 62 => LearnStepKind.Learn,
                < 82 => LearnStepKind.Store,
                < 85 => LearnStepKind.Discard,
                < 88 => LearnStepKind.Publish,
                < 90 => LearnStepKind.MoveWithinShape,
                < 92 => LearnStepKind.MoveToOtherShape,
                < 97 => LearnStepKind.Checkpoint,
                _ => LearnStepKind.Compact,
            },
            own);
    }

    /// <summary>Numbers of the client that the step takes.</summary>
    public int Operations => Kind switch
    {
        LearnStepKind.Learn => Items().Length,
        LearnStepKind.Store => Records().Length,
        LearnStepKind.Discard => 1,
        _ => 0,
    };

    private bool IsSentTwice => new Random((int)SeedMix.Of(Seed, 9)).Next(4) == 0;

    /// <summary>Carries the step out.</summary>
    public async Task RunAsync(Collection collection, WriteStamp stamp)
    {
        for (int time = IsSentTwice ? 2 : 1; time > 0; time--)
        {
            Task task = Kind switch
            {
                LearnStepKind.Learn => collection.Learning.LearnAsync(Items(), stamp),
                LearnStepKind.Store => collection.UpsertAsync(Records(), stamp),
                LearnStepKind.Discard => collection.Learning.DiscardDraftAsync(stamp),
                LearnStepKind.Publish => PublishAsync(collection),
                LearnStepKind.MoveWithinShape or LearnStepKind.MoveToOtherShape => collection.Maintenance.ReindexAsync(Target()),
                LearnStepKind.Checkpoint => collection.Maintenance.CheckpointAsync(),
                _ => collection.Maintenance.CompactAsync(),
            };
            await task.ConfigureAwait(false);
        }
    }

    private static async Task PublishAsync(Collection collection)
    {
        if (await collection.Learning.GetDraftStatisticsAsync().ConfigureAwait(false) is not null)
            await collection.Learning.PublishAsync().ConfigureAwait(false);
    }

    /// <summary>Does the same to what is expected.</summary>
    public void ApplyTo(LearnedState state)
    {
        switch (Kind)
        {
            case LearnStepKind.Learn:
                state.Learn(Items());
                break;
            case LearnStepKind.Store:
                state.Store(Records());
                break;
            case LearnStepKind.Discard:
                state.Discard();
                break;
            case LearnStepKind.Publish:
                state.Publish();
                break;
            case LearnStepKind.MoveWithinShape or LearnStepKind.MoveToOtherShape:
                state.Move(Target());
                break;
        }
    }

    private LshModel Target() => Model(Seed % 3, Kind == LearnStepKind.MoveToOtherShape ? OtherBits : UsualBits);

    private LabelledVector[] Items()
    {
        var random = new Random((int)SeedMix.Of(Seed, 4));
        var items = new LabelledVector[random.Next(1, 31)];
        for (int i = 0; i < items.Length; i++)
        {
            float[] vector = StoredItem.Make(SeedMix.Of(Seed, (ulong)(100 + i)), WorkLayout.Dimensions, 1).Vector;
            items[i] = random.Next(4) == 0
                ? new LabelledVector
                {
                    Vector = vector,
                    Neighbours = Enumerable.Range(0, random.Next(1, 5))
                        .Select(_ => new VectorId((ulong)random.Next(IdSpace))).ToArray(),
                }
                : new LabelledVector { Vector = vector, Labels = new[] { random.Next(ClassCount) } };
        }
        return items;
    }

    private VectorRecord[] Records()
    {
        var random = new Random((int)SeedMix.Of(Seed, 5));
        return
        [
            .. Enumerable.Range(0, random.Next(1, 9)).Select(i =>
            {
                StoredItem made = StoredItem.Make(SeedMix.Of(Seed, (ulong)(200 + i)), WorkLayout.Dimensions, 50);
                ulong id = (ulong)random.Next(IdSpace);
                return (made with { Labels = [random.Next(ClassCount)] }).ToRecord(id);
            }),
        ];
    }

    private static LshModel Model(ulong seed, int bits) =>
        LshTrainer.Train(new LshOptions { BitCount = bits, Seed = seed, Preprocessing = PreprocessingOrder.Unit }, WorkLayout.Dimensions);
}
