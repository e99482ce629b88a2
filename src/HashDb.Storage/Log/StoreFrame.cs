// An insert or upsert: ids, hashcodes, vectors, lengths of the blobs, blobs.
using System.Buffers.Binary;
using System.Numerics;
using HashDb.Serialization;
using HashDb.Storage.Records;

namespace HashDb.Storage.Log;

internal sealed class StoreFrame : LogFrame
{
    /// <summary>A body is bound to no place: the header has its number.</summary>
    private const ulong Unseeded = 0;

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
        return frame;
    }

    /// <summary>Computes the checksum of each vector, seeded with its id, and that of the body, in one pass over them.</summary>
    /// <param name="vectors">Receives one for each record.</param>
    /// <returns>The checksum of the body.</returns>
    public uint ComputeChecksums(Span<uint> vectors)
    {
        var shift = ChecksumShift.Of(_shape.VectorBytes);
        uint state = Checksum.Append(BitOperations.Crc32C(Checksum.InitialState, Unseeded), Bytes[.._vectorsOffset]);
        for (int i = 0; i < Count; i++)
        {
            uint begun = BitOperations.Crc32C(Checksum.InitialState, IdAt(i).Value);
            uint ended = Checksum.Append(begun, VectorAt(i));
            vectors[i] = Checksum.Finish(ended);
            state = shift.Apply(state ^ begun) ^ ended;
        }
        return Checksum.Finish(Checksum.Append(state, Bytes[_blobLengthsOffset..]));
    }

    /// <summary>Takes over a body; null when its columns do not add up.</summary>
    public static StoreFrame? TryParse(byte[] body, RowShape shape)
    {
        var frame = new StoreFrame(body, shape);
        if (body.Length < frame.ColumnsOffset + ColumnBytes(frame.Count, shape))
            return null;
        long blobs = 0;
        for (int i = 0; i < frame.Count; i++)
        {
            int length = frame.BlobLengthAt(i);
            if (length is < 0 or > RecordBlob.MaxBytes)
                return null;
            blobs += length;
        }
        return body.Length == frame._blobsOffset + blobs ? frame : null;
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
