// The way out of a connection: frames of answers, written one after another by whoever finds no one writing.
//
// Invariants:
//  - one thread at a time writes to the pipe; answers that end meanwhile are queued and go out with the next flush;
//  - the queue holds about MaxQueuedBytes and one frame more: who finds it full waits in the slow lane, one at a time, before it
//    encodes, so a client that does not read cannot make the server buffer its answers;
//  - a frame is disposed of exactly once, sent or not.
//
// Threading: all members from any thread.
using System.IO.Pipelines;
using HashDb.Protocol;
using HashDb.Protocol.Messages;

namespace HashDb.Server.Internal.Connections;

internal sealed class AnswerQueue(PipeWriter output)
{
    /// <summary>256 KiB: several hundred answers of a search, and nothing against the memory of a thousand connections.</summary>
    public const int MaxQueuedBytes = 256 * 1024;

    /// <summary>64 KiB between flushes: the send time-out counts from one to the next, so that a slow but living client passes.</summary>
    private const int FlushBytes = 64 * 1024;

    private readonly Lock _gate = new();
    private readonly Queue<FrameBuffer> _frames = new();
    private TaskCompletionSource? _room;
    private TaskCompletionSource? _drained;
    private long _queuedBytes;
    private long _flushStarted;
    private long _flushedBytes;
    private bool _isWriting;
    private bool _isClosed;

    /// <summary>When the flush that now waits for the client began, in milliseconds of the machine's clock; 0 when none waits.</summary>
    public long FlushStarted => Volatile.Read(ref _flushStarted);

    /// <summary>False when enough is queued that nothing more should be asked for.</summary>
    public bool HasRoom => Volatile.Read(ref _queuedBytes) < MaxQueuedBytes;

    /// <summary>Bytes that the transport has taken so far.</summary>
    public long FlushedBytes => Volatile.Read(ref _flushedBytes);

    /// <summary>Who finds no room holds this while waiting for it and encoding: one at a time.</summary>
    public SemaphoreSlim SlowLane { get; } = new(1);

    /// <summary>Queues a sealed frame and sees to its sending. Takes the frame over, also when the connection is closed.</summary>
    public void Enqueue(FrameBuffer frame)
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                frame.Dispose();
                return;
            }

            _frames.Enqueue(frame);
            _queuedBytes += frame.Length;
            if (_isWriting)
                return;
            _isWriting = true;
        }

        _ = WriteAsync();
    }

    /// <summary>Waits until there is room for another frame. Returns also when the connection is closed.</summary>
    public Task WaitForRoomAsync()
    {
        lock (_gate)
        {
            if (_isClosed || HasRoom)
                return Task.CompletedTask;
            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task;
        }
    }

    /// <summary>Waits until everything queued has been handed to the transport, or the connection is closed.</summary>
    public Task DrainAsync()
    {
        lock (_gate)
        {
            if (!_isWriting)
                return Task.CompletedTask;
            _drained ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _drained.Task;
        }
    }

    /// <summary>Drops what is queued and all that comes.</summary>
    public void Close()
    {
        lock (_gate)
        {
            _isClosed = true;
            while (_frames.TryDequeue(out FrameBuffer? frame))
                frame.Dispose();
            _queuedBytes = 0;
            _room?.SetResult();
            _room = null;
        }
    }

    private async Task WriteAsync()
    {
        try
        {
            long unflushed = 0;
            while (TryDequeue(unflushed, out FrameBuffer? frame))
            {
                if (frame is null)
                {
                    await FlushAsync(unflushed).ConfigureAwait(false);
                    unflushed = 0;
                    continue;
                }

                using (frame)
                {
                    for (int i = 0; i < frame.PieceCount; i++)
                    {
                        ReadOnlyMemory<byte> piece = frame.Piece(i);
                        while (piece.Length > 0)
                        {
                            int length = Math.Min(piece.Length, FlushBytes);
                            CopyTo(piece.Span[..length]);
                            piece = piece[length..];
                            unflushed += length;
                            if (unflushed < FlushBytes)
                                continue;
                            await FlushAsync(unflushed).ConfigureAwait(false);
                            unflushed = 0;
                        }
                    }
                }
            }
        }
#pragma warning disable CA1031 // Whatever the transport throws means that the client is gone; the reading side reports it.
        catch (Exception)
#pragma warning restore CA1031
        {
            Close();
            EndWriting();
        }
    }

    // Takes the next frame; null for "flush now", false when all is written and flushed.
    private bool TryDequeue(long unflushed, out FrameBuffer? frame)
    {
        lock (_gate)
        {
            if (_frames.TryDequeue(out frame))
            {
                _queuedBytes -= frame.Length;
                if (HasRoom && _room is { } room)
                {
                    _room = null;
                    room.SetResult();
                }

                return true;
            }

            if (unflushed > 0)
                return true;
            _isWriting = false;
            _drained?.SetResult();
            _drained = null;
            return false;
        }
    }

    private void EndWriting()
    {
        lock (_gate)
        {
            _isWriting = false;
            _drained?.SetResult();
            _drained = null;
        }
    }

    private void CopyTo(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(output.GetSpan(bytes.Length));
        output.Advance(bytes.Length);
    }

    private async ValueTask FlushAsync(long bytes)
    {
        ValueTask<FlushResult> flushing = output.FlushAsync();
        if (!flushing.IsCompletedSuccessfully)
            Volatile.Write(ref _flushStarted, Environment.TickCount64);
        FlushResult result = await flushing.ConfigureAwait(false);
        Volatile.Write(ref _flushStarted, 0);
        Interlocked.Add(ref _flushedBytes, bytes);
        if (result.IsCompleted)
            throw new IOException("The client takes no more.");
    }
}
