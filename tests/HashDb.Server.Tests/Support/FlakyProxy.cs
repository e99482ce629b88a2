using System.Net;
using System.Net.Sockets;

namespace HashDb.Server.Tests.Support;

/// <summary>Stands between a client and a server and cuts each connection after a random number of bytes, in either direction.</summary>
internal sealed class FlakyProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly IPEndPoint _target;
    private readonly Random _random;
    private readonly int _maxBytes;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _connections = [];
    private readonly Task _accepting;
    private int _cuts;

    /// <param name="target">The server.</param>
    /// <param name="seed">Of the numbers of bytes.</param>
    /// <param name="maxBytes">A connection lets through at most so many in one direction; 0 cuts none.</param>
    public FlakyProxy(IPEndPoint target, int seed, int maxBytes)
    {
        _target = target;
        _random = new Random(seed);
        _maxBytes = maxBytes;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public IPEndPoint EndPoint => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>Connections that were cut.</summary>
    public int Cuts => Volatile.Read(ref _cuts);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_connections).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
            _connections.Add(ForwardAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
    }

    private async Task ForwardAsync(TcpClient client)
    {
        long up;
        long down;
        lock (_random)
        {
            up = _maxBytes == 0 ? long.MaxValue : _random.Next(_maxBytes);
            down = _maxBytes == 0 ? long.MaxValue : _random.Next(_maxBytes);
        }
        using (client)
        using (var server = new TcpClient())
        {
            await server.ConnectAsync(_target, _stop.Token);
            await Task.WhenAny(
                CopyAsync(client.GetStream(), server.GetStream(), up), CopyAsync(server.GetStream(), client.GetStream(), down));
        }
    }

    private async Task CopyAsync(NetworkStream from, NetworkStream to, long budget)
    {
        byte[] buffer = new byte[4096];
        while (await from.ReadAsync(buffer, _stop.Token) is var read and > 0)
        {
            // What is within the budget still arrives: a request may reach the server although its answer does not come back.
            await to.WriteAsync(buffer.AsMemory(0, (int)Math.Min(read, budget)), _stop.Token);
            budget -= read;
            if (budget <= 0)
            {
                Interlocked.Increment(ref _cuts);
                return;
            }
        }
    }
}
