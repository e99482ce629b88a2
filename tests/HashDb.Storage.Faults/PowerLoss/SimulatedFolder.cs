namespace HashDb.Storage.Faults.PowerLoss;

/// <summary>A folder: the names in it, and those that are on the device for certain. Values are files or folders.</summary>
internal sealed class SimulatedFolder
{
    public Dictionary<string, object> Names { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, object> DurableNames { get; } = new(StringComparer.Ordinal);
}
