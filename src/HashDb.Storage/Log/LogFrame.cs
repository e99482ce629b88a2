// The body of a log frame: one write request. Built on the caller's thread, read back by replay. What it holds are columns, not rows, so
// that vectors and codes go from here to their files in one piece; LogFormat.cs has the layout. This has what all frames begin with: the
// operation, the number of operations, and the stamp. Each kind lays out, reads and checks its own columns.
using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using HashDb.Serialization;

namespace HashDb.Storage.Log;

internal abstract class LogFrame
{
    private readonly byte[] _body;
    private readonly int _length;
    private bool _isPooled;

    /// <summary>Begins a frame: the operation, the number and the stamp are written, the columns are not.</summary>
    /// <param name="operation">What it does.</param>
    /// <param name="count">Number of operations.</param>
    /// <param name="stamp">Marks the write, or null.</param>
    /// <param name="columnBytes">Bytes of the columns.</param>
    /// <exception cref="HashDbException">The frame is larger than one may be.</exception>
    protected LogFrame(LoggedOperation operation, int count, WriteStamp? stamp, long columnBytes)
    {
        long length = ColumnsOffsetOf(stamp is not null) + columnBytes;
        if (length > LogFormat.MaxBodyBytes)
        {
            throw new HashDbException(
                HashDbErrorCode.LimitExceeded,
                $"A write of {count} records takes {length} bytes; one write may take {LogFormat.MaxBodyBytes}. Split it.");
        }
        // Megabytes a request: taken from the pool, because the collector would go over the whole heap for every few of them.
        (_body, _length, _isPooled) = (ArrayPool<byte>.Shared.Rent((int)length), (int)length, true);
        (Operation, Count, Stamp) = (operation, count, stamp);
        ColumnsOffset = ColumnsOffsetOf(stamp is not null);
        WriteHeader();
    }

    /// <summary>Takes over a body that was read.</summary>
    protected LogFrame(byte[] body)
    {
        (_body, _length) = (body, body.Length);
        Operation = (LoggedOperation)body[LogFormat.OperationOffset];
        Count = BinaryPrimitives.ReadInt32LittleEndian(body.AsSpan(LogFormat.CountOffset));
        Stamp = ReadStamp(body);
        ColumnsOffset = ColumnsOffsetOf(Stamp is not null);
    }

    public LoggedOperation Operation { get; }

    /// <summary>Number of operations.</summary>
    public int Count { get; }

    /// <summary>Marks the write as one that is carried out once; null when it is not marked.</summary>
    public WriteStamp? Stamp { get; }

    /// <summary>The whole body. Not to be used after <see cref="Release"/>.</summary>
    public ReadOnlyMemory<byte> Body => _body.AsMemory(0, _length);

    /// <summary>Where the first column begins.</summary>
    protected int ColumnsOffset { get; }

    protected Span<byte> Bytes => _body.AsSpan(0, _length);

    public uint ComputeChecksum() => Checksum.Compute(Bytes);

    /// <summary>Gives the memory back, when nobody reads the body any more.</summary>
    public void Release()
    {
        if (!_isPooled)
            return;
        _isPooled = false;
        ArrayPool<byte>.Shared.Return(_body);
    }

    /// <summary>Reads a body whose checksum was sound; still refuses one whose columns do not add up.</summary>
    /// <returns>Null when the body does not fit the collection.</returns>
    public static LogFrame? TryParse(byte[] body, int operationCount, RowShape shape)
    {
        if (body.Length < LogFormat.BodyHeaderLength || body[LogFormat.FlagsOffset] > LogFormat.Stamped)
            return null;
        bool isStamped = body[LogFormat.FlagsOffset] == LogFormat.Stamped;
        if (body.Length < ColumnsOffsetOf(isStamped) || (isStamped && ReadStamp(body)!.Value.SequenceNumber < 0))
            return null;
        int count = BinaryPrimitives.ReadInt32LittleEndian(body.AsSpan(LogFormat.CountOffset));
        if (count != operationCount || count < 1)
            return null;
        return (LoggedOperation)body[LogFormat.OperationOffset] switch
        {
            LoggedOperation.Insert or LoggedOperation.Upsert => StoreFrame.TryParse(body, shape),
            LoggedOperation.Delete => DeleteFrame.TryParse(body),
            LoggedOperation.Learn => LearnFrame.TryParse(body, shape.VectorBytes),
            LoggedOperation.DiscardDraft => DiscardDraftFrame.TryParse(body),
            _ => null,
        };
    }

    protected static VectorId ReadId(ReadOnlySpan<byte> ids, int index) =>
        new(BinaryPrimitives.ReadUInt64LittleEndian(ids[(index * sizeof(ulong))..]));

    protected static void WriteIds(ReadOnlySpan<VectorId> ids, Span<byte> destination)
    {
        for (int i = 0; i < ids.Length; i++)
            BinaryPrimitives.WriteUInt64LittleEndian(destination[(i * sizeof(ulong))..], ids[i].Value);
    }

    protected static void WriteFloats(ReadOnlySpan<float> source, Span<byte> destination)
    {
        if (BitConverter.IsLittleEndian)
        {
            MemoryMarshal.AsBytes(source).CopyTo(destination);
            return;
        }
        for (int i = 0; i < source.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(destination[(i * sizeof(float))..], source[i]);
    }

    private static int ColumnsOffsetOf(bool isStamped) => LogFormat.BodyHeaderLength + (isStamped ? LogFormat.StampLength : 0);

    private void WriteHeader()
    {
        Span<byte> body = Bytes;
        body[..LogFormat.BodyHeaderLength].Clear();
        body[LogFormat.OperationOffset] = (byte)Operation;
        BinaryPrimitives.WriteInt32LittleEndian(body[LogFormat.CountOffset..], Count);
        if (Stamp is not { } mark)
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
}
