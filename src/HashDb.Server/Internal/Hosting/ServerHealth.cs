namespace HashDb.Server.Internal.Hosting;

/// <summary>What the health endpoints say.</summary>
internal sealed class ServerHealth(DatabaseWatch watch)
{
    private volatile bool _isReady;

    /// <summary>True from when the server listens until it begins to stop.</summary>
    public bool IsReady
    {
        get => _isReady;
        set => _isReady = value;
    }

    /// <summary>Why clients are not served; null when they are.</summary>
    public string? Problem => !_isReady ? "stopping"
        : watch.Look() is not null ? "the database folder was removed or replaced"
        : null;
}
