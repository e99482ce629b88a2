// Copies one collection as of a checkpoint. What a manifest names never changes afterwards (rows below its count, blobs below
// its tail), so the copy needs no pause; the gate keeps compaction from taking the files away.
using HashDb.Models.Files;
using HashDb.Storage.Checkpoints;
using HashDb.Storage.Files;
using HashDb.Storage.Generations;
using HashDb.Storage.Log;
using HashDb.Storage.Records;
using HashDb.Storage.Sketches;
using HashDb.Storage.Snapshot;
using Microsoft.Win32.SafeHandles;

namespace HashDb.Storage.Maintenance;

internal static class CollectionBackup
{
    private const int CopyBytes = 1 << 20;

    public static async Task RunAsync(CollectionCore core, Checkpointer checkpointer, string target, CancellationToken cancellationToken)
    {
        using IDisposable gate = await checkpointer.EnterAsync(cancellationToken).ConfigureAwait(false);
        await checkpointer.CheckpointInsideGateAsync(force: false, null, cancellationToken).ConfigureAwait(false);
        using StateLease lease = core.Live.AcquireForWork();
        CollectionManifest manifest = core.Commit.Manifest;
        RecordStore records = lease.State.Records;
        var files = new CollectionFiles(target);
        PrivateFile.CreateFolder(files.LogDirectory);
        PrivateFile.CreateFolder(files.RecordsDirectory(manifest.Records));
        PrivateFile.CreateFolder(files.GenerationDirectory(manifest.Generation));

        string model = core.Files.ModelPath(manifest.Generation);
        Copy(model, files.ModelPath(manifest.Generation), new FileInfo(model).Length, cancellationToken);
        if (manifest.DraftSequenceNumber > 0)
        {
            string draft = core.Files.DraftPath(manifest.DraftSequenceNumber);
            Copy(draft, files.DraftPath(manifest.DraftSequenceNumber), new FileInfo(draft).Length, cancellationToken);
        }
        CopyExtents(records.Vectors, manifest.RowCount, files.RecordsDirectory(manifest.Records), cancellationToken);
        CopyExtents(records.Metadata, manifest.RowCount, files.RecordsDirectory(manifest.Records), cancellationToken);
        CopyExtents(lease.State.Codes.Extents, manifest.RowCount, files.GenerationDirectory(manifest.Generation), cancellationToken);
        if (lease.State.Sketches is { } sketches)
        {
            string cells = core.Files.CellsPath(manifest.Generation);
            if (File.Exists(cells))
                Copy(cells, files.CellsPath(manifest.Generation), new FileInfo(cells).Length, cancellationToken);
            CopySketches(sketches, files.GenerationDirectory(manifest.Generation), cancellationToken);
            sketches.Calibration?.Write(files.GenerationDirectory(manifest.Generation), manifest.CollectionId, manifest.Generation);
        }
        for (int file = 0; file < BlobStore.FileCount(manifest.BlobTail); file++)
        {
            string source = records.Blobs.PathOf(file);
            bool isLast = file == BlobStore.FileCount(manifest.BlobTail) - 1;
            long length = isLast ? BlobStore.OffsetOf(manifest.BlobTail - 1) + 1 : new FileInfo(source).Length;
            Copy(source, Path.Combine(files.RecordsDirectory(manifest.Records), Path.GetFileName(source)), length, cancellationToken);
        }
        if (manifest.Previous is { } kept)
            CopyKept(core, kept, files, cancellationToken);
        WriteAheadLog.CreateSegment(files.LogDirectory, manifest.CollectionId, manifest.LogSegment, manifest.AppliedSequenceNumber + 1);
        DeviceFlush.Directory(files.RecordsDirectory(manifest.Records));
        DeviceFlush.Directory(files.GenerationDirectory(manifest.Generation));
        ManifestFiles.Write(files.Root, manifest);
    }

    /// <summary>The generation that is kept for a rollback: its model, and the hashcodes of the rows that have them.</summary>
    private static void CopyKept(CollectionCore core, KeptGeneration kept, CollectionFiles files, CancellationToken cancellationToken)
    {
        string folder = files.GenerationDirectory(kept.Generation);
        PrivateFile.CreateFolder(folder);
        string model = core.Files.ModelPath(kept.Generation);
        Copy(model, files.ModelPath(kept.Generation), new FileInfo(model).Length, cancellationToken);
        using CodeStore codes = KnownCodes.StoreOf(core.Files, core.Commit.Manifest.CollectionId, kept);
        CopyExtents(codes.Extents, kept.RowCount, folder, cancellationToken);
        DeviceFlush.Directory(folder);
    }

    /// <summary>
    /// What there is of them: a block may be counted before its file is made, and one that changes meanwhile is made anew from the
    /// vectors when the copy is opened.
    /// </summary>
    private static void CopySketches(SketchIndex sketches, string target, CancellationToken cancellationToken)
    {
        ExtentSet files = sketches.Files;
        for (int extent = 0; extent < files.FileCount; extent++)
        {
            string source = files.PathOf(extent);
            Copy(source, Path.Combine(target, Path.GetFileName(source)), files.UsedLength(extent, sketches.BlockCount), cancellationToken);
        }
    }

    private static void CopyExtents(ExtentSet extents, long rows, string target, CancellationToken cancellationToken)
    {
        for (int extent = 0; extent < extents.Layout.ExtentCount(rows); extent++)
        {
            string source = extents.PathOf(extent);
            Copy(source, Path.Combine(target, Path.GetFileName(source)), extents.UsedLength(extent, rows), cancellationToken);
        }
    }

    private static void Copy(string source, string target, long length, CancellationToken cancellationToken)
    {
        using SafeFileHandle from = File.OpenHandle(source, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using SafeFileHandle to = PrivateFile.Open(target, FileMode.CreateNew, FileAccess.Write);
        byte[] buffer = new byte[CopyBytes];
        for (long at = 0; at < length;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int read = RandomAccess.Read(from, buffer.AsSpan(0, (int)Math.Min(CopyBytes, length - at)), at);
            if (read == 0)
                throw new CorruptDataException(source, at, $"the file ends at {at} bytes; {length} belong to the checkpoint");
            RandomAccess.Write(to, buffer.AsSpan(0, read), at);
            at += read;
        }
        DeviceFlush.File(to, target);
    }
}
