// An insert or upsert: ids, hashcodes, vectors, lengths of the blobs, blobs.
using System.Buffers.Binary;
using System.Numerics;
using HashDb.Serialization;
using HashDb.Storage.Records;

namespace HashDb.Storage.Log;

internal sealed class StoreFrame : LogFrame
{
    private readonly RowShape _shape;
    private readonly int _codesOffset;
    private readonly int _vectorsOffset;
    private readonly int _blobLengthsOffset;
    private readonly int _blobsOffset;

    private StoreFrame(LoggedOperation operation, int count, WriteStamp? stamp, RowShape shape, long blobBytes)
        : base(operation, count, stamp, ColumnBytes(count, shape) + blobBytes)
    {
        _shape = shape;
        (_codesOffset, _vectorsOffset, _blobLengthsOffset, _blobsOffset) = Offsets();
    }

    private StoreFrame(byte[] body, RowShape shape)
        : base(body)
    {
        _shape = shape;
        (_codesOffset, _vectorsOffset, _blobLengthsOffset, _blobsOffset) = Offsets();
    }

    public Span<byte> Codes => Bytes.Slice(_codesOffset, Count * _shape.CodeBytes);

    public Span<byte> Vectors => Bytes.Slice(_vectorsOffset, Count * _shape.VectorBytes);

    /// <summary>The blobs, one after another.</summary>
    public ReadOnlySpan<byte> Blobs => Bytes[_blobsOffset..];

    public VectorId IdAt(int index) => ReadId(Bytes[ColumnsOffset..], index);

    public ReadOnlySpan<byte> VectorAt(int index) => Vectors.Slice(index * _shape.VectorBytes, _shape.VectorBytes);

    public int BlobLengthAt(int index) => BinaryPrimitives.ReadInt32LittleEndian(Bytes[(_blobLengthsOffset + (index * sizeof(uint)))..]);

    /// <summary>Lays out checked records; the hashcodes are filled in by the caller.</summary>
    /// <param name="operation">Insert or upsert.</param>
    /// <param name="batch">The records.</param>
    /// <param name="stamp">Marks the write, or null.</param>
    /// <param name="shape">Widths of the collection.</param>
    /// <exception cref="HashDbException">The batch is larger than a log frame may be.</exception>
    public static StoreFrame Create(LoggedOperation operation, RecordBatch batch, WriteStamp? stamp, RowShape shape)
    {
        var frame = new StoreFrame(operation, batch.Count, stamp, shape, RecordBlob.TotalLengthOf(batch));
        frame.Codes.Clear();
        WriteIds(batch.Ids.Span, frame.Bytes[frame.ColumnsOffset..]);
        WriteFloats(batch.Vectors.Span, frame.Vectors);
        RecordBlob.Write(
            batch,
            frame.Bytes.Slice(frame._blobLengthsOffset, batch.Count * sizeof(uint)),
            frame.Bytes[frame._blobsOffset..]);
        return frame;
    }

    /// <summary>The same write with room for hashcodes of another length, which the caller fills in. This one stays as it is.</summary>
    /// <exception cref="HashDbException">The write is then larger than a log frame may be.</exception>
    public StoreFrame WithCodeBytes(int codeBytes)
    {
        var frame = new StoreFrame(Operation, Count, Stamp, _shape with { CodeBytes = codeBytes }, Blobs.Length);
        Bytes[ColumnsOffset.._codesOffset].CopyTo(frame.Bytes[ColumnsOffset..]);
        frame.Codes.Clear();
        Bytes[_vectorsOffset..].CopyTo(frame.Bytes[frame._vectorsOffset..]);
        CopyDigestTo(frame);
        return frame;
    }

    /// <inheritdoc/>
    /// <remarks>In one pass over the vectors: the digest takes their checksums for them.</remarks>
    public override uint ComputeChecksums(Span<uint> vectors)
    {
        var shift = ChecksumShift.Of(_shape.VectorBytes);
        uint state = Checksum.Append(BodyState, Bytes[.._vectorsOffset]);
        uint digest = Checksum.Append(DigestState, Bytes[ColumnsOffset.._codesOffset]);
        for (int i = 0; i < Count; i++)
        {
            uint begun = BitOperations.Crc32C(Checksum.InitialState, IdAt(i).Value);
            uint ended = Checksum.Append(begun, VectorAt(i));
            vectors[i] = Checksum.Finish(ended);
            digest = BitOperations.Crc32C(digest, vectors[i]);
            state = shift.Apply(state ^ begun) ^ ended;
        }
        ReadOnlySpan<byte> blobs = Bytes[_blobLengthsOffset..];
        return Seal(Checksum.Append(state, blobs), Stamp is null ? digest : Checksum.Append(digest, blobs));
    }

    /// <summary>Takes over a body; null when its columns do not add up.</summary>
    public static StoreFrame? TryParse(byte[] body, RowShape shape)
    {
        var frame = new StoreFrame(body, shape);
        if (frame.Bytes.Length < frame.ColumnsOffset + ColumnBytes(frame.Count, shape))
            return null;
        long blobs = 0;
        for (int i = 0; i < frame.Count; i++)
        {
            int length = frame.BlobLengthAt(i);
            if (length is < 0 or > RecordBlob.MaxBytes)
                return null;
            blobs += length;
        }
        return frame.Bytes.Length == frame._blobsOffset + blobs ? frame : null;
    }

    private static long ColumnBytes(int count, RowShape shape) =>
        (long)count * (sizeof(ulong) + shape.CodeBytes + shape.VectorBytes + sizeof(uint));

    private (int Codes, int Vectors, int BlobLengths, int Blobs) Offsets()
    {
        int codes = ColumnsOffset + (Count * sizeof(ulong));
        int vectors = codes + (Count * _shape.CodeBytes);
        int blobLengths = vectors + (Count * _shape.VectorBytes);
        return (codes, vectors, blobLengths, blobLengths + (Count * sizeof(uint)));
    }
}
