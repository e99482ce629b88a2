// All maintenance of a collection, over and over while others use it: on one hand what makes generations, one after another, because only
// one is made at a time; on the other checkpoints and backups, which may come at any moment.
using HashDb.Models;
using HashDb.Models.Kinds.Lsh;
using HashDb.Storage;

namespace HashDb.Server.Tests.Linearizability;

internal sealed class Upkeep(HashDbConnection connection, HashDbCollection collection, string backupRoot, int seed)
{
    // A word, less and more than a word, and several tables: each has its own way to the buckets.
    private static readonly (int Bits, int Tables)[] Shapes = [(16, 1), (24, 2), (12, 3), (64, 1), (80, 1), (10, 1)];

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly Random _random = new(seed);
    private readonly SortedDictionary<string, long> _counts = [];

    /// <summary>Calls by kind.</summary>
    public IReadOnlyDictionary<string, long> Counts
    {
        get
        {
            lock (_counts)
                return new SortedDictionary<string, long>(_counts);
        }
    }

    public static LshModel Model(int bits, int tables, int seed) => LshTrainer.Train(
        new LshOptions { BitCount = bits, TableCount = tables, Seed = (ulong)seed, Preprocessing = PreprocessingOrder.Unit },
        VersionedRecord.Dimensions);

    /// <summary>Goes on until it is told to stop, and ends with a whole turn.</summary>
    public Task RunAsync(CancellationToken stop) => Task.WhenAll(
        Task.Run(() => RepeatAsync(ChangeGenerationsAsync, stop), CancellationToken.None),
        Task.Run(() => RepeatAsync(CopyAsync, stop), CancellationToken.None));

    private static async Task RepeatAsync(Func<int, Task> turn, CancellationToken stop)
    {
        for (int number = 0; !stop.IsCancellationRequested; number++)
            await turn(number);
    }

    private async Task ChangeGenerationsAsync(int turn)
    {
        var keep = new GenerationOptions { KeepPrevious = true };
        HashDbMaintenance maintenance = collection.Maintenance;
        (int bits, int tables) = Shapes[turn % Shapes.Length];
        await DoAsync("re-index", () => maintenance.ReindexAsync(Model(bits, tables, turn), keep));
        await DoAsync("compaction", () => maintenance.CompactAsync());
        await DoAsync("rollback", () => maintenance.RollbackAsync());
        await DoAsync("learn", () => collection.Learning.LearnAsync(Lesson()));
        await DoAsync("publish", () => collection.Learning.PublishAsync(keep));
        if (turn % 2 == 0)
            await DoAsync("rollback", () => maintenance.RollbackAsync());
        else
            await DoAsync("drop of the previous", () => maintenance.DropPreviousAsync());
        await DoAsync("compaction", () => maintenance.CompactAsync());
        // The next turn goes back to this one.
        await DoAsync("re-index", () => maintenance.ReindexAsync(Model(bits, tables, -1 - turn), keep));
    }

    private async Task CopyAsync(int turn)
    {
        await DoAsync("checkpoint", () => collection.Maintenance.CheckpointAsync());
        if (turn % 4 != 0)
            return;
        string target = Path.Combine(backupRoot, $"backup-{turn}");
        await DoAsync("backup", () => connection.BackupAsync(target));
        VerificationReport report = await HashDatabase.VerifyAsync(target);
        report.IsSound.ShouldBeTrue(string.Join('\n', report.Damages));
        Directory.Delete(target, recursive: true);
    }

    private async Task DoAsync(string what, Func<Task> call)
    {
        await call();
        lock (_counts)
            _counts[what] = _counts.GetValueOrDefault(what) + 1;
        await Task.Delay(Pause);
    }

    private LabelledVector[] Lesson() => [.. Enumerable.Range(0, 64).Select(i => new LabelledVector
    {
        Vector = VersionedRecord.Vector(new VectorId((ulong)i), _random.Next(1, 1_000)),
        Labels = new[] { i % 4 },
    })];
}
