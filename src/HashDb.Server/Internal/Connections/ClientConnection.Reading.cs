// How a connection cuts frames out of its pipe. A body of up to ServerContext.SmallBytes is decoded where it lies in the pipe;
// a longer one takes its share of the request memory first and is then moved out of the pipe as it comes.
using System.Buffers;
using System.IO.Pipelines;
using System.Threading.RateLimiting;
using HashDb.Protocol;
using HashDb.Protocol.Messages;
using HashDb.Server.Internal.Requests;

namespace HashDb.Server.Internal.Connections;

internal sealed partial class ClientConnection
{
    /// <summary>Why the front of the buffer holds no frame that can be dispatched now.</summary>
    private enum Obstacle
    {
        /// <summary>More bytes must come.</summary>
        Incomplete,

        /// <summary>The next frame is a long one.</summary>
        LargeFrame,

        /// <summary>There is enough to do already.</summary>
        NoRoom,
    }

    private async ValueTask<bool> HandshakeAsync()
    {
        while (true)
        {
            ReadResult read = await _input.ReadAsync().ConfigureAwait(false);
            ReadOnlySequence<byte> buffer = read.Buffer;
            bool? isAccepted = null;
            try
            {
                ThrowIfClosing();
                if (FrameReader.TryRead(ref buffer, ProtocolLimits.MaxFrameBytesBeforeHello, hasChecksums: false, out Frame frame))
                    isAccepted = Greet(frame);
            }
            finally
            {
                _input.AdvanceTo(buffer.Start, isAccepted is null ? buffer.End : buffer.Start);
            }

            if (isAccepted is { } decided)
            {
                _times.EndHandshake();
                return decided;
            }

            if (read.IsCompleted)
                throw new IOException("The connection ended before its handshake.");
        }
    }

    private bool Greet(in Frame frame)
    {
        HelloAnswer answer;
        try
        {
            (answer, _scope) = Handshake.Answer(Server, frame);
        }
        catch (HashDbException fault)
        {
            Server.Metrics.HandshakeRefused(fault.Code);
            if (Server.MayLogClient())
                Log.HandshakeRefused(Server.Logger, _transport.ConnectionId, _transport.RemoteEndPoint, fault.Code);
            SendFault(fault is ProtocolException ? 0 : frame.Header.RequestId, Opcode.Hello, fault);
            return false;
        }

        // Sent before the features are in force, which is from the next frame on.
        Send(frame.Header.RequestId, Opcode.Hello, FrameFlags.Answer, answer);
        _features = answer.Features;
        return true;
    }

    private async Task ReadFramesAsync()
    {
        while (true)
        {
            ReadResult read = await _input.ReadAsync().ConfigureAwait(false);
            ReadOnlySequence<byte> buffer = read.Buffer;
            var obstacle = Obstacle.Incomplete;
            long rest;
            FrameHeader next = default;
            try
            {
                ThrowIfClosing();
                _times.Received();
                obstacle = DispatchFrames(ref buffer, out next);
            }
            finally
            {
                rest = buffer.Length;
                bool isWaiting = obstacle == Obstacle.Incomplete;
                _times.SetFrameStarted(isWaiting && rest > 0);
                _input.AdvanceTo(buffer.Start, isWaiting ? buffer.End : buffer.Start);
            }

            if (obstacle == Obstacle.LargeFrame)
                await ReadLargeFrameAsync(next).ConfigureAwait(false);
            else if (obstacle == Obstacle.NoRoom)
                await WaitForRoomAsync().ConfigureAwait(false);
            else if (read.IsCompleted && rest > 0)
                throw new ProtocolException($"The connection ended within a frame, after {rest} bytes of it.");
            else if (read.IsCompleted)
                return;
        }
    }

    /// <summary>Dispatches whole frames from the front of the buffer, and says what stopped it.</summary>
    private Obstacle DispatchFrames(ref ReadOnlySequence<byte> buffer, out FrameHeader next)
    {
        int maxBytes = Server.Options.MaxFrameBytes;
        while (FrameReader.TryPeekHeader(buffer, out next))
        {
            next.Check(maxBytes);
            if (next.Opcode != Opcode.Cancel && !(InFlight.HasRoom && Answers.HasRoom))
                return Obstacle.NoRoom;
            if (next.BodyBytes > ServerContext.SmallBytes)
                return Obstacle.LargeFrame;
            if (!FrameReader.TryRead(ref buffer, maxBytes, HasChecksums, out Frame frame))
                break;
            Dispatch(frame, leasedBytes: 0);
        }

        return Obstacle.Incomplete;
    }

    private async ValueTask ReadLargeFrameAsync(FrameHeader header)
    {
        // The body, and once more what is decoded from it.
        long share = 2L * header.BodyBytes;
        int length = FrameHeader.ByteCount + (int)header.BodyBytes;
        if (!await Server.Memory.TakeAsync(share, Server.Options.MemoryTimeout, _stopping.Token).ConfigureAwait(false))
        {
            await ReadBytesAsync(length, null).ConfigureAwait(false);
            HashDbException fault = Overload.OfMemory(share, Server.Options.MemoryTimeout);
            Server.Metrics.RequestRefused(fault.Code);
            SendFault(header.RequestId, header.Opcode, fault);
            return;
        }

        byte[] bytes = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            await ReadBytesAsync(length, bytes).ConfigureAwait(false);
            var whole = new ReadOnlySequence<byte>(bytes, 0, length);
            FrameReader.TryRead(ref whole, Server.Options.MaxFrameBytes, HasChecksums, out Frame frame);
            if (Dispatch(frame, share))
                share = 0;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
            if (share > 0)
                Server.Memory.Return(share);
        }
    }

    /// <summary>Moves bytes from the pipe into an array as they come, or into nothing.</summary>
    private async ValueTask ReadBytesAsync(int length, byte[]? target)
    {
        _times.SetFrameStarted(true);
        for (int filled = 0; filled < length;)
        {
            ReadResult read = await _input.ReadAsync().ConfigureAwait(false);
            _times.Received();
            ReadOnlySequence<byte> part = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, length - filled));
            if (target is not null)
                part.CopyTo(target.AsSpan(filled));
            filled += (int)part.Length;
            _input.AdvanceTo(part.End);
            ThrowIfClosing();
            if (read.IsCompleted && filled < length)
                throw new ProtocolException($"The connection ended within a frame, after {filled} of {length} bytes.");
        }

        _times.SetFrameStarted(false);
    }

    /// <summary>Hands a frame on, or answers why not.</summary>
    /// <returns>True when a request took the leased share over.</returns>
    private bool Dispatch(in Frame frame, long leasedBytes)
    {
        FrameHeader header = frame.Header;
        if (header.Flags != FrameFlags.None)
            throw new ProtocolException(
                $"A client sends requests; a frame of opcode {(int)header.Opcode} has the flags {(int)header.Flags}.");
        if (header.Opcode == Opcode.Cancel)
        {
            InFlight.Cancel(header.RequestId);
            return false;
        }

        if (header.Opcode == Opcode.Hello)
            throw new ProtocolException("A second handshake came; a connection has one.");
        if (header.RequestId == 0)
            throw new ProtocolException("The request id 0 belongs to no request.");
        ServerRequest request;
        try
        {
            request = Accept(frame, leasedBytes);
        }
        catch (Exception fault) when (fault is HashDbException or ArgumentException)
        {
            Server.Metrics.RequestRefused((fault as HashDbException)?.Code ?? HashDbErrorCode.InvalidArgument);
            SendFault(header.RequestId, header.Opcode, fault);
            return false;
        }

        InFlight.Add(request);
        if (request.IsOrdered)
            _writes.Add(request);
        else if (request.IsShort)
            _reads.Add(request);
        else
            ThreadPool.UnsafeQueueUserWorkItem(request, preferLocal: false);
        return true;
    }

    private ServerRequest Accept(in Frame frame, long leasedBytes)
    {
        Opcode opcode = frame.Header.Opcode;
        ServerOperation operation = Operations.Find(opcode)
            ?? throw new HashDbException(HashDbErrorCode.UnsupportedOperation, $"This server does not know the operation {(int)opcode}.");
        AccessScope required = opcode.RequiredScope();
        if (required > _scope)
            throw new HashDbException(
                HashDbErrorCode.PermissionDenied,
                $"The operation {opcode} needs the scope '{AccessToken.NameOf(required)}'; the token has '{AccessToken.NameOf(_scope)}'.");
        if (_rate is { } rate)
        {
            using RateLimitLease lease = rate.AttemptAcquire();
            if (!lease.IsAcquired)
                throw Overload.OfRate(Server.Options.MaxRequestsPerSecond);
        }

        return operation.Decode(this, frame, leasedBytes);
    }

    private async ValueTask WaitForRoomAsync()
    {
        await Answers.WaitForRoomAsync().WaitAsync(_stopping.Token).ConfigureAwait(false);
        await InFlight.WaitForRoomAsync().WaitAsync(_stopping.Token).ConfigureAwait(false);
    }

    /// <summary>Leaves the reading loop when the connection is to end.</summary>
    private void ThrowIfClosing()
    {
        HashDbServerOptions options = Server.Options;
        switch (Closing)
        {
            case ConnectionClosing.None:
                return;
            case ConnectionClosing.HandshakeTimeout:
                throw TimedOut($"No handshake came within {options.HandshakeTimeout}.");
            case ConnectionClosing.FrameTimeout:
                throw TimedOut($"A frame that was begun did not end within {options.FrameTimeout}.");
            case ConnectionClosing.IdleTimeout:
                throw TimedOut($"Nothing came for {options.IdleTimeout}.");
            default:
                throw new OperationCanceledException("The server is stopping.");
        }
    }

    private static HashDbException TimedOut(string message) => new(HashDbErrorCode.Timeout, message, isTransient: true);
}
