// The stored records of a collection: vectors, row metadata, blobs, the id index and the dead rows. This and the log are the
// truth; posting lists are derived from it. Row metadata is checked as a whole at open, vectors and blobs when they are first
// read.
//
// One writer (the commit loop). Readers look only at published rows.
using System.Buffers;
using System.Runtime.InteropServices;
using HashDb.Models.Files;
using HashDb.Serialization;
using HashDb.Storage.FieldIndexes;
using HashDb.Storage.Files;
using HashDb.Storage.Query;

namespace HashDb.Storage.Records;

internal sealed class RecordStore : IDisposable
{
    public const uint VectorMagic = 0x56444248; // "HBDV"

    private ulong[]?[] _verified = [];

    public RecordStore(string directory, Guid collectionId, uint number, int dimensions, bool isReadOnly = false)
    {
        DirectoryPath = directory;
        Number = number;
        Dimensions = dimensions;
        Vectors = new ExtentSet(
            directory, "vectors", VectorMagic, collectionId, number, checked(dimensions * sizeof(float)), isReadOnly);
        Metadata = new ExtentSet(directory, "meta", RowMetadata.Magic, collectionId, number, RowMetadata.Length, isReadOnly);
        Blobs = new BlobStore(directory, collectionId, number, isReadOnly);
        Dead = new DeadRows();
        Ids = new IdIndex(Metadata, 0);
    }

    public string DirectoryPath { get; }

    public uint Number { get; }

    public int Dimensions { get; }

    /// <summary>The indexes of fields.</summary>
    public FieldIndexStore Indexes { get; } = new();

    /// <summary>What filters said of the rows.</summary>
    public FilterMemory Filters { get; } = new();

    /// <summary>What the records are known by.</summary>
    public KeyKind Keys { get; init; }

    public ExtentSet Vectors { get; }

    public ExtentSet Metadata { get; }

    public BlobStore Blobs { get; }

    public DeadRows Dead { get; private set; }

    public IdIndex Ids { get; private set; }

    /// <summary>Opens the files, checks all row metadata, and builds the id index.</summary>
    /// <exception cref="CorruptDataException">A file is damaged; names the place.</exception>
    public void Open(long rows, ulong blobTail, DeadRows dead)
    {
        Vectors.Open(rows);
        Metadata.Open(rows);
        Blobs.Open(blobTail);
        Dead = dead;
        Ids = new IdIndex(Metadata, rows);
        Metadata.Read(rows, (row, metadata) =>
        {
            if (RowMetadata.IsSound(metadata, row))
                Ids.Set(RowMetadata.IdOf(metadata), row);
            else if (!dead.IsDead(row))
                throw Corrupt(Metadata, row, "the row's metadata does not match its checksum");
        });
    }

    /// <summary>The row that holds an id now.</summary>
    public bool TryGetLive(VectorId id, out uint row) => TryGetNewest(id, out row, out bool isLive) && isLive;

    /// <summary>The newest row that held an id, which a write under way may not have published yet, and whether it is alive.</summary>
    public bool TryGetNewest(VectorId id, out uint row, out bool isLive)
    {
        isLive = false;
        uint seen = 0;
        for (bool again = false; Ids.TryGet(id, out row); again = true)
        {
            isLive = !Dead.IsDead(row);
            // Dead, because it was deleted, or because it was replaced since the index was asked: then the index has a newer row.
            if (isLive || (again && row == seen))
                return true;
            seen = row;
        }
        return false;
    }

    /// <summary>Bytes of the files.</summary>
    public long FileBytes => Vectors.FileBytes + Metadata.FileBytes + Blobs.TotalFileBytes;

    public RowMetadata MetadataOf(uint row) => RowMetadata.ReadFrom(Metadata.Row(row));

    public VectorId IdOf(uint row) => RowMetadata.IdOf(Metadata.Row(row));

    /// <summary>The vector of a row, compared with its checksum when it is read for the first time since it was opened.</summary>
    /// <returns>A span into a mapping: valid while the caller holds its lease.</returns>
    public ReadOnlySpan<float> VectorOf(uint row)
    {
        if (!IsVerified(row))
            Verify(row);
        return MemoryMarshal.Cast<byte, float>(Vectors.Row(row));
    }

    /// <summary>Labels and payload of a row; empty when it has neither.</summary>
    /// <exception cref="CorruptDataException">They do not match their checksum, or do not add up.</exception>
    public (int[] Labels, ReadOnlyMemory<byte> Payload) BlobOf(uint row, VectorId id)
    {
        RowMetadata metadata = MetadataOf(row);
        byte[] blob = metadata.BlobLength == 0
            ? []
            : Blobs.Read(metadata.BlobAddress, metadata.BlobLength, metadata.BlobChecksum);
        if (!RecordBlob.TrySplit(blob, out ReadOnlySpan<byte> labelBytes, out ReadOnlySpan<byte> payload))
            throw Corrupt(Metadata, row, $"the labels and payload of id {id} do not add up");
        int[] labels = new int[labelBytes.Length / sizeof(int)];
        RecordBlob.CopyLabels(labelBytes, labels);
        return (labels, blob.AsMemory(blob.Length - payload.Length));
    }

    /// <summary>Compares a vector with its checksum.</summary>
    public bool IsVectorSound(uint row)
    {
        RowMetadata metadata = MetadataOf(row);
        return ChecksumOf(metadata.Id, Vectors.Row(row)) == metadata.VectorChecksum;
    }

    public static uint ChecksumOf(VectorId id, ReadOnlySpan<byte> vector) => Checksum.Compute(vector, id.Value);

    /// <summary>Marks rows that this process has written itself, from memory, as checked.</summary>
    public void MarkVerified(uint firstRow, int count)
    {
        for (uint row = firstRow; row < firstRow + (uint)count; row++)
            SetVerified(row);
    }

    public void MarkDead(uint row, uint sinceVisible) => Dead.Mark(row, sinceVisible);

    public void Flush()
    {
        Vectors.Flush();
        Metadata.Flush();
        Blobs.Flush();
        DeviceFlush.Directory(DirectoryPath);
    }

    /// <summary>Cuts all files back to their used length, after <see cref="Dispose"/>.</summary>
    public void Trim(long rows, ulong blobTail)
    {
        Vectors.Trim(rows);
        Metadata.Trim(rows);
        Blobs.Trim(blobTail);
    }

    public void Dispose()
    {
        Vectors.Dispose();
        Metadata.Dispose();
        Blobs.Dispose();
    }

    public static CorruptDataException Corrupt(ExtentSet extents, uint row, string detail) => new(
        extents.PathOf(extents.Layout.ExtentOf(row)),
        ExtentSet.OffsetInFile(extents.Layout, extents.Stride, row),
        $"row {row}: {detail}");

    private void Verify(uint row)
    {
        RowMetadata metadata = MetadataOf(row);
        byte[] pooled = ArrayPool<byte>.Shared.Rent(Vectors.Stride);
        try
        {
            Span<byte> vector = pooled.AsSpan(0, Vectors.Stride);
            Vectors.ReadRows(row, vector);
            if (ChecksumOf(metadata.Id, vector) != metadata.VectorChecksum)
                throw Corrupt(Vectors, row, $"the vector of id {metadata.Id} does not match its checksum");
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(pooled);
        }
        SetVerified(row);
    }

    private bool IsVerified(uint row)
    {
        ulong[]?[] chunks = Volatile.Read(ref _verified);
        uint chunk = row >> DeadRows.ChunkBits;
        return chunk < chunks.Length
            && Volatile.Read(ref chunks[chunk]) is { } bits
            && (Volatile.Read(ref bits[(row & (DeadRows.ChunkRows - 1)) >> 6]) & (1UL << (int)(row & 63))) != 0;
    }

    private void SetVerified(uint row)
    {
        uint chunk = row >> DeadRows.ChunkBits;
        ulong[]?[] chunks = Volatile.Read(ref _verified);
        while (chunk >= chunks.Length)
        {
            var grown = new ulong[]?[Math.Max(chunk + 1, chunks.Length * 2)];
            chunks.CopyTo(grown, 0);
            ulong[]?[] seen = Interlocked.CompareExchange(ref _verified, grown, chunks);
            chunks = seen == chunks ? grown : seen;
        }
        ulong[]? bits = Volatile.Read(ref chunks[chunk]);
        if (bits is null)
        {
            var made = new ulong[DeadRows.ChunkRows / 64];
            bits = Interlocked.CompareExchange(ref chunks[chunk], made, null) ?? made;
        }
        // Losing a mark to a table that is just being replaced costs one more check, nothing else.
        Interlocked.Or(ref bits[(row & (DeadRows.ChunkRows - 1)) >> 6], 1UL << (int)(row & 63));
    }
}
