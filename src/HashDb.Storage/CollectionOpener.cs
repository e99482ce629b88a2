// Brings a collection up from its folder, or makes a new one. Opening, in order: manifest, model, records (all metadata
// checked), hashcodes (all checked), log replay into the files, posting tables from the hashcodes. Whatever is damaged stops it
// with a typed error that names the place; the log and the record files are the only truth, and everything else is derived.
using System.Diagnostics;
using HashDb.Models;
using HashDb.Models.Files;
using HashDb.Models.Kinds.Cells;
using HashDb.Storage.Checkpoints;
using HashDb.Storage.Commit;
using HashDb.Storage.Files;
using HashDb.Storage.Generations;
using HashDb.Storage.Index;
using HashDb.Storage.Learning;
using HashDb.Storage.Log;
using HashDb.Storage.Records;
using HashDb.Storage.Sketches;
using HashDb.Storage.Snapshot;
using Microsoft.Extensions.Logging;

namespace HashDb.Storage;

internal static class CollectionOpener
{
    private const uint FirstNumber = 1;

    /// <summary>Writes the files of an empty collection.</summary>
    public static void Create(CollectionFiles files, CollectionOptions options, FaultPoints? points = null)
    {
        PrivateFile.CreateFolder(files.LogDirectory);
        PrivateFile.CreateFolder(files.RecordsDirectory(FirstNumber));
        PrivateFile.CreateFolder(files.GenerationDirectory(FirstNumber));
        IHashModel hash = options.Model ?? CellsTrainer.Untrained(options.Dimensions, options.Metric);
        byte[] model = HashModelFile.ToBytes(hash);
        AtomicFile.Write(files.ModelPath(FirstNumber), model);
        var id = Guid.NewGuid();
        WriteAheadLog.CreateSegment(files.LogDirectory, id, FirstNumber, 1, points);
        ManifestFiles.Write(files.Root, new CollectionManifest
        {
            CollectionId = id,
            Dimensions = hash.Dimensions,
            Metric = options.Metric,
            BitCount = hash.BitCount,
            TableCount = hash.TableCount,
            Model = HashModelFile.Fingerprint(model, files.ModelPath(FirstNumber)),
            Records = FirstNumber,
            Generation = FirstNumber,
            Checkpoint = 1,
            RowCount = 0,
            BlobTail = 0,
            AppliedSequenceNumber = 0,
            LogSegment = FirstNumber,
            DeadRows = [],
            Clients = [],
            Keys = options.Keys,
        }, points);
    }

    /// <summary>Opens a collection.</summary>
    /// <param name="onLogDamage">For repair: damage of the log is reported here and stepped over.</param>
    public static CollectionCore Open(
        string name,
        CollectionFiles files,
        DatabaseOptions options,
        ILogger logger,
        Action<Damage>? onLogDamage,
        CancellationToken cancellationToken)
    {
        long started = Stopwatch.GetTimestamp();
        bool isReadOnly = options.ReadOnly;
        CollectionManifest manifest = ReadManifest(name, files, options, logger);
        IHashModel model = ReadModel(files, manifest);
        if (!isReadOnly)
            files.DeleteLeftovers(manifest);
        else if (WriteAheadLog.BytesFrom(files.LogDirectory, manifest.LogSegment) is > StorageLimits.MaxReadOnlyLogBytes and var bytes)
            throw ReadOnlyRefusal.TooMuchLog(name, bytes);
        Draft draft = ReadDraft(files, manifest);
        var shape = new PostingShape(model.BitCount, model.TableCount);
        var records = new RecordStore(
            files.RecordsDirectory(manifest.Records), manifest.CollectionId, manifest.Records, manifest.Dimensions, isReadOnly)
        {
            Keys = manifest.Keys,
        };
        var codes = new CodeStore(
            files.GenerationDirectory(manifest.Generation), manifest.CollectionId, manifest.Generation, shape.RowBytes, isReadOnly);
        WriteAheadLog? log = null;
        SketchIndex? sketches = null;
        try
        {
            records.Open(manifest.RowCount, manifest.BlobTail, DeadRows.FromBitmaps(manifest.DeadRows));
            OpenCodes(codes, records, manifest.RowCount);
            log = new WriteAheadLog(files.LogDirectory, manifest.CollectionId, options.FaultPoints, isReadOnly);
            if (!log.MarkWasSound)
                StorageLog.MarkIgnored(logger, name);
            var clients = ClientSequences.From(manifest.Clients, manifest.ForgottenThrough);
            (long rows, long frames) = Replay(
                files, manifest, model, records, codes, clients, draft, log, onLogDamage, isReadOnly);
            if (!isReadOnly)
                log.Purge(manifest.LogSegment);
            PostingTables postings = PostingTables.Build(
                shape, codes, records.Dead, rows, files.NewScratchPath(manifest.Generation), options.PostingMemoryBytes, null,
                cancellationToken);
            sketches = OpenSketches(
                files,
                manifest,
                model,
                SketchCells.Read(files.CellsPath(manifest.Generation), model, manifest.Metric, name, logger),
                records,
                codes,
                rows,
                isReadOnly,
                exception => StorageLog.SketchesUnwritten(logger, name, exception));
            var state = new CollectionState(
                model,
                manifest.Model,
                manifest.Generation,
                new SharedFiles<RecordStore>(records),
                new SharedFiles<CodeStore>(codes),
                postings,
                sketches is null ? null : new SharedFiles<SketchIndex>(sketches),
                rows);
            StorageLog.Opened(logger, name, rows, frames, (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            var commit = new CommitState(log, manifest, clients, draft, records.Blobs.Tail);
            return new CollectionCore(name, files, options, logger, state, commit);
        }
        catch
        {
            log?.Dispose();
            sketches?.Dispose();
            codes.Dispose();
            records.Dispose();
            throw;
        }
    }

    public static IHashModel ReadModel(CollectionFiles files, CollectionManifest manifest) =>
        StoredModel.Read(
            files.ModelPath(manifest.Generation), manifest.Model, (manifest.Dimensions, manifest.BitCount, manifest.TableCount)).Model;

    /// <summary>The draft as of the manifest; an empty one when it names none.</summary>
    public static Draft ReadDraft(CollectionFiles files, CollectionManifest manifest)
    {
        var draft = new Draft();
        if (manifest.DraftSequenceNumber > 0)
            draft.Restore(DraftFile.Read(
                files.DraftPath(manifest.DraftSequenceNumber), manifest.CollectionId, manifest.DraftSequenceNumber, manifest.Dimensions));
        return draft;
    }

    /// <summary>The sketches, with those that the files lack made from the vectors; null without cells.</summary>
    private static SketchIndex? OpenSketches(
        CollectionFiles files,
        CollectionManifest manifest,
        IHashModel model,
        CellsModel? cells,
        RecordStore records,
        CodeStore codes,
        long rows,
        bool isReadOnly,
        Action<Exception> onUnwritten)
    {
        if (cells is null)
            return null;
        string folder = files.GenerationDirectory(manifest.Generation);
        var sketches = new SketchIndex(
            folder,
            manifest.CollectionId,
            manifest.Generation,
            manifest.Metric,
            cells,
            model is CellsModel,
            records,
            isReadOnly,
            onUnwritten)
        {
            Calibration = SketchCalibration.Read(folder, manifest.CollectionId, manifest.Generation, cells.CellCount),
        };
        try
        {
            sketches.Open(codes, rows);
            return sketches;
        }
        catch
        {
            sketches.Dispose();
            throw;
        }
    }

    private static CollectionManifest ReadManifest(string name, CollectionFiles files, DatabaseOptions options, ILogger logger)
    {
        CollectionManifest manifest = ManifestFiles.Read(files.Root, out CorruptDataException? damaged, out bool areAlike);
        if (!areAlike && !options.ReadOnly)
            ManifestFiles.Write(files.Root, manifest, options.FaultPoints);
        if (damaged is not null && options.ReadOnly)
            StorageLog.ManifestPassedOver(logger, name, damaged.Message);
        else if (damaged is not null)
            StorageLog.ManifestHealed(logger, name, damaged.Message);
        return manifest;
    }

    private static void OpenCodes(CodeStore codes, RecordStore records, long rows)
    {
        codes.Extents.Open(rows);
        codes.Extents.Read(rows, (row, bytes) =>
        {
            if (!codes.IsSound(row, bytes) && !records.Dead.IsDead(row))
                throw RecordStore.Corrupt(codes.Extents, row, "the row's hashcodes do not match their checksum");
        });
    }

    /// <summary>
    /// Carries out a logged change of the draft. It could be carried out when it was logged, so it fails only where a repair has
    /// stepped over
    /// operations before it; the draft is then lost.
    /// </summary>
    private static int Relearn(
        CollectionFiles files, IHashModel model, Draft draft, LogFrame write, long sequenceNumber, Action<Damage>? onLogDamage)
    {
        try
        {
            return draft.Apply(model, write, null, sequenceNumber);
        }
        catch (Exception exception) when (onLogDamage is not null && (exception is HashDbException or ArgumentException))
        {
            onLogDamage!(new Damage(
                files.LogDirectory,
                -1,
                null,
                null,
                $"operation {sequenceNumber} cannot be learned without what is missing before it ({exception.Message}); the "
                + "draft is dropped"));
            draft.Restore(null);
            return 0;
        }
    }

    private static (long Rows, long Frames) Replay(
        CollectionFiles files,
        CollectionManifest manifest,
        IHashModel model,
        RecordStore records,
        CodeStore codes,
        ClientSequences clients,
        Draft draft,
        WriteAheadLog log,
        Action<Damage>? onLogDamage,
        bool isReadOnly)
    {
        long rows = manifest.RowCount;
        var recovery = new LogRecovery(
            files.LogDirectory, manifest.CollectionId, new RowShape(codes.CodeBytes, records.Vectors.Stride), log.DurableSequenceNumber)
        {
            OnDamage = onLogDamage,
            MayCreateSegment = !isReadOnly,
        };
        LogEnd end = recovery.Replay(manifest.LogSegment, manifest.AppliedSequenceNumber + 1, (write, sequenceNumber) =>
        {
            if (write is StoreFrame store)
            {
                uint[] checksums = new uint[store.Count];
                store.ComputeChecksums(checksums);
                RowWriter.Write(records, codes, (uint)rows, sequenceNumber, store, checksums);
                records.Blobs.WritePending();
            }
            int affected = write is LearnFrame or DiscardDraftFrame
                ? Relearn(files, model, draft, write, sequenceNumber, onLogDamage)
                : RowWriter.Apply(records, (uint)rows, write);
            if (write.Stamp is { } stamp)
                clients.Record(stamp, write.Count, affected, sequenceNumber, write.Digest);
            rows += write is StoreFrame ? write.Count : 0;
        });
        if (isReadOnly)
            log.StopAt(end);
        else
            log.Continue(end);
        return (rows, recovery.FrameCount);
    }
}
