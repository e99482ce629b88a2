// A generation that is being built: its folder, hashcodes and posting tables. What differs is where rows and codes come from: a
// re-index encodes the rows of the live record files, a compaction copies live rows and their codes to new files.
//
//   rows       take every row below the live row count, throttled
//   postings   build the tables over them
//   catch up   take and append what was written meanwhile, round after round, until little is left
//   finish     between two groups of writes: the last rows, then everything durable
//
// One thread at a time; the live state is only looked at, and only below its published row count. Nothing here is named by a
// manifest before the switch, so a stop at any moment leaves folders that the next open deletes.
using HashDb.Models.Files;
using HashDb.Models.Kinds.Cells;
using HashDb.Storage.Checkpoints;
using HashDb.Storage.Files;
using HashDb.Storage.Index;
using HashDb.Storage.Records;
using HashDb.Storage.Sketches;
using HashDb.Storage.Snapshot;

namespace HashDb.Storage.Generations;

internal abstract class GenerationBuild : IDisposable
{
    /// <summary>Rows that may be left for the pause: some milliseconds of work.</summary>
    private const long SmallCatchUpRows = 512;

    /// <summary>Each round works a larger share of the time, and takes less time than the one before unless writes outrun it.</summary>
    private const int CatchUpRounds = 12;

    /// <summary>Rows beyond this fraction of those that are done are better built into the tables than appended to them.</summary>
    private const int AppendFraction = 16;

    private const int AppendRows = 1_024;

    private readonly bool _hasSketches;
    private readonly CellsModel? _liveCells;
    private PostingTables? _postings;
    private SketchIndex? _sketches;

    protected GenerationBuild(
        CollectionCore core, CollectionState live, StoredModel model, BuildPoints points, BuildMonitor monitor, GenerationOptions options)
    {
        Core = core;
        Model = model;
        Points = points;
        Monitor = monitor;
        Options = options;
        _hasSketches = model.Model is CellsModel || (options.Sketches ?? live.Sketches is not null);
        _liveCells = live.Sketches?.Encoder.Cells;
        Generation = live.Generation + 1;
        Directory = core.Files.GenerationDirectory(Generation);
        Recreate(Directory);
        AtomicFile.Write(core.Files.ModelPath(Generation), model.Bytes);
        Shape = new PostingShape(model.Model.BitCount, model.Model.TableCount);
        Codes = new CodeStore(Directory, core.Commit.Manifest.CollectionId, Generation, Shape.RowBytes);
    }

    public StoredModel Model { get; }

    public BuildPoints Points { get; }

    public uint Generation { get; }

    /// <summary>Set when a manifest may name the new folders: from then on they must not be deleted.</summary>
    public bool MayBeNamed { get; set; }

    /// <summary>Set when the new state is the live one, which owns the files from then on.</summary>
    public bool IsLive { get; set; }

    /// <summary>Rows of the new generation.</summary>
    public abstract long RowCount { get; }

    /// <summary>Rows whose vectors were encoded.</summary>
    public abstract long EncodedRows { get; }

    /// <summary>Rows of the live state that have been taken.</summary>
    protected abstract uint TakenRows { get; }

    protected abstract RecordStore Records { get; }

    protected CollectionCore Core { get; }

    protected BuildMonitor Monitor { get; }

    protected PostingShape Shape { get; }

    protected CodeStore Codes { get; }

    private GenerationOptions Options { get; }

    private double Share => Options.BusyShare;

    private string Directory { get; }

    /// <summary>Everything that can be done while writes go on.</summary>
    public void Run(CancellationToken cancellationToken)
    {
        Core.Pass(Points.Begun);
        Monitor.Enter(GenerationPhase.Rows, Core.Live.State.RowCount);
        double share = Share;
        // Rebuilt posting tables make another state over the same files, so the count is asked of whatever is live.
        for (int round = 0; round < CatchUpRounds && Core.Live.State.RowCount - (long)TakenRows > TakenRows / AppendFraction; round++)
        {
            TakeUpTo(Core.Live.State.RowCount, share, cancellationToken);
            share = Math.Min(1, share * 2);
        }
        Core.Pass(Points.RowsDone);
        Monitor.Enter(GenerationPhase.Postings, RowCount * Shape.PostingTableCount);
        _postings = PostingTables.Build(
            Shape, Codes, Records.Dead, RowCount, Core.Files.NewScratchPath(Generation), Core.Options.PostingMemoryBytes,
            new BuildPace(Core, Share, Monitor), cancellationToken);
        BuildSketches(cancellationToken);
        IndexFields(Share, cancellationToken);
        Core.Pass(Points.Indexed);
        CatchUp(cancellationToken);
    }

    /// <summary>Takes what was written meanwhile, until there is little of it.</summary>
    public void CatchUp(CancellationToken cancellationToken)
    {
        double share = Share;
        Monitor.Enter(GenerationPhase.CatchUp, Core.Live.State.RowCount - (long)TakenRows);
        for (int round = 0; round < CatchUpRounds && Core.Live.State.RowCount - (long)TakenRows > SmallCatchUpRows; round++)
        {
            TakeAndAppend(Core.Live.State.RowCount, share, cancellationToken);
            share = Math.Min(1, share * 2);
        }
    }

    /// <summary>Makes the new files durable. Whoever calls it keeps checkpoints away: two must not flush the same files at once.</summary>
    public void Flush()
    {
        Records.Flush();
        Codes.Extents.Flush();
        DeviceFlush.Directory(Directory);
        DeviceFlush.Directory(Core.Files.Root);
    }

    /// <summary>Catches up with the live state, which no longer changes, and makes everything durable.</summary>
    public CollectionState Finish(CollectionState live)
    {
        MarkDied(live);
        TakeAndAppend(live.RowCount, 1, CancellationToken.None);
        Flush();
        return new CollectionState(
            Model.Model, Model.Fingerprint, Generation, GiveRecords(), new SharedFiles<CodeStore>(Codes), _postings!,
            _sketches is null ? null : new SharedFiles<SketchIndex>(_sketches), RowCount);
    }

    /// <summary>Gives back what rows and codes were taken from, however the build ended.</summary>
    public abstract void Dispose();

    /// <summary>Closes what was made, for a build that did not become live, and removes it unless a manifest may name it.</summary>
    public virtual void Discard(bool deleteFolders)
    {
        _postings?.Dispose();
        _sketches?.Dispose();
        Codes.Dispose();
        if (deleteFolders)
            Core.DeleteFolder(Directory);
    }

    /// <summary>Takes the live rows below <paramref name="rowCount"/> that have not been taken.</summary>
    /// <exception cref="CorruptDataException">A live row is damaged: nothing that cannot be read is dropped.</exception>
    protected abstract void TakeUpTo(uint rowCount, double share, CancellationToken cancellationToken);

    /// <summary>Marks new rows whose originals have died since they were taken.</summary>
    protected abstract void MarkDied(CollectionState live);

    /// <summary>Makes the field indexes of rows that are not those of the live generation.</summary>
    protected virtual void IndexFields(double share, CancellationToken cancellationToken)
    {
    }

    /// <summary>The record files of the new generation, with the build's user of them, which becomes the state's.</summary>
    protected abstract SharedFiles<RecordStore> GiveRecords();

    protected static void Recreate(string directory)
    {
        if (System.IO.Directory.Exists(directory))
            System.IO.Directory.Delete(directory, recursive: true);
        PrivateFile.CreateFolder(directory);
    }

    /// <summary>The sketches of the rows, cell behind cell, and what recall costs with them.</summary>
    private void BuildSketches(CancellationToken cancellationToken)
    {
        if (!_hasSketches)
            return;
        uint rows = (uint)RowCount;
        Monitor.Enter(GenerationPhase.Sketches, 2 * rows);
        CollectionManifest manifest = Core.Commit.Manifest;
        CellsModel cells = Model.Model as CellsModel ?? CellsBesideModel(rows, manifest.Metric, cancellationToken);
        _sketches = new SketchIndex(
            Directory, manifest.CollectionId, Generation, manifest.Metric, cells, Model.Model is CellsModel, Records, isReadOnly: false,
            exception => StorageLog.SketchesUnwritten(Core.Logger, Core.Name, exception));
        var throttle = new BuildThrottle(Core, Share, cancellationToken);
        _sketches.Build(Codes, rows, () =>
        {
            Monitor.Advance(1);
            throttle.Pause();
        });
        SketchCalibration? calibration = SketchCalibrator.Measure(_sketches, Records, rows, throttle.Pause, cancellationToken);
        calibration?.Write(Directory, manifest.CollectionId, Generation);
        _sketches.Calibration = calibration;
    }

    /// <summary>Those of the live generation, unless it has none or its rows have outgrown them; written beside the model.</summary>
    private CellsModel CellsBesideModel(uint rows, DistanceMetric metric, CancellationToken cancellationToken)
    {
        CellsModel cells = _liveCells is { } live && SketchCells.CountFor(rows) <= live.CellCount
            ? live
            : SketchCells.Train(SketchCells.Sample(Records, rows, cancellationToken), metric, Options.CoresUsed, cancellationToken);
        byte[] bytes = HashModelFile.ToBytes(cells);
        AtomicFile.Write(Core.Files.CellsPath(Generation), bytes);
        return (CellsModel)HashModelFile.FromBytes(bytes, "the cells");
    }

    private void TakeAndAppend(uint rowCount, double share, CancellationToken cancellationToken)
    {
        uint before = (uint)RowCount;
        TakeUpTo(rowCount, share, cancellationToken);
        var throttle = new BuildThrottle(Core, share, cancellationToken);
        byte[] codes = new byte[AppendRows * Codes.CodeBytes];
        for (uint row = before; row < RowCount;)
        {
            // Dead rows may have no codes, and need no place.
            if (Records.Dead.IsDead(row))
            {
                row++;
                continue;
            }
            uint first = row;
            for (; row < RowCount && row - first < AppendRows && !Records.Dead.IsDead(row); row++)
                Codes.Row(row).CopyTo(codes.AsSpan((int)(row - first) * Codes.CodeBytes));
            _postings!.Append(first, codes.AsSpan(0, (int)(row - first) * Codes.CodeBytes));
            _sketches?.Append(first, codes.AsSpan(0, (int)(row - first) * Codes.CodeBytes), Codes.CodeBytes);
            throttle.Pause();
        }
    }
}
