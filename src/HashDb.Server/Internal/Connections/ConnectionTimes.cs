// The clocks of one connection. They only note moments; the watch of all connections compares them now and then, because a timer
// for each frame would cost more than the frame.
//
// Threading: the reading loop notes, the watch reads; each moment is one word. All in milliseconds of the machine's clock.
namespace HashDb.Server.Internal.Connections;

internal sealed class ConnectionTimes(HashDbServerOptions options, long connected)
{
    private long _received = Environment.TickCount64;
    private long _frameStarted;
    private long _frameTaken;
    private bool _isGreeted;

    /// <summary>Notes that the handshake has come.</summary>
    public void EndHandshake() => Volatile.Write(ref _isGreeted, true);

    /// <summary>Notes that bytes have come.</summary>
    public void Received() => Volatile.Write(ref _received, Environment.TickCount64);

    /// <summary>Notes whether the client owes the rest of a frame. The time in which the server does not read does not count.</summary>
    public void SetFrameStarted(bool isStarted)
    {
        if (isStarted != (_frameStarted != 0))
            Volatile.Write(ref _frameStarted, isStarted ? Environment.TickCount64 : 0);
    }

    /// <summary>The server does not read for a while; a frame that was begun goes on with the time that it has left.</summary>
    public void PauseFrame()
    {
        _frameTaken = _frameStarted == 0 ? -1 : Environment.TickCount64 - _frameStarted;
        Volatile.Write(ref _frameStarted, 0);
    }

    /// <summary>The server reads on after <see cref="PauseFrame"/>.</summary>
    public void ResumeFrame()
    {
        if (_frameTaken >= 0)
            Volatile.Write(ref _frameStarted, Environment.TickCount64 - _frameTaken);
    }

    public bool HasSendTimedOut(long now, long flushStarted) =>
        flushStarted != 0 && now - flushStarted > options.SendTimeout.TotalMilliseconds;

    /// <summary>The time-out that has passed, if any.</summary>
    public ConnectionClosing FindDue(long now, int requestsInFlight)
    {
        if (!Volatile.Read(ref _isGreeted))
            return now - connected > options.HandshakeTimeout.TotalMilliseconds
                ? ConnectionClosing.HandshakeTimeout
                : ConnectionClosing.None;
        long frameStarted = Volatile.Read(ref _frameStarted);
        if (frameStarted != 0)
            return now - frameStarted > options.FrameTimeout.TotalMilliseconds ? ConnectionClosing.FrameTimeout : ConnectionClosing.None;
        bool isIdle = requestsInFlight == 0 && now - Volatile.Read(ref _received) > options.IdleTimeout.TotalMilliseconds;
        return isIdle ? ConnectionClosing.IdleTimeout : ConnectionClosing.None;
    }
}
