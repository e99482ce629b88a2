namespace HashDb.Storage.Faults.Failing;

/// <summary>Error numbers of Linux, by their names there.</summary>
internal enum CallError
{
    /// <summary>A signal came: not a failure, the call is made again.</summary>
    EINTR = 4,

    /// <summary>The device does not work.</summary>
    EIO = 5,

    /// <summary>The process has too many files open.</summary>
    EMFILE = 24,

    /// <summary>The device is full.</summary>
    ENOSPC = 28,

    /// <summary>The file system is read-only now.</summary>
    EROFS = 30,

    /// <summary>The owner's share of the device is full.</summary>
    EDQUOT = 122,
}
