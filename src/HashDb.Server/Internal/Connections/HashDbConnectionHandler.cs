// Where Kestrel hands a connection over, after TLS when there is TLS.
using Microsoft.AspNetCore.Connections;

namespace HashDb.Server.Internal.Connections;

internal sealed class HashDbConnectionHandler(ServerContext server, ConnectionRegistry connections) : ConnectionHandler
{
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        var client = new ClientConnection(server, connection, connections.Places);
        server.Metrics.ConnectionAccepted();
        Log.ConnectionAccepted(server.Logger, connection.ConnectionId, connection.RemoteEndPoint);
        connections.Add(client);
        try
        {
            await client.RunAsync().ConfigureAwait(false);
        }
        finally
        {
            connections.Remove(client);
            Log.ConnectionEnded(server.Logger, connection.ConnectionId);
        }
    }
}
