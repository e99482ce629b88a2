namespace HashDb;

/// <summary>What went wrong, in a form that survives a network and can be switched on.</summary>
public enum HashDbErrorCode
{
    /// <summary>A fault without a code of its own.</summary>
    Unknown = 0,

    /// <summary>An id that is to be inserted is already stored.</summary>
    DuplicateId = 1,

    /// <summary>The named collection does not exist.</summary>
    CollectionNotFound = 2,

    /// <summary>A collection of that name exists already.</summary>
    CollectionExists = 3,

    /// <summary>The directory is not a HashDb database.</summary>
    DatabaseNotFound = 4,

    /// <summary>Another process (or another instance in this one) has the database open.</summary>
    DatabaseLocked = 5,

    /// <summary>No space is left on the device. Nothing of the refused write was kept; it can be tried again.</summary>
    DiskFull = 6,

    /// <summary>The directory or file cannot be written or read with the rights at hand.</summary>
    AccessDenied = 7,

    /// <summary>A flush failed earlier: the collection takes no more writes until it is opened again.</summary>
    Poisoned = 8,

    /// <summary>A file is damaged, or not of the kind it should be.</summary>
    CorruptData = 9,

    /// <summary>The file is of a newer format version than this build reads.</summary>
    UnsupportedVersion = 10,

    /// <summary>A limit of the database would be exceeded.</summary>
    LimitExceeded = 11,

    /// <summary>The database or collection was closed while the call was waiting.</summary>
    Closed = 12,

    /// <summary>A model file is of a kind for which no format is registered.</summary>
    UnknownModelKind = 13,

    /// <summary>An argument is not allowed; in this process it would be an <see cref="ArgumentException"/>.</summary>
    InvalidArgument = 14,

    /// <summary>What came over the connection is not a message of the protocol, or not one that may come now.</summary>
    ProtocolError = 15,

    /// <summary>The server wants a token, and none or a wrong one was given.</summary>
    Unauthenticated = 16,

    /// <summary>The token does not allow this operation.</summary>
    PermissionDenied = 17,

    /// <summary>The server has as much to do as it takes on; the call may be tried again later.</summary>
    Overloaded = 18,

    /// <summary>No answer came in time. A write without a stamp may or may not have happened.</summary>
    Timeout = 19,

    /// <summary>The connection broke and could not be made again in time.</summary>
    ConnectionLost = 20,

    /// <summary>This build, this kind of model or this collection does not know the operation.</summary>
    UnsupportedOperation = 21,

    /// <summary>
    /// A stamped write does not follow the last one of its client: what came before it is missing, or the client may be one that the
    /// collection has forgotten. Nothing of it was kept.
    /// </summary>
    WriteGap = 22,

    /// <summary>No previous generation was kept, so there is none to go back to.</summary>
    NoPreviousGeneration = 23,

    /// <summary>The call was cancelled; in this process it would be an <see cref="OperationCanceledException"/>.</summary>
    Cancelled = 24,

    /// <summary>Another generation is being built; one at a time.</summary>
    GenerationInProgress = 25,

    /// <summary>The operating system refused to read or write a file, for a reason without a code of its own.</summary>
    IoFailure = 26,

    /// <summary>The index in memory failed. Opening the database again builds it anew; nothing stored is lost.</summary>
    IndexFault = 27,

    /// <summary>A native library that was asked for is not on this machine.</summary>
    MissingLibrary = 28,

    /// <summary>The database was opened for reading only: it takes no write of any kind.</summary>
    ReadOnly = 29,

    /// <summary>
    /// A stamped write has numbers under which another write of its client was carried out. Nothing of it was kept.
    /// </summary>
    StampReused = 30,

    /// <summary>Two keys have the same hash of 64 bits. Nothing of the write was kept.</summary>
    KeyCollision = 31,
}
