// Makes a damaged database usable again. In order: the identity file; then for each collection the manifest (from its other
// copy), file headers and lengths, hashcodes (encoded again from their vectors), rows that are lost (marked dead), and at last
// the log, whose sound frames are replayed over the rest. What cannot be restored is named in the report. Without a manifest or
// a model there is nothing to restore from, and the typed error says so.
using HashDb.Models;
using HashDb.Models.Files;
using HashDb.Storage.Checkpoints;
using HashDb.Storage.Files;
using HashDb.Storage.Records;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace HashDb.Storage.Maintenance;

internal sealed class DatabaseRepair
{
    private readonly List<Damage> _healed = [];
    private readonly List<Damage> _quarantined = [];
    private readonly ILogger _logger;

    private DatabaseRepair(ILogger logger) => _logger = logger;

    public static async Task<RepairReport> RunAsync(
        string directory, string? collection, ILogger logger, CancellationToken cancellationToken)
    {
        var repair = new DatabaseRepair(logger);
        try
        {
            repair.RepairIdentity(directory);
            using DirectoryLock held = DirectoryLock.Take(directory);
            DatabaseFolder.DeleteLeftovers(directory);
            foreach (string name in DatabaseVerifier.Select(directory, collection))
                await repair.RepairCollectionAsync(
                    name, new CollectionFiles(DatabaseFolder.CollectionPath(directory, name)), cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (StorageFault.IsSystemFault(exception))
        {
            throw StorageFault.Wrap(exception, "repair", directory);
        }
        return new RepairReport(repair._healed, repair._quarantined);
    }

    private void RepairIdentity(string directory)
    {
        if (!Directory.Exists(Path.Combine(directory, DatabaseFolder.CollectionsFolderName)))
        {
            DatabaseFolder.Prepare(directory, mayCreate: false);
            return;
        }
        try
        {
            DatabaseFolder.Prepare(directory, mayCreate: false);
            DatabaseFolder.CheckIdentity(directory);
        }
        catch (CorruptDataException exception)
        {
            DatabaseFolder.WriteIdentity(directory);
            _healed.Add(new Damage(exception.File, exception.Offset, null, null, exception.Detail));
        }
    }

    private async Task RepairCollectionAsync(string name, CollectionFiles files, CancellationToken cancellationToken)
    {
        var inspector = new CollectionInspector(files);
        inspector.Run(cancellationToken);
        CollectionManifest manifest = inspector.Manifest
            ?? throw new CorruptDataException(
                Path.Combine(files.Root, CollectionManifest.FileName), -1,
                "neither copy of the manifest can be read; restore the collection from a backup");
        IHashModel model = inspector.Model ?? CollectionOpener.ReadModel(files, manifest);

        if (inspector.Damages.Count > 0)
        {
            RepairFiles(inspector.Records!.Vectors, manifest.RowCount);
            RepairFiles(inspector.Records.Metadata, manifest.RowCount);
            RepairFiles(inspector.Codes!.Extents, manifest.RowCount);
            RepairBlobFiles(inspector.Records.Blobs, manifest.BlobTail);
            EncodeAgain(inspector, inspector.Codes!, manifest.RowCount, model, inspector.RowsToEncode);
            RepairKept(inspector, manifest);
            ManifestFiles.Write(files.Root, Repaired(manifest, inspector));
        }
        var logDamages = new List<Damage>();
        CollectionCore core = CollectionOpener.Open(name, files, new DatabaseOptions(), _logger, logDamages.Add, cancellationToken);
        var collection = new Collection(core);
        if (logDamages.Count > 0)
            await collection.CheckpointAnywayAsync(cancellationToken).ConfigureAwait(false);
        await collection.CloseAsync().ConfigureAwait(false);
        Report(inspector, logDamages);
    }

    /// <summary>Gives files their headers and lengths back; rows that were cut off are zero and have been found lost.</summary>
    private static void RepairFiles(ExtentSet extents, long rows)
    {
        for (int extent = 0; extent < extents.Layout.ExtentCount(rows); extent++)
        {
            if (extents.CheckFile(extent, rows, out _) is null)
                continue;
            string path = extents.PathOf(extent);
            using SafeFileHandle handle = PrivateFile.Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite);
            WriteHeader(handle, path, extents.HeaderOf(extent), extents.UsedLength(extent, rows));
        }
    }

    private static void RepairBlobFiles(BlobStore blobs, ulong tail)
    {
        for (int file = 0; file < BlobStore.FileCount(tail); file++)
        {
            if (blobs.CheckFile(file, tail, out _) is null)
                continue;
            string path = blobs.PathOf(file);
            using SafeFileHandle handle = PrivateFile.Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite);
            bool isLast = file == BlobStore.FileCount(tail) - 1;
            WriteHeader(handle, path, blobs.HeaderOf(file), isLast ? BlobStore.OffsetOf(tail - 1) + 1 : FileHeader.Length);
        }
    }

    private static void WriteHeader(SafeFileHandle handle, string path, FileHeader header, long neededLength)
    {
        Span<byte> bytes = stackalloc byte[FileHeader.Length];
        header.WriteTo(bytes);
        RandomAccess.Write(handle, bytes, 0);
        if (RandomAccess.GetLength(handle) < neededLength)
            RandomAccess.SetLength(handle, neededLength);
        DeviceFlush.File(handle, path);
    }

    /// <summary>Without its model the kept generation is of no use: it is given up, and named.</summary>
    private static void RepairKept(CollectionInspector inspector, CollectionManifest manifest)
    {
        if (manifest.Previous is not { } kept || inspector.KeptModel is not { } model)
            return;
        RepairFiles(inspector.KeptCodes!.Extents, kept.RowCount);
        var lost = inspector.LostRows.ToHashSet();
        EncodeAgain(
            inspector, inspector.KeptCodes, kept.RowCount, model, [.. inspector.KeptRowsToEncode.Where(row => !lost.Contains(row))]);
    }

    /// <summary>Encoding is deterministic, so the hashcodes are the ones that were lost.</summary>
    private static void EncodeAgain(CollectionInspector inspector, CodeStore codes, long codedRows, IHashModel model, List<uint> rows)
    {
        if (rows.Count == 0)
            return;
        long rowCount = inspector.Manifest!.RowCount;
        codes.Extents.Open(codedRows);
        inspector.Records!.Vectors.Open(rowCount);
        byte[] code = new byte[codes.CodeBytes];
        foreach (uint row in rows)
        {
            model.Encode(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(inspector.Records.Vectors.Row(row)), 1, code);
            codes.Write(row, code);
        }
        codes.Extents.Flush();
        codes.Dispose();
        codes.Extents.Trim(codedRows);
        inspector.Records.Vectors.Dispose();
        inspector.Records.Vectors.Trim(rowCount);
    }

    private static CollectionManifest Repaired(CollectionManifest manifest, CollectionInspector inspector)
    {
        DeadRows dead = DeadRows.FromBitmaps(manifest.DeadRows);
        foreach (uint row in inspector.LostRows)
            dead.Mark(row, 1);
        return manifest with
        {
            Checkpoint = manifest.Checkpoint + 1,
            DeadRows = dead.ToBitmaps(),
            Previous = inspector.KeptModelDamage is null ? manifest.Previous : null,

            // What was learned since the checkpoint is in the log and begins another draft.
            DraftSequenceNumber = inspector.DraftDamage is null ? manifest.DraftSequenceNumber : 0,
        };
    }

    private void Report(CollectionInspector inspector, List<Damage> logDamages)
    {
        var lost = inspector.LostRows.ToHashSet();
        foreach (Damage damage in inspector.Damages)
        {
            if (logDamages.Any(other => other.File == damage.File && other.Offset == damage.Offset))
                continue;
            bool isLost = damage == inspector.KeptModelDamage || damage == inspector.DraftDamage
                || (damage.Row is { } row && lost.Contains((uint)row));
            (isLost ? _quarantined : _healed).Add(damage);
        }
        _quarantined.AddRange(logDamages);
    }
}
