// Counts connections before anything is done for them, a TLS handshake included.
using HashDb.Protocol;
using HashDb.Protocol.Messages;
using HashDb.Server.Internal.Requests;
using Microsoft.AspNetCore.Connections;

namespace HashDb.Server.Internal.Connections;

internal static class ConnectionLimit
{
    public static ConnectionDelegate Apply(ConnectionDelegate next, ServerContext server, ConnectionRegistry connections, bool isPlain) =>
        async connection =>
    {
        if (connections.Places.TryEnter(connection) is not { } place)
        {
            server.Metrics.ConnectionRefused();
            if (server.MayLogClient())
                Log.TooManyConnections(server.Logger, connection.RemoteEndPoint, server.Options.MaxConnections);
            if (isPlain)
                await TellAsync(connection, server.Options.MaxConnections).ConfigureAwait(false);
            return;
        }

        connection.Items[ConnectionPlace.Key] = place;
        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            connections.Places.Leave(place);
        }
    };

    // The error fits any socket's buffer, so this waits for nobody.
    private static async Task TellAsync(ConnectionContext connection, int limit)
    {
        FrameWriter.Write(
            connection.Transport.Output, 0, Opcode.Hello, FrameFlags.Answer | FrameFlags.Error, ErrorMessage.FromException(
                Overload.OfConnections(limit)), hasChecksums: false);
        await connection.Transport.Output.FlushAsync().ConfigureAwait(false);
    }
}
