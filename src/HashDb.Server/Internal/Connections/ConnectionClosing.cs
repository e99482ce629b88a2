namespace HashDb.Server.Internal.Connections;

/// <summary>Why the server ends a connection.</summary>
internal enum ConnectionClosing
{
    /// <summary>It does not.</summary>
    None,

    /// <summary>The server is stopping: what was asked for is answered, nothing more is read.</summary>
    Drain,

    /// <summary>The handshake did not come in time.</summary>
    HandshakeTimeout,

    /// <summary>A frame did not come to its end in time.</summary>
    FrameTimeout,

    /// <summary>Nothing came, and nothing was waited for.</summary>
    IdleTimeout,
}
