// The body of a long frame while it comes: pieces of pooled memory, each taken from the request memory when there are bytes for it.
// So a client that announces much and sends little holds little. For the reading loop of one connection.
using System.Buffers;

namespace HashDb.Server.Internal.Connections;

/// <param name="length">Bytes of the whole, head included.</param>
internal sealed class LargeBody(int length) : IDisposable
{
    /// <summary>Pieces grow with what has come, from 64 KiB to 1 MiB: a long body takes some eighty of them.</summary>
    private const int MinPieceBytes = 64 * 1024;
    private const int MaxPieceBytes = 1024 * 1024;

    private readonly List<(byte[] Bytes, int Length)> _pieces = [];
    private int _room;
    private long _filled;

    /// <summary>Bytes that have come.</summary>
    public long Filled => Volatile.Read(ref _filled);

    /// <summary>Bytes that fit without another piece.</summary>
    public int Room => _room;

    /// <summary>Length of the piece that must be added next; never more than is still to come.</summary>
    public int NextPieceBytes
    {
        get
        {
            int filled = (int)_filled;
            int grown = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)filled);
            return Math.Min(Math.Clamp(grown, MinPieceBytes, MaxPieceBytes), length - filled);
        }
    }

    public void AddPiece()
    {
        _room = NextPieceBytes;
        _pieces.Add((ArrayPool<byte>.Shared.Rent(_room), 0));
    }

    /// <summary>Copies bytes, of which no more are given than there is room for.</summary>
    public void Append(in ReadOnlySequence<byte> bytes)
    {
        (byte[] piece, int used) = _pieces[^1];
        int more = (int)bytes.Length;
        bytes.CopyTo(piece.AsSpan(used, more));
        _pieces[^1] = (piece, used + more);
        _room -= more;
        Volatile.Write(ref _filled, _filled + more);
    }

    /// <summary>All that has come.</summary>
    public ReadOnlySequence<byte> Whole()
    {
        Segment? first = null;
        Segment? last = null;
        foreach ((byte[] bytes, int used) in _pieces)
        {
            var next = new Segment(bytes.AsMemory(0, used), last);
            first ??= next;
            last = next;
        }
        return new ReadOnlySequence<byte>(first!, 0, last!, last!.Memory.Length);
    }

    public void Dispose()
    {
        foreach ((byte[] bytes, _) in _pieces)
            ArrayPool<byte>.Shared.Return(bytes);
        _pieces.Clear();
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? before)
        {
            Memory = memory;
            if (before is null)
                return;
            RunningIndex = before.RunningIndex + before.Memory.Length;
            before.Next = this;
        }
    }
}
