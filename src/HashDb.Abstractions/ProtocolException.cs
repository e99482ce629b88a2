namespace HashDb;

/// <summary>
/// What came over the connection is not a sound frame or message: malformed, cut off, beyond a limit, or not allowed at this
/// point. Its code is <see cref="HashDbErrorCode.ProtocolError"/>.
/// </summary>
public sealed class ProtocolException : HashDbException
{
    /// <summary>Makes an exception that says what was expected and what came.</summary>
    public ProtocolException(string message, Exception? innerException = null)
        : base(HashDbErrorCode.ProtocolError, message, innerException)
    {
    }
}
