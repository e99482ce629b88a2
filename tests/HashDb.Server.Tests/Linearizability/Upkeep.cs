// All maintenance of a collection, over and over while others use it: what makes generations, one after another, because only one is made
// at a time; checkpoints and backups, which may come at any moment; and learning, which is written in one group with what others write.
using HashDb.Models;
using HashDb.Models.Kinds.Lsh;
using HashDb.Storage;

namespace HashDb.Server.Tests.Linearizability;

internal sealed class Upkeep(HashDbConnection connection, HashDbCollection collection, string backupRoot, int seed)
{
    // A word, less and more than a word, and several tables: each has its own way to the buckets.
    private static readonly (int Bits, int Tables)[] Shapes = [(16, 1), (24, 2), (12, 3), (64, 1), (80, 1), (10, 1)];

    private const int ItemsOfLesson = 256;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

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
        new LshOptions { BitCount = bits, TableCount = tables, Seed = (uint)seed, Preprocessing = PreprocessingOrder.Unit },
        VersionedRecord.Dimensions);

    /// <summary>Goes on until it is told to stop, and ends with a whole turn.</summary>
    public Task RunAsync(CancellationToken stop) => Task.WhenAll(
        Task.Run(() => RepeatAsync(ChangeGenerationsAsync, stop), CancellationToken.None),
        Task.Run(() => RepeatAsync(CopyAsync, stop), CancellationToken.None),
        Task.Run(() => RepeatAsync(LearnAsync, stop), CancellationToken.None));

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
        await DoAsync("re-index", () => maintenance.ReindexAsync(
            Model(bits, tables, seed + turn), new GenerationOptions { KeepPrevious = true, Sketches = turn % 3 != 2 }));
        await DoAsync("compaction", () => maintenance.CompactAsync());
        await DoAsync("rollback", () => maintenance.RollbackAsync());
        // So that there is a draft: what a rollback to a model of other bits finds is dropped.
        await LearnAsync(turn);
        await DoAsync("publish", () => collection.Learning.PublishAsync(keep));
        if (turn % 2 == 0)
            await DoAsync("rollback", () => maintenance.RollbackAsync());
        else
            await DoAsync("drop of the previous", () => maintenance.DropPreviousAsync());
        await DoAsync("compaction", () => maintenance.CompactAsync());
        // The next turn goes back to this one.
        await DoAsync("re-index", () => maintenance.ReindexAsync(Model(bits, tables, seed - 1 - turn), keep));
    }

    private Task LearnAsync(int turn) => DoAsync("learn", () => collection.Learning.LearnAsync(Lesson(turn)));

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

    private static LabelledVector[] Lesson(int turn) => [.. Enumerable.Range(0, ItemsOfLesson).Select(i => new LabelledVector
    {
        Vector = VersionedRecord.Vector(new VectorId((ulong)i), turn + 1),
        Labels = new[] { i % 4 },
    })];
}
