// The body of a log frame: a write request as a record of columns. Built on the caller's thread, read back by replay. Columns,
// not rows, so that vectors and codes go from here to their files in one piece.
using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using HashDb.Storage.Files;

namespace HashDb.Storage.Log;

/// <summary>What a logged write does with its ids.</summary>
internal enum LoggedOperation : byte
{
    Insert = 1,
    Upsert = 2,
    Delete = 3,
}

/// <summary>Widths that a collection fixes.</summary>
internal readonly record struct RowShape(int CodeBytes, int VectorBytes);

internal sealed class LoggedWrite
{
    private readonly int _idsOffset;
    private readonly int _codesOffset;
    private readonly int _vectorsOffset;
    private readonly int _blobLengthsOffset;
    private readonly int _blobsOffset;
    private readonly RowShape _shape;
    private readonly byte[] _body;
    private readonly int _length;
    private bool _isPooled;

    private LoggedWrite(byte[] body, int length, RowShape shape, bool isPooled = false)
    {
        _body = body;
        _length = length;
        _isPooled = isPooled;
        _shape = shape;
        Operation = (LoggedOperation)body[LogFormat.OperationOffset];
        Count = BinaryPrimitives.ReadInt32LittleEndian(body.AsSpan(LogFormat.CountOffset));
        Stamp = ReadStamp(body);
        _idsOffset = IdsOffset(Stamp is not null);
        _codesOffset = _idsOffset + Count * sizeof(ulong);
        _vectorsOffset = _codesOffset + Count * shape.CodeBytes;
        _blobLengthsOffset = _vectorsOffset + Count * shape.VectorBytes;
        _blobsOffset = _blobLengthsOffset + Count * sizeof(uint);
    }

    /// <summary>The frame's body. Not to be used after <see cref="Release"/>.</summary>
    public ReadOnlyMemory<byte> Body => _body.AsMemory(0, _length);

    public LoggedOperation Operation { get; }

    public int Count { get; }

    /// <summary>Marks the write as one that is carried out once; null when it is not marked.</summary>
    public WriteStamp? Stamp { get; }

    public bool StoresRows => Operation != LoggedOperation.Delete;

    public Span<byte> Codes => _body.AsSpan(_codesOffset, Count * _shape.CodeBytes);

    public Span<byte> Vectors => _body.AsSpan(_vectorsOffset, Count * _shape.VectorBytes);

    public VectorId IdAt(int index) => new(BinaryPrimitives.ReadUInt64LittleEndian(_body.AsSpan(_idsOffset + index * sizeof(ulong))));

    public ReadOnlySpan<byte> VectorAt(int index) => _body.AsSpan(_vectorsOffset + index * _shape.VectorBytes, _shape.VectorBytes);

    public int BlobLengthAt(int index) => BinaryPrimitives.ReadInt32LittleEndian(_body.AsSpan(_blobLengthsOffset + index * sizeof(uint)));

    /// <summary>The blobs, one after another.</summary>
    public ReadOnlySpan<byte> Blobs => _body.AsSpan(_blobsOffset.._length);

    public uint ComputeChecksum() => Checksum.Compute(Body.Span);

    /// <summary>The checksum of each vector, seeded with its id.</summary>
    public uint[] ComputeVectorChecksums()
    {
        uint[] checksums = new uint[StoresRows ? Count : 0];
        for (int i = 0; i < checksums.Length; i++)
            checksums[i] = Checksum.Compute(VectorAt(i), IdAt(i).Value);
        return checksums;
    }

    /// <summary>Gives the memory back, when nobody reads the body any more.</summary>
    public void Release()
    {
        if (!_isPooled)
            return;
        _isPooled = false;
        ArrayPool<byte>.Shared.Return(_body);
    }

    /// <summary>Lays out an insert or upsert; codes are filled in by the caller.</summary>
    /// <exception cref="HashDbException">The batch is larger than a log frame may be.</exception>
    public static LoggedWrite Store(LoggedOperation operation, IReadOnlyList<VectorRecord> records, WriteStamp? stamp, RowShape shape)
    {
        int count = records.Count;
        int idsOffset = IdsOffset(stamp is not null);
        long length = idsOffset + (long)count * (sizeof(ulong) + shape.CodeBytes + shape.VectorBytes + sizeof(uint));
        foreach (VectorRecord record in records)
            length += RecordBlob.LengthOf(record);
        CheckLength(count, length);
        // Megabytes a request: taken from the pool, because the collector would go over the whole heap for every few of them.
        byte[] body = ArrayPool<byte>.Shared.Rent((int)length);
        WriteHeader(body, operation, count, stamp);
        var write = new LoggedWrite(body, (int)length, shape, isPooled: true);
        write.Codes.Clear();
        int blobAt = write._blobsOffset;
        for (int i = 0; i < count; i++)
        {
            VectorRecord record = records[i];
            BinaryPrimitives.WriteUInt64LittleEndian(body.AsSpan(idsOffset + i * sizeof(ulong)), record.Id.Value);
            WriteFloats(record.Vector.Span, body.AsSpan(write._vectorsOffset + i * shape.VectorBytes, shape.VectorBytes));
            int blobLength = RecordBlob.Write(record, body.AsSpan(blobAt));
            BinaryPrimitives.WriteInt32LittleEndian(body.AsSpan(write._blobLengthsOffset + i * sizeof(uint)), blobLength);
            blobAt += blobLength;
        }
        return write;
    }

    /// <summary>The same write with room for hashcodes of another length, which the caller fills in. This one stays as it is.</summary>
    /// <exception cref="HashDbException">The write is then larger than a log frame may be.</exception>
    public LoggedWrite WithCodeBytes(int codeBytes)
    {
        long length = _length + (long)Count * (codeBytes - _shape.CodeBytes);
        CheckLength(Count, length);
        byte[] body = ArrayPool<byte>.Shared.Rent((int)length);
        _body.AsSpan(0, _codesOffset).CopyTo(body);
        var write = new LoggedWrite(body, (int)length, _shape with { CodeBytes = codeBytes }, isPooled: true);
        write.Codes.Clear();
        _body.AsSpan(_vectorsOffset.._length).CopyTo(body.AsSpan(write._vectorsOffset));
        return write;
    }

    public static LoggedWrite Delete(IReadOnlyList<VectorId> ids, WriteStamp? stamp)
    {
        int idsOffset = IdsOffset(stamp is not null);
        byte[] body = new byte[idsOffset + ids.Count * sizeof(ulong)];
        WriteHeader(body, LoggedOperation.Delete, ids.Count, stamp);
        for (int i = 0; i < ids.Count; i++)
            BinaryPrimitives.WriteUInt64LittleEndian(body.AsSpan(idsOffset + i * sizeof(ulong)), ids[i].Value);
        return new LoggedWrite(body, body.Length, default);
    }

    /// <summary>Reads a body whose checksum was sound; still refuses one whose columns do not add up.</summary>
    /// <returns>Null when the body does not fit the collection.</returns>
    public static LoggedWrite? TryParse(byte[] body, int operationCount, RowShape shape)
    {
        if (body.Length < LogFormat.BodyHeaderLength || body[LogFormat.FlagsOffset] > LogFormat.Stamped)
            return null;
        bool isStamped = body[LogFormat.FlagsOffset] == LogFormat.Stamped;
        if (body.Length < IdsOffset(isStamped) || (isStamped && ReadStamp(body)!.Value.SequenceNumber < 0))
            return null;
        var operation = (LoggedOperation)body[LogFormat.OperationOffset];
        int count = BinaryPrimitives.ReadInt32LittleEndian(body.AsSpan(LogFormat.CountOffset));
        if (count != operationCount || count < 1 || operation is < LoggedOperation.Insert or > LoggedOperation.Delete)
            return null;
        long fixedLength = IdsOffset(isStamped) + (long)count * sizeof(ulong);
        if (operation == LoggedOperation.Delete)
            return body.Length == fixedLength ? new LoggedWrite(body, body.Length, default) : null;
        fixedLength += (long)count * (shape.CodeBytes + shape.VectorBytes + sizeof(uint));
        if (body.Length < fixedLength)
            return null;
        var write = new LoggedWrite(body, body.Length, shape);
        long blobs = 0;
        for (int i = 0; i < count; i++)
        {
            int length = write.BlobLengthAt(i);
            if (length is < 0 or > RecordBlob.MaxBytes)
                return null;
            blobs += length;
        }
        return body.Length == fixedLength + blobs ? write : null;
    }

    private static void CheckLength(int count, long length)
    {
        if (length > LogFormat.MaxBodyBytes)
        {
            throw new HashDbException(
                HashDbErrorCode.LimitExceeded,
                $"A write of {count} records takes {length} bytes; one write may take {LogFormat.MaxBodyBytes}. Split it.");
        }
    }

    private static int IdsOffset(bool isStamped) => LogFormat.BodyHeaderLength + (isStamped ? LogFormat.StampLength : 0);

    private static void WriteHeader(Span<byte> body, LoggedOperation operation, int count, WriteStamp? stamp)
    {
        body[..LogFormat.BodyHeaderLength].Clear();
        body[LogFormat.OperationOffset] = (byte)operation;
        BinaryPrimitives.WriteInt32LittleEndian(body[LogFormat.CountOffset..], count);
        if (stamp is not { } mark)
            return;
        body[LogFormat.FlagsOffset] = LogFormat.Stamped;
        Span<byte> at = body.Slice(LogFormat.BodyHeaderLength, LogFormat.StampLength);
        mark.ClientId.TryWriteBytes(at, bigEndian: true, out _);
        BinaryPrimitives.WriteInt64LittleEndian(at[LogFormat.ClientIdLength..], mark.SequenceNumber);
    }

    private static WriteStamp? ReadStamp(ReadOnlySpan<byte> body)
    {
        if (body[LogFormat.FlagsOffset] != LogFormat.Stamped)
            return null;
        ReadOnlySpan<byte> at = body.Slice(LogFormat.BodyHeaderLength, LogFormat.StampLength);
        return new WriteStamp(new Guid(at[..LogFormat.ClientIdLength], bigEndian: true), BinaryPrimitives.ReadInt64LittleEndian(at[LogFormat.ClientIdLength..]));
    }

    private static void WriteFloats(ReadOnlySpan<float> source, Span<byte> destination)
    {
        if (BitConverter.IsLittleEndian)
        {
            MemoryMarshal.AsBytes(source).CopyTo(destination);
            return;
        }
        for (int i = 0; i < source.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(destination[(i * sizeof(float))..], source[i]);
    }
}
