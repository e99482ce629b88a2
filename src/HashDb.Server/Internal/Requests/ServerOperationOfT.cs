using HashDb.Protocol;
using HashDb.Protocol.Messages;
using HashDb.Server.Internal.Connections;

namespace HashDb.Server.Internal.Requests;

/// <summary>The operation of an opcode with its message.</summary>
internal sealed class ServerOperation<T>(Opcode opcode, string name, Func<ServerRequest, T, ValueTask> run) : ServerOperation(opcode, name)
    where T : IMessage<T>
{
    public Func<ServerRequest, T, ValueTask> Run { get; } = run;

    public override ServerRequest Decode(ClientConnection connection, in Frame frame, MemoryShare share) =>
        new ServerRequest<T>(connection, frame.Header, this, MessageCodec.Read<T>(frame.Body), share);
}
