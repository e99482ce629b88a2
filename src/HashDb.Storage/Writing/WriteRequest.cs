using HashDb.Storage.Log;

namespace HashDb.Storage.Writing;

/// <summary>A write on its way to the applier. Encoded, laid out and checksummed on the caller's thread.</summary>
internal sealed class WriteRequest(LoggedWrite write)
{
    private readonly TaskCompletionSource<int> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LoggedWrite Write { get; } = write;

    public uint BodyChecksum { get; } = write.ComputeChecksum();

    public uint[] VectorChecksums { get; } = write.ComputeVectorChecksums();

    /// <summary>Completes when the write is acknowledged, with the number of items replaced or deleted.</summary>
    public Task<int> Done => _done.Task;

    /// <summary>Row that the first stored record gets; set while its group is planned.</summary>
    public uint FirstRow { get; set; }

    public int Affected { get; set; }

    public void Acknowledge() => _done.TrySetResult(Affected);

    public void Fail(Exception exception) => _done.TrySetException(exception);
}
