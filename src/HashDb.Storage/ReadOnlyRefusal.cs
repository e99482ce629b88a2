namespace HashDb.Storage;

/// <summary>The error of every write to a database that was opened for reading only.</summary>
internal static class ReadOnlyRefusal
{
    public static HashDbException Of(string what) => new(
        HashDbErrorCode.ReadOnly,
        $"The database of {what} was opened for reading only: nothing in it is written. "
        + $"Open it without {nameof(DatabaseOptions.ReadOnly)}.");

    /// <summary>What must be done to a medium before it can be read without being written.</summary>
    public static HashDbException TooMuchLog(string collection, long bytes) => new(
        HashDbErrorCode.LimitExceeded,
        $"Collection {collection} has {bytes} bytes in its log, which a database that is opened for reading only replays into memory; the "
        + $"limit is {StorageLimits.MaxReadOnlyLogBytes}. Open it once for writing, where its medium can be written, and close it.");
}
