namespace HashDb.MessagePack;

/// <summary>
/// The bytes are not what was expected there: truncated, malformed, of another type, out of range or beyond a limit.
/// The only exception that the reader throws because of its input.
/// </summary>
public class MessagePackSerializationException : Exception
{
    /// <summary>Makes an exception without a message.</summary>
    public MessagePackSerializationException()
    {
    }

    /// <summary>Makes an exception with a message.</summary>
    public MessagePackSerializationException(string? message)
        : base(message)
    {
    }

    /// <summary>Makes an exception with a message and a cause.</summary>
    public MessagePackSerializationException(string? message, Exception? inner)
        : base(message, inner)
    {
    }
}
