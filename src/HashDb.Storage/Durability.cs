namespace HashDb.Storage;

/// <summary>What an acknowledged write has survived.</summary>
public enum DurabilityMode
{
    /// <summary>Acknowledged means flushed to the device: it survives a killed process and a loss of power.</summary>
    Always = 0,

    /// <summary>Acknowledged means handed to the operating system: it survives a killed process. Flushed at an interval.</summary>
    Interval = 1,

    /// <summary>As <see cref="Interval"/>, but flushed by checkpoints alone.</summary>
    None = 2,
}
