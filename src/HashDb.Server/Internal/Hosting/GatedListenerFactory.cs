// Takes no more connections from the system than may be open at a time; the rest waits in its queue, where it costs no descriptor.
// Without this, a flood of connections that are all turned away took the descriptors that the database needs.
using System.Net;
using Microsoft.AspNetCore.Connections;

namespace HashDb.Server.Internal.Hosting;

internal sealed class GatedListenerFactory(IConnectionListenerFactory inner, Func<EndPoint, int> limitOf) : IConnectionListenerFactory
{
    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new Listener(await inner.BindAsync(endpoint, cancellationToken).ConfigureAwait(false), limitOf(endpoint));

    private sealed class Listener(IConnectionListener inner, int limit) : IConnectionListener
    {
        // Neither is disposed of: connections may outlive the listener, and both are nothing but memory.
        private readonly SemaphoreSlim _open = new(limit);
        private readonly CancellationTokenSource _unbound = new();

        public EndPoint EndPoint => inner.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            try
            {
                await _open.WaitAsync(_unbound.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return null;
            }
            ConnectionContext? connection = null;
            try
            {
                connection = await inner.AcceptAsync(cancellationToken).ConfigureAwait(false);
            }
            finally
            {
                if (connection is null)
                    _open.Release();
            }
            connection?.ConnectionClosed.UnsafeRegister(static open => ((SemaphoreSlim)open!).Release(), _open);
            return connection;
        }

        public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            await _unbound.CancelAsync().ConfigureAwait(false);
            await inner.UnbindAsync(cancellationToken).ConfigureAwait(false);
        }

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
