namespace HashDb;

/// <summary>
/// An import ended early. What was acknowledged before stays stored; the cause is the inner exception, and its code, when it
/// has one, is the code of this.
/// </summary>
public sealed class ImportException : HashDbException
{
    /// <summary>Makes an exception that says what is stored.</summary>
    /// <param name="acknowledgedRecords">Records at the start of the stream that were acknowledged.</param>
    /// <param name="failedRecords">Records of the refused batch, which follow directly; 0 when the source failed.</param>
    /// <param name="innerException">The cause.</param>
    public ImportException(long acknowledgedRecords, int failedRecords, Exception innerException)
        : base(
            CodeOf(innerException),
            Describe(acknowledgedRecords, failedRecords, innerException),
            innerException,
            (innerException as HashDbException)?.IsTransient ?? false)
    {
        AcknowledgedRecords = acknowledgedRecords;
        FailedRecords = failedRecords;
    }

    /// <summary>Records at the start of the stream that were acknowledged and are stored.</summary>
    public long AcknowledgedRecords { get; }

    /// <summary>Records of the refused batch, which follow the acknowledged ones directly; 0 when the source failed.</summary>
    public int FailedRecords { get; }

    private static HashDbErrorCode CodeOf(Exception cause) => cause switch
    {
        HashDbException known => known.Code,
        ArgumentException => HashDbErrorCode.InvalidArgument,
        _ => HashDbErrorCode.Unknown,
    };

    private static string Describe(long acknowledged, int failed, Exception cause)
    {
        ArgumentNullException.ThrowIfNull(cause);
        string place = failed > 0
            ? $"The batch of records {acknowledged} to {acknowledged + failed - 1} was refused: {cause.Message}"
            : $"The records could not be read on: {cause.Message}";
        return $"{place} The {acknowledged} records before are stored, and none after them.";
    }
}
