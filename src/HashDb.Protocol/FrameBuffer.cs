// One frame in pooled memory, complete with its head. A frame is encoded here first because its length stands before its
// body, and because a request must outlive the connection that it was sent on: it is sent again with the same bytes.
//
// Invariants: the first FrameHeader.ByteCount bytes of the first piece are the head; no piece is empty; the body never
// grows beyond the limit. Not thread-safe, except for its references: who encodes it holds one, whoever else keeps it adds
// one, each disposes once, and the last gives the memory back.
using System.Buffers;
using HashDb.Serialization;
using MessagePack;

namespace HashDb.Protocol;

internal sealed class FrameBuffer : IBufferWriter<byte>, IDisposable
{
    // A search fits the first piece; pieces grow so that the largest insert takes some eighty of them.
    private const int FirstPieceBytes = 4 * 1024;
    private const int MaxPieceBytes = 1024 * 1024;

    private readonly int _maxBodyBytes;
    private List<(byte[] Bytes, int Length)>? _full;
    private byte[] _current;
    private int _used = FrameHeader.ByteCount;
    private long _fullBytes;
    private FrameHeader _header;
    private int _references = 1;

    private FrameBuffer(int maxBodyBytes)
    {
        _maxBodyBytes = maxBodyBytes;
        _current = ArrayPool<byte>.Shared.Rent(FirstPieceBytes);
    }

    /// <summary>Bytes of head and body.</summary>
    public long Length => _fullBytes + _used;

    /// <summary>The head, complete after <see cref="Seal"/>.</summary>
    public FrameHeader Header => _header;

    /// <summary>Encodes a frame; <see cref="Seal"/> must follow before it is sent.</summary>
    /// <param name="opcode">What is asked for, or was.</param>
    /// <param name="flags">Request, answer, error, more to come.</param>
    /// <param name="message">The body.</param>
    /// <param name="maxBodyBytes">Longest body that the peer takes.</param>
    /// <exception cref="HashDbException"><see cref="HashDbErrorCode.LimitExceeded"/>: the body is longer.</exception>
    public static FrameBuffer Encode<T>(Opcode opcode, FrameFlags flags, in T message, int maxBodyBytes = ProtocolLimits.MaxFrameBytes)
        where T : IMessage<T>
    {
        var buffer = new FrameBuffer(maxBodyBytes);
        try
        {
            var writer = new MessagePackWriter(buffer);
            message.Write(ref writer);
            writer.Flush();
            buffer._header = new FrameHeader((uint)(buffer.Length - FrameHeader.ByteCount), 0, opcode, flags, 0);
            return buffer;
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }

    /// <summary>Completes the head. A frame that is sent again is sealed again, with the id and checksum of its new connection.</summary>
    public void Seal(uint requestId, bool hasChecksum)
    {
        _header = _header with { RequestId = requestId, Checksum = 0 };
        if (hasChecksum)
        {
            uint state = _header.BeginChecksum();
            for (int i = 0; i < PieceCount; i++)
                state = Checksum.Append(state, (i == 0 ? Piece(i)[FrameHeader.ByteCount..] : Piece(i)).Span);
            _header = _header with { Checksum = Checksum.Finish(state) };
        }
        _header.Write(_full is null ? _current : _full[0].Bytes);
    }

    /// <summary>How many pieces the frame lies in.</summary>
    public int PieceCount => (_full?.Count ?? 0) + 1;

    /// <summary>A piece of the sealed frame, in the order in which they are sent.</summary>
    public ReadOnlyMemory<byte> Piece(int index) =>
        _full is not null && index < _full.Count ? _full[index].Bytes.AsMemory(0, _full[index].Length) : _current.AsMemory(0, _used);

    /// <summary>Copies the sealed frame.</summary>
    public void CopyTo(IBufferWriter<byte> output)
    {
        for (int i = 0; i < PieceCount; i++)
            output.Write(Piece(i).Span);
    }

    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _current.Length - _used);
        _used += count;
        if (Length - FrameHeader.ByteCount > _maxBodyBytes)
            throw new HashDbException(
                HashDbErrorCode.LimitExceeded,
                $"The message takes more than {_maxBodyBytes} bytes, which is the limit of one frame. Split it.");
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _current.AsMemory(_used);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _current.AsSpan(_used);
    }

    /// <summary>Keeps the memory until a further <see cref="Dispose"/>.</summary>
    public void AddReference() => Interlocked.Increment(ref _references);

    public void Dispose()
    {
        if (Interlocked.Decrement(ref _references) != 0)
            return;
        foreach ((byte[] bytes, _) in _full ?? [])
            ArrayPool<byte>.Shared.Return(bytes);
        _full = null;
        ArrayPool<byte>.Shared.Return(_current);
        _current = [];
        _used = 0;
    }

    private void Reserve(int sizeHint)
    {
        ObjectDisposedException.ThrowIf(_references <= 0, this);
        if (_current.Length - _used >= Math.Max(sizeHint, 1))
            return;
        byte[] next = ArrayPool<byte>.Shared.Rent(Math.Max(sizeHint, Math.Min(_current.Length * 2, MaxPieceBytes)));
        (_full ??= []).Add((_current, _used));
        _fullBytes += _used;
        _current = next;
        _used = 0;
    }
}
