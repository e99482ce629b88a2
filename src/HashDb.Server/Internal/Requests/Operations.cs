// Which operation answers which opcode. What is not here is answered with UnsupportedOperation.
using HashDb.Protocol;
using HashDb.Protocol.Messages;

namespace HashDb.Server.Internal.Requests;

internal static class Operations
{
    private static readonly ServerOperation?[] ByOpcode = Index(
    [
        new ServerOperation<EmptyMessage>(
            Opcode.Ping, "ping", static (request, _) => request.SendAsync(default(EmptyMessage))) { IsShort = true },
        .. ReadOperations.All,
        .. WriteOperations.All,
        .. LearningOperations.All,
        .. AdminOperations.All,
        .. GenerationOperations.All,
    ]);

    /// <summary>The operation of an opcode; null when this server does not know it.</summary>
    public static ServerOperation? Find(Opcode opcode) => (int)opcode < ByOpcode.Length ? ByOpcode[(int)opcode] : null;

    private static ServerOperation?[] Index(ServerOperation[] operations)
    {
        var byOpcode = new ServerOperation?[operations.Max(operation => (int)operation.Opcode) + 1];
        foreach (ServerOperation operation in operations)
            byOpcode[(int)operation.Opcode] = operation;
        return byOpcode;
    }
}
