// How a connection cuts frames out of its pipe. A body of up to ServerContext.SmallBytes is decoded where it lies in the pipe; a
// longer one is moved out of the pipe as it comes, and takes its share of the request memory meanwhile.
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

        // Its place was given to another while it was looked at.
        if (!_places.Authenticate(_place))
            return false;

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
                // The time is one frame's: after whole ones it begins anew.
                if (rest < read.Buffer.Length)
                    _times.SetFrameStarted(false);
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
            Dispatch(frame);
        }

        return Obstacle.Incomplete;
    }

    private async ValueTask ReadLargeFrameAsync(FrameHeader header)
    {
        // From the head alone, before memory is taken: what a client may not do, it may not do with much memory either.
        ServerOperation? operation = Admit(header);

        // The body, and once more what is decoded from it.
        using MemoryShare share = Server.Memory.Open(_memory, goal: 2L * header.BodyBytes);
        int length = FrameHeader.ByteCount + (int)header.BodyBytes;
        using var body = new LargeBody(length);
        share.BeginTransfer(isBody: true, () => body.Filled, _input.CancelPendingRead);
        bool isHeld = operation is not null;
        _times.SetFrameStarted(true);
        for (int come = 0; come < length;)
        {
            ReadResult read = await _input.ReadAsync().ConfigureAwait(false);
            _times.Received();
            ReadOnlySequence<byte> part = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, length - come));
            isHeld = isHeld && await TryHoldAsync(part, body, share).ConfigureAwait(false);
            if (!isHeld)
            {
                body.Dispose();
                share.Dispose();
            }
            come += (int)part.Length;
            _input.AdvanceTo(part.End);
            ThrowIfClosing();
            if (read.IsCompleted && come < length)
                throw new ProtocolException($"The connection ended within a frame, after {come} of {length} bytes.");
        }

        _times.SetFrameStarted(false);
        share.EndTransfer();
        if (isHeld)
            Deliver(operation!, body, share);
        else if (operation is not null)
            Refuse(header, Overload.OfMemory(share.Goal, Server.Options.MemoryTimeout));
    }

    /// <summary>Moves bytes out of the pipe, taking memory for them as they come.</summary>
    /// <returns>False when there was no memory in time, or it was taken back.</returns>
    private async ValueTask<bool> TryHoldAsync(ReadOnlySequence<byte> part, LargeBody body, MemoryShare share)
    {
        while (part.Length > 0)
        {
            if (body.Room == 0)
            {
                _times.PauseFrame();
                long bytes = Math.Min(2L * body.NextPieceBytes, share.Goal - share.Bytes);
                bool isTaken = await share.TakeAsync(bytes, Server.Options.MemoryTimeout, _stopping.Token)
                    .ConfigureAwait(false);
                _times.ResumeFrame();
                if (!isTaken)
                    return false;
                body.AddPiece();
            }

            ReadOnlySequence<byte> now = part.Slice(0, Math.Min(part.Length, body.Room));
            body.Append(now);
            part = part.Slice(now.End);
        }

        return !share.IsRevoked;
    }

    private void Deliver(ServerOperation operation, LargeBody body, MemoryShare share)
    {
        ReadOnlySequence<byte> whole = body.Whole();
        FrameReader.TryRead(ref whole, Server.Options.MaxFrameBytes, HasChecksums, out Frame frame);
        MemoryShare decoded = Server.Memory.Open(_memory);
        share.MoveTo(decoded, share.Bytes / 2);
        bool isTaken = false;
        try
        {
            isTaken = Decode(operation, frame, decoded);
        }
        finally
        {
            // Also when the connection cannot go on: what is not given back here never is.
            if (!isTaken)
                decoded.Dispose();
        }
    }

    /// <summary>Hands a frame that was read on, or answers why not.</summary>
    private void Dispatch(in Frame frame)
    {
        if (frame.Header.Opcode == Opcode.Cancel && frame.Header.Flags == FrameFlags.None)
        {
            InFlight.Cancel(frame.Header.RequestId);
            return;
        }

        MemoryShare share = Server.Memory.Open(_memory);
        if (Admit(frame.Header) is { } operation)
            Decode(operation, frame, share);
    }

    /// <summary>Decides from the head of a frame whether it is looked at.</summary>
    /// <returns>What it asks for; null when it was answered with a refusal.</returns>
    /// <exception cref="ProtocolException">The connection cannot go on.</exception>
    private ServerOperation? Admit(in FrameHeader header)
    {
        if (header.Flags != FrameFlags.None)
            throw new ProtocolException(
                $"A client sends requests; a frame of opcode {(int)header.Opcode} has the flags {(int)header.Flags}.");
        if (header.Opcode == Opcode.Cancel)
            throw new ProtocolException($"A cancellation has an empty body, not one of {header.BodyBytes} bytes.");
        if (header.Opcode == Opcode.Hello)
            throw new ProtocolException("A second handshake came; a connection has one.");
        if (header.RequestId == 0)
            throw new ProtocolException("The request id 0 belongs to no request.");
        HashDbException? refusal = FindRefusal(header.Opcode, out ServerOperation? operation);
        if (refusal is null)
            return operation;
        Refuse(header, refusal);
        return null;
    }

    private HashDbException? FindRefusal(Opcode opcode, out ServerOperation? operation)
    {
        operation = Operations.Find(opcode);
        if (operation is null)
            return new HashDbException(HashDbErrorCode.UnsupportedOperation, $"This server does not know the operation {(int)opcode}.");
        AccessScope required = opcode.RequiredScope();
        if (required > _scope)
            return new HashDbException(
                HashDbErrorCode.PermissionDenied,
                $"The operation {opcode} needs the scope '{AccessToken.NameOf(required)}'; the token has '{AccessToken.NameOf(_scope)}'.");
        using RateLimitLease? lease = _rate?.AttemptAcquire();
        return lease is { IsAcquired: false } ? Overload.OfRate(Server.Options.MaxRequestsPerSecond) : null;
    }

    private void Refuse(in FrameHeader header, Exception fault)
    {
        Server.Metrics.RequestRefused((fault as HashDbException)?.Code ?? HashDbErrorCode.InvalidArgument);
        SendFault(header.RequestId, header.Opcode, fault);
    }

    /// <returns>True when a request took the share over.</returns>
    private bool Decode(ServerOperation operation, in Frame frame, MemoryShare share)
    {
        ServerRequest request;
        try
        {
            request = operation.Decode(this, frame, share);
        }
        catch (Exception fault) when (fault is HashDbException or ArgumentException)
        {
            Refuse(frame.Header, fault);
            return false;
        }

        try
        {
            InFlight.Add(request);
        }
        catch
        {
            request.Abandon();
            throw;
        }

        if (request.IsOrdered)
            _writes.Add(request);
        else if (request.IsShort)
            _reads.Add(request);
        else
            ThreadPool.UnsafeQueueUserWorkItem(request, preferLocal: false);
        return true;
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
