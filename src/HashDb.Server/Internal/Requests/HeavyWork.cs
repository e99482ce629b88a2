namespace HashDb.Server.Internal.Requests;

/// <summary>The place of a request that does what takes a core for long; disposing of it lets the next one in.</summary>
internal sealed class HeavyWork(SemaphoreSlim connection, SemaphoreSlim server) : IDisposable
{
    private int _isOver;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isOver, 1) != 0)
            return;
        server.Release();
        connection.Release();
    }
}
