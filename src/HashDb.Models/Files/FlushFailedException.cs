namespace HashDb.Models.Files;

/// <summary>
/// The device did not take what was written to a file. Whoever depends on the file can no longer know what it holds, and must
/// not write on as if it did: trying again may succeed without the lost data.
/// </summary>
public sealed class FlushFailedException : IOException
{
    /// <summary>Makes an exception that names the file.</summary>
    /// <param name="path">The file or directory.</param>
    /// <param name="reason">What the system says.</param>
    /// <param name="error">The number of the system's error, as <see cref="Exception.HResult"/>.</param>
    public FlushFailedException(string path, string reason, int error)
        : base($"Cannot flush '{path}' to the device: {reason}.", error)
    {
    }
}
