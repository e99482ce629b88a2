// A generation under the same model over new record files that hold the live rows only, and where each of them went. Codes are
// copied: the model would give the same again.
using HashDb.Serialization;
using HashDb.Storage.FieldIndexes;
using HashDb.Storage.Files;
using HashDb.Storage.Records;
using HashDb.Storage.Snapshot;

namespace HashDb.Storage.Generations;

internal sealed class CompactionBuild : GenerationBuild
{
    private const int RowsPerWrite = 1_024;
    private const int BytesPerWrite = 1 << 20;
    private const uint NotCopied = uint.MaxValue;

    private readonly SharedFiles<RecordStore> _oldRecordFiles;
    private readonly SharedFiles<CodeStore> _oldCodeFiles;
    private readonly RecordStore _records;
    private readonly string _recordsDirectory;
    private readonly List<uint> _newRows = [];
    private readonly byte[] _vectors;
    private readonly byte[] _metadata;
    private readonly byte[] _rowCodes;
    private int _buffered;
    private uint _written;

    /// <param name="core">The collection.</param>
    /// <param name="live">The live state, leased by the caller while this is made.</param>
    /// <param name="model">The model of the live state.</param>
    /// <param name="monitor">Told of every step.</param>
    /// <param name="options">How fast.</param>
    public CompactionBuild(CollectionCore core, CollectionState live, StoredModel model, BuildMonitor monitor, GenerationOptions options)
        : base(core, live, model, BuildPoints.Compaction, monitor, options)
    {
        uint number = live.Records.Number + 1;
        _recordsDirectory = core.Files.RecordsDirectory(number);
        Recreate(_recordsDirectory);
        _oldRecordFiles = live.RecordFiles.AddUser();
        _oldCodeFiles = live.CodeFiles.AddUser();
        _records = new RecordStore(_recordsDirectory, core.Commit.Manifest.CollectionId, number, live.Records.Dimensions)
        {
            Keys = live.Records.Keys,
        };
        int rows = Math.Clamp(BytesPerWrite / live.Records.Vectors.Stride, 1, RowsPerWrite);
        _vectors = new byte[rows * live.Records.Vectors.Stride];
        _metadata = new byte[rows * RowMetadata.Length];
        _rowCodes = new byte[rows * Codes.CodeBytes];
    }

    public override long RowCount => _written;

    public override long EncodedRows => 0;

    protected override uint TakenRows => (uint)_newRows.Count;

    protected override RecordStore Records => _records;

    private RecordStore Old => _oldRecordFiles.Files;

    public override void Dispose()
    {
        _oldCodeFiles.RemoveUser();
        _oldRecordFiles.RemoveUser();
    }

    public override void Discard(bool deleteFolders)
    {
        base.Discard(deleteFolders);
        _records.Dispose();
        if (deleteFolders)
            Core.DeleteFolder(_recordsDirectory);
    }

    protected override void TakeUpTo(uint rowCount, double share, CancellationToken cancellationToken)
    {
        var throttle = new BuildThrottle(Core, share, cancellationToken);
        for (uint row = TakenRows; row < rowCount; row++)
        {
            if (Old.Dead.IsDead(row))
            {
                _newRows.Add(NotCopied);
                continue;
            }
            _newRows.Add(_written + (uint)_buffered);
            Buffer(row);
            throttle.Pause();
            if (_buffered * RowMetadata.Length == _metadata.Length)
                WriteBuffered();
        }
        WriteBuffered();
    }

    protected override void MarkDied(CollectionState live)
    {
        for (int row = 0; row < _newRows.Count; row++)
        {
            if (_newRows[row] != NotCopied && Old.Dead.IsDead((uint)row))
                _records.MarkDead(_newRows[row], 1);
        }
    }

    protected override void IndexFields(double share, CancellationToken cancellationToken)
    {
        var throttle = new BuildThrottle(Core, share, cancellationToken);
        while (IndexWork.Advance(
            _records,
            _written,
            Core.Commit.Manifest.IndexedFields,
            takesTail: true,
            Core.Options.IndexMemoryBytes,
            throttle.Pause))
            cancellationToken.ThrowIfCancellationRequested();
    }

    protected override SharedFiles<RecordStore> GiveRecords() => new(_records);

    private void Buffer(uint row)
    {
        RowMetadata metadata = Old.MetadataOf(row);
        Old.VectorOf(row); // compares it with its checksum
        int stride = Old.Vectors.Stride;
        Old.Vectors.Row(row).CopyTo(_vectors.AsSpan(_buffered * stride));
        _oldCodeFiles.Files.Row(row).CopyTo(_rowCodes.AsSpan(_buffered * Codes.CodeBytes));
        if (metadata.BlobLength > 0)
        {
            byte[] blob = Old.Blobs.Read(metadata.BlobAddress, metadata.BlobLength, metadata.BlobChecksum);
            ulong address = _records.Blobs.Append(blob);
            metadata = metadata with { BlobAddress = address, BlobChecksum = Checksum.Compute(blob, address) };
        }
        metadata.WriteTo(_metadata.AsSpan(_buffered * RowMetadata.Length), _written + (uint)_buffered);
        _buffered++;
    }

    private void WriteBuffered()
    {
        if (_buffered == 0)
            return;
        _records.Vectors.Write(_written, _vectors.AsSpan(0, _buffered * _records.Vectors.Stride));
        _records.Metadata.Write(_written, _metadata.AsSpan(0, _buffered * RowMetadata.Length));
        _records.Blobs.WritePending();
        Codes.Write(_written, _rowCodes.AsSpan(0, _buffered * Codes.CodeBytes));
        for (uint row = _written; row < _written + (uint)_buffered; row++)
            _records.Ids.Set(_records.IdOf(row), row);
        _records.MarkVerified(_written, _buffered);
        _written += (uint)_buffered;
        Monitor.Advance(_buffered);
        _buffered = 0;
    }
}
