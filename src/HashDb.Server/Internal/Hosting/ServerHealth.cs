namespace HashDb.Server.Internal.Hosting;

/// <summary>What the health endpoints say.</summary>
internal sealed class ServerHealth
{
    private volatile bool _isReady;

    /// <summary>True from when the server listens until it begins to stop.</summary>
    public bool IsReady
    {
        get => _isReady;
        set => _isReady = value;
    }
}
