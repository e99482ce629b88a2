using System.Buffers;
using HashDb.Models;
using HashDb.Models.Training;
using HashDb.Storage.Log;

namespace HashDb.Storage.Intake;

/// <summary>A write on its way to the commit loop. Encoded, laid out and checksummed on the caller's thread.</summary>
internal sealed class WriteRequest
{
    private readonly TaskCompletionSource<int> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly uint[] _vectorChecksums;

    public WriteRequest(LogFrame write, ModelFingerprint? encodedWith)
    {
        Write = write;
        EncodedWith = encodedWith;
        _vectorChecksums = write is StoreFrame ? ArrayPool<uint>.Shared.Rent(write.Count) : [];
        BodyChecksum = write.ComputeChecksums(_vectorChecksums);
    }

    public LogFrame Write { get; private set; }

    /// <summary>The write, when it stores rows; otherwise null.</summary>
    public StoreFrame? Store => Write as StoreFrame;

    public ModelFingerprint? EncodedWith { get; private set; }

    public uint BodyChecksum { get; private set; }

    public ReadOnlySpan<uint> VectorChecksums => _vectorChecksums.AsSpan(0, Store?.Count ?? 0);

    /// <summary>Completes when the write is acknowledged, with <see cref="Affected"/>.</summary>
    public Task<int> Done => _done.Task;

    /// <summary>Row that the first stored record gets; set while its group is planned.</summary>
    public uint FirstRow { get; set; }

    /// <summary>Items replaced, deleted, or, of a learn operation, that moved a hyperplane.</summary>
    public int Affected { get; set; }

    /// <summary>
    /// Log sequence numbers of the versions that it was made from, one for each item: it is refused with a
    /// <see cref="Commit.StaleWriteException"/> when another one is stored. Null when it depends on none.
    /// </summary>
    public long[]? Expected { get; init; }

    /// <summary>What a learn operation is to learn, preprocessed; null for other operations.</summary>
    public StreamBatch? Items { get; set; }

    /// <summary>Puts the hashcodes of another model in the place of those that the write has.</summary>
    /// <exception cref="ArgumentException">The model cannot encode a vector; names the record.</exception>
    /// <exception cref="HashDbException">With the longer codes the write is larger than a log frame may be.</exception>
    public void EncodeWith(IHashModel model, ModelFingerprint fingerprint)
    {
        StoreFrame again = Store!.WithCodeBytes(model.GetHashcodeByteCount());
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

    /// <summary>Gives the memory of the write back, when its group has ended.</summary>
    public void Release()
    {
        if (_vectorChecksums.Length > 0)
            ArrayPool<uint>.Shared.Return(_vectorChecksums);
        Write.Release();
    }

    public void Acknowledge() => _done.TrySetResult(Affected);

    public void Fail(Exception exception) => _done.TrySetException(exception);
}
