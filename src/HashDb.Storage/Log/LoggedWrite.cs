// The body of a log frame: a write request as a record of columns. Built on the caller's thread, read back by replay. Columns,
// not rows, so that vectors and codes go from here to their files in one piece.
using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using HashDb.Serialization;
using HashDb.Storage.Files;
using HashDb.Storage.Records;

namespace HashDb.Storage.Log;

/// <summary>What a logged write does.</summary>
internal enum LoggedOperation : byte
{
    Insert = 1,
    Upsert = 2,
    Delete = 3,
    Learn = 4,
    DiscardDraft = 5,
}

/// <summary>Widths that a collection fixes.</summary>
internal readonly record struct RowShape(int CodeBytes, int VectorBytes);

internal sealed class LoggedWrite
{
    private const byte OwnLabels = 0;
    private const byte NeighboursLabels = 1;

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
        _codesOffset = _idsOffset + (HasIds ? Count * sizeof(ulong) : 0);
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

    public bool StoresRows => Operation is LoggedOperation.Insert or LoggedOperation.Upsert;

    public bool HasIds => Operation <= LoggedOperation.Delete;

    /// <summary>True when it changes the draft and no record.</summary>
    public bool ConcernsDraft => !HasIds;

    public Span<byte> Codes => _body.AsSpan(_codesOffset, Count * _shape.CodeBytes);

    public Span<byte> Vectors => _body.AsSpan(_vectorsOffset, Count * _shape.VectorBytes);

    public VectorId IdAt(int index) => new(BinaryPrimitives.ReadUInt64LittleEndian(_body.AsSpan(_idsOffset + index * sizeof(ulong))));

    public ReadOnlySpan<byte> VectorAt(int index) => _body.AsSpan(_vectorsOffset + index * _shape.VectorBytes, _shape.VectorBytes);

    public int BlobLengthAt(int index) => BinaryPrimitives.ReadInt32LittleEndian(_body.AsSpan(_blobLengthsOffset + index * sizeof(uint)));

    /// <summary>The blobs, one after another.</summary>
    public ReadOnlySpan<byte> Blobs => _body.AsSpan(_blobsOffset.._length);

    public uint ComputeChecksum() => Checksum.Compute(Body.Span);

    /// <summary>Computes the checksum of each vector, seeded with its id.</summary>
    /// <param name="checksums">Receives one for each record; nothing when the write stores no rows.</param>
    public void ComputeVectorChecksums(Span<uint> checksums)
    {
        for (int i = 0; StoresRows && i < Count; i++)
            checksums[i] = Checksum.Compute(VectorAt(i), IdAt(i).Value);
    }

    /// <summary>Gives the memory back, when nobody reads the body any more.</summary>
    public void Release()
    {
        if (!_isPooled)
            return;
        _isPooled = false;
        ArrayPool<byte>.Shared.Return(_body);
    }

    /// <summary>Learn: are the labels the item's own, or those of its neighbours?</summary>
    public bool HasOwnLabelsAt(int index) => _body[_codesOffset + index] == OwnLabels;

    /// <summary>Lays out what is to be learned.</summary>
    /// <param name="items">Checked items.</param>
    /// <param name="labels">The labels of each, its own or its neighbours'.</param>
    /// <param name="stamp">Marks the write, or null.</param>
    /// <param name="vectorBytes">Bytes of a vector.</param>
    /// <exception cref="HashDbException">The batch is larger than a log frame may be.</exception>
    public static LoggedWrite Learn(IReadOnlyList<LabelledVector> items, ReadOnlyMemory<int>[] labels, WriteStamp? stamp, int vectorBytes)
    {
        RowShape shape = LearnShape(vectorBytes);
        int columnsOffset = IdsOffset(stamp is not null);
        long length = columnsOffset + (items.Count * (long)(shape.CodeBytes + vectorBytes + sizeof(uint)));
        foreach (ReadOnlyMemory<int> ofItem in labels)
            length += ofItem.Length * sizeof(int);
        CheckLength(items.Count, length);
        byte[] body = ArrayPool<byte>.Shared.Rent((int)length);
        WriteHeader(body, LoggedOperation.Learn, items.Count, stamp);
        var write = new LoggedWrite(body, (int)length, shape, isPooled: true);
        Span<byte> at = body.AsSpan(write._blobsOffset);
        for (int i = 0; i < items.Count; i++)
        {
            body[write._codesOffset + i] = items[i].Neighbours.IsEmpty ? OwnLabels : NeighboursLabels;
            WriteFloats(items[i].Vector.Span, body.AsSpan(write._vectorsOffset + i * vectorBytes, vectorBytes));
            BinaryPrimitives.WriteInt32LittleEndian(
                body.AsSpan(write._blobLengthsOffset + i * sizeof(uint)), labels[i].Length * sizeof(int));
            foreach (int label in labels[i].Span)
            {
                BinaryPrimitives.WriteInt32LittleEndian(at, label);
                at = at[sizeof(int)..];
            }
        }
        return write;
    }

    /// <summary>Lays out the end of a draft.</summary>
    public static LoggedWrite DiscardDraft(WriteStamp? stamp)
    {
        byte[] body = new byte[IdsOffset(stamp is not null)];
        WriteHeader(body, LoggedOperation.DiscardDraft, 1, stamp);
        return new LoggedWrite(body, body.Length, default);
    }

    /// <summary>Lays out an insert or upsert; codes are filled in by the caller.</summary>
    /// <param name="operation">Insert or upsert.</param>
    /// <param name="batch">Checked records.</param>
    /// <param name="stamp">Marks the write, or null.</param>
    /// <param name="shape">Widths of the collection.</param>
    /// <exception cref="HashDbException">The batch is larger than a log frame may be.</exception>
    public static LoggedWrite Store(LoggedOperation operation, RecordBatch batch, WriteStamp? stamp, RowShape shape)
    {
        int count = batch.Count;
        long length = IdsOffset(stamp is not null) + (long)count * (sizeof(ulong) + shape.CodeBytes + shape.VectorBytes + sizeof(uint))
            + RecordBlob.TotalLengthOf(batch);
        CheckLength(count, length);
        // Megabytes a request: taken from the pool, because the collector would go over the whole heap for every few of them.
        byte[] body = ArrayPool<byte>.Shared.Rent((int)length);
        WriteHeader(body, operation, count, stamp);
        var write = new LoggedWrite(body, (int)length, shape, isPooled: true);
        write.Codes.Clear();
        ReadOnlySpan<VectorId> ids = batch.Ids.Span;
        for (int i = 0; i < count; i++)
            BinaryPrimitives.WriteUInt64LittleEndian(body.AsSpan(write._idsOffset + i * sizeof(ulong)), ids[i].Value);
        WriteFloats(batch.Vectors.Span, write.Vectors);
        RecordBlob.Write(
            batch,
            body.AsSpan(write._blobLengthsOffset, count * sizeof(uint)),
            body.AsSpan(write._blobsOffset, (int)length - write._blobsOffset));
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
        if (count != operationCount || count < 1 || operation is < LoggedOperation.Insert or > LoggedOperation.DiscardDraft)
            return null;
        if (operation == LoggedOperation.DiscardDraft)
            return count == 1 && body.Length == IdsOffset(isStamped) ? new LoggedWrite(body, body.Length, default) : null;
        bool learns = operation == LoggedOperation.Learn;
        if (learns)
            shape = LearnShape(shape.VectorBytes);
        long fixedLength = IdsOffset(isStamped) + (learns ? 0 : (long)count * sizeof(ulong));
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
            if (length is < 0 or > RecordBlob.MaxBytes || (learns && (length % sizeof(int) != 0 || write.Codes[i] > NeighboursLabels)))
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

    /// <summary>The flag that says whose the labels are stands where other writes have their hashcodes.</summary>
    private static RowShape LearnShape(int vectorBytes) => new(sizeof(byte), vectorBytes);

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
        return new WriteStamp(
            new Guid(at[..LogFormat.ClientIdLength], bigEndian: true),
            BinaryPrimitives.ReadInt64LittleEndian(at[LogFormat.ClientIdLength..]));
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
