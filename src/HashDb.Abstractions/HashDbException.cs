namespace HashDb;

/// <summary>
/// A fault of the system or of stored data. Mistakes of the caller throw the standard CLR exceptions instead
/// (<see cref="ArgumentException"/> and its kin).
/// </summary>
public class HashDbException : Exception
{
    /// <summary>Makes an exception with a code.</summary>
    public HashDbException(HashDbErrorCode code, string message, Exception? innerException = null, bool isTransient = false)
        : base(message, innerException)
    {
        Code = code;
        IsTransient = isTransient;
    }

    /// <summary>What went wrong.</summary>
    public HashDbErrorCode Code { get; }

    /// <summary>True when the same call may succeed later without a change to it.</summary>
    public bool IsTransient { get; }
}
