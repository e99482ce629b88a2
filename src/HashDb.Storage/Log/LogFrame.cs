// The body of a log frame: one write request. Built on the caller's thread, read back by replay. What it holds are columns, not rows, so
// that vectors and codes go from here to their files in one piece; LogFormat.cs has the layout. This has what all frames begin with: the
// operation, the number of operations, and the stamp, and what stamped ones end with: a digest of what the client has sent, which leaves
// out what the collection adds (hashcodes, labels of neighbours). Each kind lays out, reads and checks its own columns.
using System.Buffers;
using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using HashDb.Serialization;

namespace HashDb.Storage.Log;

internal abstract class LogFrame
{
    /// <summary>A body is bound to no place: the header has its number.</summary>
    private const ulong Unseeded = 0;

    private readonly byte[] _body;
    private readonly int _length;
    private readonly int _digestLength;
    private readonly bool _wasRead;
    private bool _isPooled;

    /// <summary>Begins a frame: the operation, the number and the stamp are written, the columns are not.</summary>
    /// <param name="operation">What it does.</param>
    /// <param name="count">Number of operations.</param>
    /// <param name="stamp">Marks the write, or null.</param>
    /// <param name="columnBytes">Bytes of the columns.</param>
    /// <exception cref="HashDbException">The frame is larger than one may be.</exception>
    protected LogFrame(LoggedOperation operation, int count, WriteStamp? stamp, long columnBytes)
    {
        _digestLength = stamp is null ? 0 : LogFormat.DigestLength;
        long length = ColumnsOffsetOf(stamp is not null) + columnBytes + _digestLength;
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
        (_body, _length, _wasRead) = (body, body.Length, true);
        _digestLength = DigestLengthOf(body[LogFormat.FlagsOffset]);
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

    /// <summary>
    /// Of what the client has sent; null without a stamp and in logs that have none. One that is laid out has it once its checksums are
    /// computed.
    /// </summary>
    public uint? Digest => _digestLength == 0 ? null : BinaryPrimitives.ReadUInt32LittleEndian(DigestBytes);

    /// <summary>The whole body. Not to be used after <see cref="Release"/>.</summary>
    public ReadOnlyMemory<byte> Body => _body.AsMemory(0, _length);

    /// <summary>Where the first column begins.</summary>
    protected int ColumnsOffset { get; }

    /// <summary>The body without the digest.</summary>
    protected Span<byte> Bytes => _body.AsSpan(0, _length - _digestLength);

    /// <summary>State of the body's checksum before the first byte.</summary>
    protected static uint BodyState => BitOperations.Crc32C(Checksum.InitialState, Unseeded);

    /// <summary>State of the digest before the first column.</summary>
    protected uint DigestState => BitOperations.Crc32C(Checksum.InitialState, ((ulong)Operation << 32) | (uint)Count);

    private Span<byte> DigestBytes => _body.AsSpan(_length - _digestLength, _digestLength);

    /// <summary>Computes the digest, the checksum of each row's vector, seeded with its id, and that of the body.</summary>
    /// <param name="vectors">Receives one for each row that is stored.</param>
    /// <returns>The checksum of the body.</returns>
    public abstract uint ComputeChecksums(Span<uint> vectors);

    /// <summary>The checksum of a body that has its digest.</summary>
    public uint ComputeChecksum() => Checksum.Compute(Body.Span);

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
        if (body.Length < LogFormat.BodyHeaderLength
            || body[LogFormat.FlagsOffset] is not (0 or LogFormat.Stamped or (LogFormat.Stamped | LogFormat.Digested)))
            return null;
        bool isStamped = body[LogFormat.FlagsOffset] != 0;
        if (body.Length < ColumnsOffsetOf(isStamped) + DigestLengthOf(body[LogFormat.FlagsOffset])
            || (isStamped && ReadStamp(body)!.Value.SequenceNumber < 0))
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

    /// <summary>Puts the digest at its place and ends both.</summary>
    /// <param name="body">State of the body's checksum behind the columns.</param>
    /// <param name="digest">State of the digest behind the columns.</param>
    /// <returns>The checksum of the body.</returns>
    protected uint Seal(uint body, uint digest)
    {
        if (_digestLength > 0 && !_wasRead)
            BinaryPrimitives.WriteUInt32LittleEndian(DigestBytes, Checksum.Finish(digest));
        return Checksum.Finish(Checksum.Append(body, DigestBytes));
    }

    /// <summary>Gives the digest to the same write in another layout.</summary>
    protected void CopyDigestTo(LogFrame other) => DigestBytes.CopyTo(other.DigestBytes);

    private static int DigestLengthOf(byte flags) => (flags & LogFormat.Digested) != 0 ? LogFormat.DigestLength : 0;

    private static int ColumnsOffsetOf(bool isStamped) => LogFormat.BodyHeaderLength + (isStamped ? LogFormat.StampLength : 0);

    private void WriteHeader()
    {
        Span<byte> body = Bytes;
        body[..LogFormat.BodyHeaderLength].Clear();
        body[LogFormat.OperationOffset] = (byte)Operation;
        BinaryPrimitives.WriteInt32LittleEndian(body[LogFormat.CountOffset..], Count);
        if (Stamp is not { } mark)
            return;
        body[LogFormat.FlagsOffset] = LogFormat.Stamped | LogFormat.Digested;
        Span<byte> at = body.Slice(LogFormat.BodyHeaderLength, LogFormat.StampLength);
        mark.ClientId.TryWriteBytes(at, bigEndian: true, out _);
        BinaryPrimitives.WriteInt64LittleEndian(at[LogFormat.ClientIdLength..], mark.SequenceNumber);
    }

    private static WriteStamp? ReadStamp(ReadOnlySpan<byte> body)
    {
        if ((body[LogFormat.FlagsOffset] & LogFormat.Stamped) == 0)
            return null;
        ReadOnlySpan<byte> at = body.Slice(LogFormat.BodyHeaderLength, LogFormat.StampLength);
        return new WriteStamp(
            new Guid(at[..LogFormat.ClientIdLength], bigEndian: true),
            BinaryPrimitives.ReadInt64LittleEndian(at[LogFormat.ClientIdLength..]));
    }
}
