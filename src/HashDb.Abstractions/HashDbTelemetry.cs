namespace HashDb;

/// <summary>Names under which the client reports what it does, for those who subscribe to it.</summary>
public static class HashDbTelemetry
{
    /// <summary>Name of the <see cref="System.Diagnostics.Metrics.Meter"/>.</summary>
    public const string MeterName = "HashDb";

    /// <summary>Name of the <see cref="System.Diagnostics.ActivitySource"/>; one span an operation.</summary>
    public const string ActivitySourceName = "HashDb";

    /// <summary>Counter: operations that ended, by <c>db.operation.name</c>, <c>db.collection.name</c> and <c>error.type</c>.</summary>
    public const string OperationsName = "hashdb.client.operations";

    /// <summary>Histogram in seconds: time from the call to its end, by <c>db.operation.name</c> and <c>db.collection.name</c>.</summary>
    public const string OperationDurationName = "hashdb.client.operation.duration";

    /// <summary>Histogram: candidates that a query gathered, by <c>db.collection.name</c>.</summary>
    public const string QueryCandidatesName = "hashdb.client.query.candidates";

    /// <summary>Counter: records that imports have stored, by <c>db.collection.name</c>.</summary>
    public const string ImportedRecordsName = "hashdb.client.imported_records";
}
