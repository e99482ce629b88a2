namespace HashDb.Client;

/// <summary>
/// An import ended early. What was acknowledged before stays stored; the cause is the inner exception, and its code, when it
/// has one, is the code of this.
/// </summary>
public sealed class ImportException : HashDbException
{
    /// <summary>Makes an exception that says what is stored.</summary>
    /// <param name="acknowledgedRecords">Records at the start of the stream that were acknowledged.</param>
    /// <param name="failedRecords">Records of the refused batch, which follow directly; 0 when the source failed.</param>
    /// <param name="storedBeyond">Records after those that were on their way and are stored all the same.</param>
    /// <param name="innerException">The cause.</param>
    public ImportException(long acknowledgedRecords, int failedRecords, long storedBeyond, Exception innerException)
        : base(
            (innerException as HashDbException)?.Code ?? HashDbErrorCode.Unknown,
            Describe(acknowledgedRecords, failedRecords, storedBeyond, innerException),
            innerException,
            (innerException as HashDbException)?.IsTransient ?? false)
    {
        AcknowledgedRecords = acknowledgedRecords;
        FailedRecords = failedRecords;
        StoredBeyond = storedBeyond;
    }

    /// <summary>Records at the start of the stream that were acknowledged and are stored.</summary>
    public long AcknowledgedRecords { get; }

    /// <summary>Records of the refused batch, which follow the acknowledged ones directly; 0 when the source failed.</summary>
    public int FailedRecords { get; }

    /// <summary>Records after the refused batch that were on their way already and are stored all the same.</summary>
    public long StoredBeyond { get; }

    private static string Describe(long acknowledged, int failed, long storedBeyond, Exception cause)
    {
        ArgumentNullException.ThrowIfNull(cause);
        string place = failed > 0
            ? $"The batch of records {acknowledged} to {acknowledged + failed - 1} was refused: {cause.Message}"
            : $"The records could not be read on: {cause.Message}";
        string beyond = storedBeyond > 0
            ? $" The {storedBeyond} records from {acknowledged + failed} on were on their way already and are stored too."
            : "";
        return $"{place} The {acknowledged} records before are stored.{beyond}";
    }
}
