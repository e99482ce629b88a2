using HashDb.Models;
using HashDb.Models.Training;
using HashDb.Storage.Log;

namespace HashDb.Storage.Intake;

/// <summary>A write on its way to the applier. Encoded, laid out and checksummed on the caller's thread.</summary>
/// <param name="write">The write.</param>
/// <param name="encodedWith">The model that gave its hashcodes; null when it has none.</param>
internal sealed class WriteRequest(LoggedWrite write, ModelFingerprint? encodedWith)
{
    private readonly TaskCompletionSource<int> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LoggedWrite Write { get; private set; } = write;

    public ModelFingerprint? EncodedWith { get; private set; } = encodedWith;

    public uint BodyChecksum { get; private set; } = write.ComputeChecksum();

    public uint[] VectorChecksums { get; } = write.ComputeVectorChecksums();

    /// <summary>Completes when the write is acknowledged, with <see cref="Affected"/>.</summary>
    public Task<int> Done => _done.Task;

    /// <summary>Row that the first stored record gets; set while its group is planned.</summary>
    public uint FirstRow { get; set; }

    /// <summary>Items replaced, deleted, or, of a learn operation, that moved a hyperplane.</summary>
    public int Affected { get; set; }

    /// <summary>What a learn operation is to learn, preprocessed; null for other operations.</summary>
    public StreamBatch? Items { get; set; }

    /// <summary>Puts the hashcodes of another model in the place of those that the write has.</summary>
    /// <exception cref="ArgumentException">The model cannot encode a vector; names the record.</exception>
    /// <exception cref="HashDbException">With the longer codes the write is larger than a log frame may be.</exception>
    public void EncodeWith(IHashModel model, ModelFingerprint fingerprint)
    {
        LoggedWrite again = Write.WithCodeBytes(model.GetHashcodeByteCount());
        try
        {
            WriteEncoder.Encode(model, again);
        }
        catch
        {
            again.Release();
            throw;
        }
        Write.Release();
        (Write, EncodedWith, BodyChecksum) = (again, fingerprint, again.ComputeChecksum());
    }

    public void Acknowledge() => _done.TrySetResult(Affected);

    public void Fail(Exception exception) => _done.TrySetException(exception);
}
