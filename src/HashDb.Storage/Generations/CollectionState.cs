// What a search needs, as one object: records, hashcodes, posting tables and the model that made them. Replaced as a whole when
// a generation is switched; a search holds a lease on the one it began with, so it sees exactly one generation, and files are
// closed only when the last lease is gone.
using HashDb.Models;
using HashDb.Storage.Postings;
using HashDb.Storage.Records;

namespace HashDb.Storage.Generations;

internal sealed class CollectionState
{
    private long _rowCount;
    private int _leases = 1;

    public CollectionState(IHashModel model, ModelFingerprint fingerprint, uint generation, StoredFiles files, PostingTables postings, long rowCount)
    {
        Model = model;
        Fingerprint = fingerprint;
        Generation = generation;
        Files = files;
        Postings = postings;
        _rowCount = rowCount;
    }

    public IHashModel Model { get; }

    public ModelFingerprint Fingerprint { get; }

    public uint Generation { get; }

    public StoredFiles Files { get; }

    public RecordStore Records => Files.Records;

    public CodeStore Codes => Files.Codes;

    public PostingTables Postings { get; }

    public PostingShape Shape => Postings.Shape;

    /// <summary>Rows that may be looked at, dead ones included. Published after everything that belongs to them.</summary>
    public uint RowCount => (uint)Volatile.Read(ref _rowCount);

    public long LiveCount => RowCount - Records.Dead.Count;

    public void Publish(long rowCount) => Volatile.Write(ref _rowCount, rowCount);

    /// <summary>The same files under newly built posting tables.</summary>
    public CollectionState WithPostings(PostingTables postings)
    {
        Files.AddUser();
        return new CollectionState(Model, Fingerprint, Generation, Files, postings, RowCount);
    }

    /// <summary>Takes a lease; false when the state is retired and drained.</summary>
    public bool TryAcquire()
    {
        int leases = Volatile.Read(ref _leases);
        while (leases > 0)
        {
            int seen = Interlocked.CompareExchange(ref _leases, leases + 1, leases);
            if (seen == leases)
                return true;
            leases = seen;
        }
        return false;
    }

    /// <summary>Gives a lease back. The owner's, given back when the state is replaced, is the last but for searches under way.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _leases) > 0)
            return;
        Postings.Dispose();
        Files.RemoveUser();
    }
}
