// The half-built generation of a compaction: new record and code files, and where each live row went.
using HashDb.Models;
using HashDb.Storage.Files;
using HashDb.Storage.Postings;
using HashDb.Storage.Records;

namespace HashDb.Storage.Generations;

internal sealed class CompactionBuild
{
    private const int RowsPerWrite = 1_024;
    private const uint NotCopied = uint.MaxValue;

    private readonly CollectionCore _core;
    private readonly CollectionState _old;
    private readonly RecordStore _records;
    private readonly CodeStore _codes;
    private readonly List<uint> _newRows = [];
    private readonly byte[] _vectors;
    private readonly byte[] _metadata;
    private readonly byte[] _rowCodes;
    private int _buffered;
    private uint _written;
    private PostingTables? _postings;

    public CompactionBuild(CollectionCore core, CollectionState old, uint recordsNumber, uint generation)
    {
        _core = core;
        _old = old;
        Generation = generation;
        RecordsDirectory = core.Files.RecordsDirectory(recordsNumber);
        GenerationDirectory = core.Files.GenerationDirectory(generation);
        Recreate(RecordsDirectory);
        Recreate(GenerationDirectory);
        // The same bytes, not the model written again: a fingerprint is of a file.
        AtomicFile.Write(core.Files.ModelPath(generation), File.ReadAllBytes(core.Files.ModelPath(old.Generation)));
        Guid id = core.Manifest.CollectionId;
        _records = new RecordStore(RecordsDirectory, id, recordsNumber, old.Records.Dimensions);
        _codes = new CodeStore(GenerationDirectory, id, generation, old.Codes.CodeBytes);
        int rows = Math.Clamp((1 << 22) / old.Records.Vectors.Stride, 1, RowsPerWrite);
        _vectors = new byte[rows * old.Records.Vectors.Stride];
        _metadata = new byte[rows * RowMetadata.Length];
        _rowCodes = new byte[rows * old.Codes.CodeBytes];
    }

    public uint Generation { get; }

    public string RecordsDirectory { get; }

    public string GenerationDirectory { get; }

    /// <summary>Set when the manifest names the new files: from then on they must not be discarded.</summary>
    public bool IsSwitched { get; set; }

    /// <summary>Rows of the old files that have been looked at.</summary>
    public long CopiedRows => _newRows.Count;

    /// <summary>Copies the live rows below <paramref name="rowCount"/>.</summary>
    /// <exception cref="CorruptDataException">A live row is damaged: compaction never drops what it cannot read.</exception>
    public void CopyUpTo(uint rowCount, CancellationToken cancellationToken)
    {
        for (uint row = (uint)_newRows.Count; row < rowCount; row++)
        {
            if (_old.Records.Dead.IsDead(row))
            {
                _newRows.Add(NotCopied);
                continue;
            }
            cancellationToken.ThrowIfCancellationRequested();
            _newRows.Add(_written + (uint)_buffered);
            Buffer(row);
            if (_buffered * RowMetadata.Length == _metadata.Length)
                WriteBuffered();
        }
        WriteBuffered();
    }

    public void Flush()
    {
        _records.Flush();
        _codes.Extents.Flush();
        AtomicFile.FlushDirectory(GenerationDirectory);
        AtomicFile.FlushDirectory(_core.Files.Root);
    }

    public PostingTables BuildPostings(CancellationToken cancellationToken) =>
        _postings = _core.BuildPostings(_old.Shape, _codes, _records, _written, Generation, cancellationToken);

    /// <summary>Catches up with the live state, which no longer changes, and makes the new files durable.</summary>
    public CollectionState Finish(CollectionState live, PostingTables postings)
    {
        // Rows that have died since they were copied. The live state's records are the ones we copied from.
        for (int row = 0; row < _newRows.Count; row++)
        {
            if (_newRows[row] != NotCopied && live.Records.Dead.IsDead((uint)row))
                _records.MarkDead(_newRows[row], 1);
        }
        uint before = _written;
        CopyUpTo(live.RowCount, CancellationToken.None);
        for (uint row = before; row < _written; row++)
            postings.Append(row, _codes.Row(row));
        Flush();
        return new CollectionState(live.Model, live.Fingerprint, Generation, new StoredFiles(_records, _codes), postings, _written);
    }

    public void Discard()
    {
        _postings?.Dispose();
        _codes.Dispose();
        _records.Dispose();
        Directory.Delete(RecordsDirectory, recursive: true);
        Directory.Delete(GenerationDirectory, recursive: true);
    }

    private void Buffer(uint row)
    {
        RowMetadata metadata = _old.Records.MetadataOf(row);
        _old.Records.VectorOf(row); // compares it with its checksum
        int stride = _old.Records.Vectors.Stride;
        _old.Records.Vectors.Row(row).CopyTo(_vectors.AsSpan(_buffered * stride));
        _old.Codes.Row(row).CopyTo(_rowCodes.AsSpan(_buffered * _old.Codes.CodeBytes));
        if (metadata.BlobLength > 0)
        {
            byte[] blob = _old.Records.Blobs.Read(metadata.BlobAddress, metadata.BlobLength, metadata.BlobChecksum);
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
        _codes.Write(_written, _rowCodes.AsSpan(0, _buffered * _codes.CodeBytes));
        for (uint row = _written; row < _written + (uint)_buffered; row++)
            _records.Ids.Set(_records.IdOf(row), row);
        _records.MarkVerified(_written, _buffered);
        _written += (uint)_buffered;
        _buffered = 0;
    }

    private static void Recreate(string directory)
    {
        if (Directory.Exists(directory))
            Directory.Delete(directory, recursive: true);
        Directory.CreateDirectory(directory);
    }
}
