namespace HashDb.Protocol;

/// <summary>Which exception an error becomes at the client. A kind that a client does not know is a <see cref="Fault"/>.</summary>
internal enum ErrorKind
{
    /// <summary><see cref="HashDbException"/>, or <see cref="ProtocolException"/> by its code.</summary>
    Fault = 0,

    /// <summary><see cref="ArgumentException"/>.</summary>
    Argument = 1,

    /// <summary><see cref="ArgumentNullException"/>.</summary>
    ArgumentNull = 2,

    /// <summary><see cref="ArgumentOutOfRangeException"/>.</summary>
    ArgumentOutOfRange = 3,

    /// <summary><see cref="CorruptDataException"/>; the message is its detail, without the place.</summary>
    CorruptData = 4,

    /// <summary><see cref="OperationCanceledException"/>.</summary>
    Cancelled = 5,
}
