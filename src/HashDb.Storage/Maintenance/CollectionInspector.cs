// Looks at every byte of a collection that is not open and says what is damaged, without changing anything. Verification prints
// what it finds; repair acts on it.
using System.Buffers.Binary;
using HashDb.Models;
using HashDb.Serialization;
using HashDb.Storage.Checkpoints;
using HashDb.Storage.Files;
using HashDb.Storage.Generations;
using HashDb.Storage.Index;
using HashDb.Storage.Log;
using HashDb.Storage.Records;

namespace HashDb.Storage.Maintenance;

internal sealed class CollectionInspector
{
    private const uint RowsPerCheck = 4_096;

    private readonly CollectionFiles _files;
    private readonly List<Damage> _damages = [];

    public CollectionInspector(CollectionFiles files) => _files = files;

    public IReadOnlyList<Damage> Damages => _damages;

    public long RowsChecked { get; private set; }

    public int FilesChecked { get; private set; }

    /// <summary>Live rows whose vector, metadata or blob is damaged: what they held is lost.</summary>
    public List<uint> LostRows { get; } = [];

    /// <summary>Live rows of which only the hashcodes are damaged: the model can give them again.</summary>
    public List<uint> RowsToEncode { get; } = [];

    /// <summary>Live rows of which the hashcodes in the kept generation are damaged: its model can give them again.</summary>
    public List<uint> KeptRowsToEncode { get; } = [];

    /// <summary>The model of the kept generation; null when none is kept or it cannot be read.</summary>
    public IHashModel? KeptModel { get; private set; }

    /// <summary>The hashcodes of the kept generation; null when none is kept.</summary>
    public CodeStore? KeptCodes { get; private set; }

    /// <summary>Damage of the kept generation's model, without which it is of no use.</summary>
    public Damage? KeptModelDamage { get; private set; }

    /// <summary>The manifest that was used, or null when neither copy can be read.</summary>
    public CollectionManifest? Manifest { get; private set; }

    /// <summary>The model, or null when it cannot be read.</summary>
    public IHashModel? Model { get; private set; }

    /// <summary>What is wrong with the draft's state, or null.</summary>
    public Damage? DraftDamage { get; private set; }

    public RecordStore? Records { get; private set; }

    public CodeStore? Codes { get; private set; }

    public void Run(CancellationToken cancellationToken)
    {
        if (!TryReadManifest())
            return;
        CollectionManifest manifest = Manifest!;
        Model = TryReadModel(
            _files.ModelPath(manifest.Generation), manifest.Model, (manifest.Dimensions, manifest.BitCount, manifest.TableCount), out _);
        var shape = new PostingShape(manifest.BitCount, manifest.TableCount);
        Records = new RecordStore(_files.RecordsDirectory(manifest.Records), manifest.CollectionId, manifest.Records, manifest.Dimensions);
        Codes = new CodeStore(_files.GenerationDirectory(manifest.Generation), manifest.CollectionId, manifest.Generation, shape.RowBytes);
        CheckDraft(manifest);
        CheckFiles(Records.Vectors, manifest.RowCount);
        CheckFiles(Records.Metadata, manifest.RowCount);
        CheckFiles(Codes.Extents, manifest.RowCount);
        CheckBlobFiles(manifest.BlobTail);
        CheckRows(manifest, cancellationToken);
        if (manifest.Previous is { } kept)
            CheckKept(manifest, kept, cancellationToken);
        CheckLog(manifest, shape);
    }

    private bool TryReadManifest()
    {
        foreach (string name in new[] { CollectionManifest.FileName, CollectionManifest.CopyFileName })
        {
            FilesChecked++;
            try
            {
                CollectionManifest read = CollectionManifest.Read(Path.Combine(_files.Root, name));
                if (Manifest is null || read.Checkpoint > Manifest.Checkpoint)
                    Manifest = read;
            }
            catch (CorruptDataException exception)
            {
                _damages.Add(new Damage(exception.File, exception.Offset, null, null, exception.Detail));
            }
        }
        return Manifest is not null;
    }

    private IHashModel? TryReadModel(
        string path, ModelFingerprint fingerprint, (int Dimensions, int BitCount, int TableCount) shape, out Damage? damage)
    {
        FilesChecked++;
        damage = null;
        try
        {
            return StoredModel.Read(path, fingerprint, shape).Model;
        }
        catch (CorruptDataException exception)
        {
            damage = new Damage(exception.File, exception.Offset, null, null, exception.Detail);
        }
        catch (HashDbException exception)
        {
            damage = new Damage(path, -1, null, null, exception.Message);
        }
        _damages.Add(damage);
        return null;
    }

    /// <summary>The generation that is kept for a rollback. What is wrong with it does not touch what is served.</summary>
    private void CheckKept(CollectionManifest manifest, KeptGeneration kept, CancellationToken cancellationToken)
    {
        KeptModel = TryReadModel(
            _files.ModelPath(kept.Generation), kept.Model, (manifest.Dimensions, kept.BitCount, kept.TableCount), out Damage? damage);
        KeptModelDamage = damage;
        KeptCodes = KnownCodes.StoreOf(_files, manifest.CollectionId, kept);
        CheckFiles(KeptCodes.Extents, kept.RowCount);
        DeadRows dead = DeadRows.FromBitmaps(manifest.DeadRows);
        using var codes = new ExtentReader(KeptCodes.Extents);
        for (uint row = 0; row < kept.RowCount; row++)
        {
            if (row % RowsPerCheck == 0)
                cancellationToken.ThrowIfCancellationRequested();
            if (dead.IsDead(row) || IsSound(KeptCodes, codes.TryRead(row), row))
                continue;
            KeptRowsToEncode.Add(row);
            _damages.Add(new Damage(
                codes.PathOf(row),
                codes.OffsetOf(row),
                row,
                null,
                "the row's hashcodes in the kept generation do not match their checksum"));
        }
    }

    private static bool IsSound(CodeStore codes, ReadOnlySpan<byte> row, uint number) =>
        !row.IsEmpty && BinaryPrimitives.ReadUInt32LittleEndian(row[codes.CodeBytes..]) == Checksum.Compute(row[..codes.CodeBytes], number);

    private void CheckDraft(CollectionManifest manifest)
    {
        if (manifest.DraftSequenceNumber == 0)
            return;
        FilesChecked++;
        try
        {
            CollectionOpener.ReadDraft(_files, manifest);
            return;
        }
        catch (CorruptDataException exception)
        {
            DraftDamage = new Damage(exception.File, exception.Offset, null, null, exception.Detail);
        }
        catch (HashDbException exception)
        {
            DraftDamage = new Damage(_files.DraftPath(manifest.DraftSequenceNumber), -1, null, null, exception.Message);
        }
        _damages.Add(DraftDamage);
    }

    private void CheckFiles(ExtentSet extents, long rows)
    {
        for (int extent = 0; extent < extents.Layout.ExtentCount(rows); extent++)
        {
            FilesChecked++;
            if (extents.CheckFile(extent, rows, out long offset) is { } problem)
                _damages.Add(new Damage(extents.PathOf(extent), offset, null, null, problem));
        }
    }

    private void CheckBlobFiles(ulong tail)
    {
        for (int file = 0; file < BlobStore.FileCount(tail); file++)
        {
            FilesChecked++;
            if (Records!.Blobs.CheckFile(file, tail, out long offset) is { } problem)
                _damages.Add(new Damage(Records.Blobs.PathOf(file), offset, null, null, problem));
        }
    }

    private void CheckRows(CollectionManifest manifest, CancellationToken cancellationToken)
    {
        DeadRows dead = DeadRows.FromBitmaps(manifest.DeadRows);
        using var metadata = new ExtentReader(Records!.Metadata);
        using var vectors = new ExtentReader(Records.Vectors);
        using var codes = new ExtentReader(Codes!.Extents);
        using var blobs = new BlobReader(Records.Blobs);
        for (uint row = 0; row < manifest.RowCount; row++)
        {
            if (row % RowsPerCheck == 0)
                cancellationToken.ThrowIfCancellationRequested();
            if (dead.IsDead(row))
                continue;
            RowsChecked++;
            CheckRow(row, metadata, vectors, codes, blobs);
        }
    }

    private void CheckRow(uint row, ExtentReader metadata, ExtentReader vectors, ExtentReader codes, BlobReader blobs)
    {
        ReadOnlySpan<byte> bytes = metadata.TryRead(row);
        if (bytes.IsEmpty || !RowMetadata.IsSound(bytes, row))
        {
            Lose(row, null, metadata.PathOf(row), metadata.OffsetOf(row), "the row's metadata does not match its checksum");
            return;
        }
        RowMetadata found = RowMetadata.ReadFrom(bytes);
        ReadOnlySpan<byte> vector = vectors.TryRead(row);
        if (vector.IsEmpty || RecordStore.ChecksumOf(found.Id, vector) != found.VectorChecksum)
        {
            Lose(row, found.Id, vectors.PathOf(row), vectors.OffsetOf(row), "the row's vector does not match its checksum");
            return;
        }
        if (found.BlobLength > 0 && !blobs.IsSound(found))
        {
            Lose(
                row,
                found.Id,
                Records!.Blobs.PathOf(BlobStore.FileOf(found.BlobAddress)),
                BlobStore.OffsetOf(found.BlobAddress),
                "the row's labels and payload do not match their checksum");
            return;
        }
        if (!IsSound(Codes!, codes.TryRead(row), row))
        {
            RowsToEncode.Add(row);
            _damages.Add(
                new Damage(codes.PathOf(row), codes.OffsetOf(row), row, found.Id, "the row's hashcodes do not match their checksum"));
        }
    }

    private void Lose(uint row, VectorId? id, string path, long offset, string detail)
    {
        LostRows.Add(row);
        _damages.Add(new Damage(path, offset, row, id, detail));
    }

    private void CheckLog(CollectionManifest manifest, PostingShape shape)
    {
        using var mark = new DurableMark(_files.LogDirectory, isReadOnly: true);
        var recovery = new LogRecovery(
            _files.LogDirectory, manifest.CollectionId, new RowShape(shape.RowBytes, Records!.Vectors.Stride), mark.SequenceNumber)
        {
            OnDamage = _damages.Add,
            MayCreateSegment = false,
        };
        recovery.Replay(manifest.LogSegment, manifest.AppliedSequenceNumber + 1, (_, _) => { });
        FilesChecked += WriteAheadLog.SegmentsIn(_files.LogDirectory).Length + 1;
    }
}
