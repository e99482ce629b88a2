using System.Net;
using Microsoft.AspNetCore.Connections;

namespace HashDb.Server.Internal.Connections;

/// <summary>The place of one connection among all, from its first moment on. Guarded by the places that it is one of.</summary>
internal sealed class ConnectionPlace(ConnectionContext connection, IPAddress address)
{
    /// <summary>Where a connection keeps its place.</summary>
    public static object Key { get; } = new();

    public ConnectionContext Connection { get; } = connection;

    public IPAddress Address { get; } = address;

    /// <summary>Milliseconds of the machine's clock.</summary>
    public long Entered { get; } = Environment.TickCount64;

    /// <summary>Among those of its address that have not shown who they are; null when it has, or has left.</summary>
    public LinkedListNode<ConnectionPlace>? Pending { get; set; }

    public bool HasLeft { get; set; }
}
