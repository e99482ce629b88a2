using HashDb.Protocol;
using HashDb.Protocol.Messages;
using HashDb.Server.Internal.Connections;

namespace HashDb.Server.Internal.Requests;

/// <summary>What the server does for one opcode.</summary>
internal abstract class ServerOperation(Opcode opcode, string name)
{
    public Opcode Opcode { get; } = opcode;

    /// <summary>Name in metrics and logs: the one that the client uses for the same call.</summary>
    public string Name { get; } = name;

    /// <summary>True when requests of one connection are started in the order of their arrival, one after another.</summary>
    public bool IsOrdered { get; init; }

    /// <summary>True when it takes about as long as one search: then the connections take turns (<see cref="ReadScheduler"/>).</summary>
    public bool IsShort { get; init; }

    /// <summary>True when a request goes on until it is cancelled.</summary>
    public bool IsEndless { get; init; }

    /// <summary>Decodes the body of a frame. Everything is copied, the frame may go.</summary>
    /// <exception cref="ProtocolException">The body is not such a message.</exception>
    /// <exception cref="ArgumentException">It holds more than the database takes at once.</exception>
    public abstract ServerRequest Decode(ClientConnection connection, in Frame frame, MemoryShare share);
}
