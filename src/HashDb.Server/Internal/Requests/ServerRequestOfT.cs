using HashDb.Protocol;
using HashDb.Protocol.Messages;
using HashDb.Server.Internal.Connections;

namespace HashDb.Server.Internal.Requests;

/// <summary>A request with its decoded message.</summary>
internal sealed class ServerRequest<T>(
    ClientConnection connection, in FrameHeader header, ServerOperation<T> operation, T message, MemoryShare share)
    : ServerRequest(connection, header, operation, share)
    where T : IMessage<T>
{
    protected override ValueTask InvokeAsync() => operation.Run(this, message);

    protected override void ReleaseMessage() => (message as IDisposable)?.Dispose();
}
