// The small databases that the damage test damages: three collections with labels, fields, deletes and updates, left behind in three
// ways. One has moved to another model and keeps the generation before; one has cells, sketches, texts for keys and an index. A database
// that is open can be copied as a killed process would leave it: what was acknowledged is in its files.
using HashDb.Models;
using HashDb.Models.Data;
using HashDb.Models.Kinds.Cells;
using HashDb.Models.Kinds.Lsh;
using HashDb.Storage.Faults.Checks;
using HashDb.Storage.Files;

namespace HashDb.Storage.Faults.Damaging;

/// <summary>How the process that wrote a sample ended.</summary>
internal enum SampleEnd
{
    /// <summary>Closed: everything is in the record files, the log is empty.</summary>
    Closed,

    /// <summary>Killed: part is in the record files, the rest in the log.</summary>
    Killed,

    /// <summary>Killed in the middle of a checkpoint: the rest is in two segments of the log.</summary>
    KilledInCheckpoint,
}

internal sealed class SampleDatabase : IDisposable
{
    public const int Dimensions = 8;
    private const int BitCount = 16;
    private const int MaxFieldBytes = 40;

    public static readonly DatabaseOptions Options = new() { PostingMemoryBytes = DatabaseOptions.MinPostingMemoryBytes };

    private SampleDatabase(SampleEnd end, string directory, IReadOnlyList<SampleCollection> collections)
    {
        End = end;
        Directory = directory;
        Collections = collections;
        Files =
        [
            .. System.IO.Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories)
                .Select(path => Path.GetRelativePath(directory, path))
                .Order(StringComparer.Ordinal)
        ];
    }

    public SampleEnd End { get; }

    public string Directory { get; }

    public IReadOnlyList<SampleCollection> Collections { get; }

    /// <summary>Paths of all files within the database.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>A stop in a checkpoint shows in the logs; the other files are as after any kill.</summary>
    public bool IsLikeAnother(string file) => End == SampleEnd.KilledInCheckpoint && !file.Contains("wal", StringComparison.Ordinal);

    public static async Task<SampleDatabase> MakeAsync(SampleEnd end)
    {
        string working = Folders.NewTemporary("sample-working");
        string directory = Folders.NewTemporary("sample");
        var operations = new Dictionary<string, List<SampleOperation>>();
        try
        {
            var points = new FaultPoints();
            HashDatabase database =
                await HashDatabase.OpenAsync(working, Options with { FaultPoints = points }).ConfigureAwait(false);
            await using (database.ConfigureAwait(false))
            {
                await database.CreateCollectionAsync("first", new CollectionOptions(Model(1))).ConfigureAwait(false);
                await database.CreateCollectionAsync(
                    "second", new CollectionOptions(Model(1), DistanceMetric.Euclidean)).ConfigureAwait(false);
                await database.CreateCollectionAsync(
                    "third", new CollectionOptions(Cells(), DistanceMetric.Euclidean) { Keys = KeyKind.String }).ConfigureAwait(false);
                await database.GetCollection("third").CreateIndexAsync(ItemFields.ColourName).ConfigureAwait(false);
                await WriteAsync(database, "first", FirstPart(100), operations).ConfigureAwait(false);
                await WriteAsync(database, "second", StoresOnly(200), operations).ConfigureAwait(false);
                await WriteAsync(database, "third", StoresOnly(300), operations).ConfigureAwait(false);
                await database.GetCollection("second").Maintenance.ReindexAsync(Model(2)).ConfigureAwait(false);
                if (end != SampleEnd.Closed)
                {
                    await database.CheckpointAsync().ConfigureAwait(false);
                    await WriteAsync(database, "first", LastPart(100), operations).ConfigureAwait(false);
                    await WriteAsync(database, "second", LastPart(200), operations).ConfigureAwait(false);
                    await WriteAsync(
                        database, "third", [Store(330, 4, 2), Store(301, 4, 1), SampleOperation.Delete(302)], operations)
                        .ConfigureAwait(false);
                }
                if (end == SampleEnd.KilledInCheckpoint)
                    await CopyInCheckpointAsync(database, points, operations, working, directory).ConfigureAwait(false);
                else if (end == SampleEnd.Killed)
                    Folders.Copy(working, directory);
            }
            if (end == SampleEnd.Closed)
                Folders.Copy(working, directory);
        }
        finally
        {
            Folders.Delete(working);
        }
        return new SampleDatabase(end, directory, [.. operations.Select(pair => SampleCollection.Read(directory, pair.Key, pair.Value))]);
    }

    public void Dispose() => Folders.Delete(Directory);

    /// <summary>Stops a checkpoint of the first collection when its log has a new segment, writes more, and copies.</summary>
    private static async Task CopyInCheckpointAsync(
        HashDatabase database, FaultPoints points, Dictionary<string, List<SampleOperation>> operations, string working, string directory)
    {
        using var rolled = new SemaphoreSlim(0);
        using var goOn = new SemaphoreSlim(0);
        points.Hook = point =>
        {
            if (point != FaultPoints.CheckpointLogRolled)
                return;
            rolled.Release();
            goOn.Wait();
        };
        Task checkpoint = database.GetCollection("first").Maintenance.CheckpointAsync();
        await rolled.WaitAsync().ConfigureAwait(false);
        points.Hook = null;
        await WriteAsync(
            database, "first", [Store(150, 1, 2), Store(151, 1, 1), SampleOperation.Delete(102, 151)], operations).ConfigureAwait(false);
        Folders.Copy(working, directory);
        goOn.Release();
        await checkpoint.ConfigureAwait(false);
    }

    private static async Task WriteAsync(
        HashDatabase database, string name, IEnumerable<SampleOperation> writes, Dictionary<string, List<SampleOperation>> operations)
    {
        if (!operations.TryGetValue(name, out List<SampleOperation>? known))
            operations.Add(name, known = []);
        foreach (SampleOperation write in writes)
        {
            await write.IssueAsync(database.GetCollection(name)).ConfigureAwait(false);
            known.Add(write);
        }
    }

    private static IEnumerable<SampleOperation> FirstPart(ulong firstId) =>
    [
        .. StoresOnly(firstId),
        SampleOperation.Delete(firstId, firstId + 7, firstId + 11),
        Store(firstId + 3, 3, 1),
        Store(firstId + 5, 3, 2),
        Store(firstId + 7, 3, 1),
        SampleOperation.Learn(firstId, 12),
    ];

    private static IEnumerable<SampleOperation> StoresOnly(ulong firstId) =>
        [Store(firstId, 0, 14), Store(firstId + 14, 0, 1), Store(firstId + 15, 0, 3)];

    private static IEnumerable<SampleOperation> LastPart(ulong firstId) =>
    [
        Store(firstId + 30, 4, 2),
        SampleOperation.Learn(firstId + 1, 5),
        Store(firstId + 1, 4, 1),
        SampleOperation.Delete(firstId + 2),
        SampleOperation.Delete(firstId + 30, firstId + 99),
        Store(firstId + 1, 5, 2),
    ];

    private static SampleOperation Store(ulong firstId, ulong version, int count) => SampleOperation.Store(
        [.. Enumerable.Range(0, count).Select(i => KeyValuePair.Create(
            firstId + (ulong)i, StoredItem.Make(SeedMix.Of(firstId + (ulong)i, version), Dimensions, MaxFieldBytes)))]);

    private static LshModel Model(int tables) =>
        LshTrainer.Train(
            new LshOptions { BitCount = BitCount, TableCount = tables, Seed = 5, Preprocessing = PreprocessingOrder.Unit }, Dimensions);

    private static CellsModel Cells()
    {
        float[] rows = [.. Enumerable.Range(0, 60).SelectMany(i => StoredItem.Make((ulong)i, Dimensions, 1).Vector)];
        return CellsTrainer.Train(
            new CellsOptions { CellCount = 3, Metric = DistanceMetric.Euclidean }, new FeatureMatrix(rows, Dimensions));
    }
}
