// What a search needs, as one object: records, hashcodes, posting tables, sketches and the model that made them. Replaced as a whole when
// a generation is switched; a search holds a lease on the one it began with, so it sees exactly one generation, and files are
// closed only when the last lease is gone.
using HashDb.Models;
using HashDb.Storage.Index;
using HashDb.Storage.Records;
using HashDb.Storage.Sketches;

namespace HashDb.Storage.Snapshot;

internal sealed class CollectionState
{
    /// <summary>Leases taken so far are counted above the leases held now, so that both change in one step.</summary>
    private const long OneTaken = 1L << 32;

    private long _rowCount;
    private Counts _counts;
    private long _leases = 1;

    /// <summary>Takes over one user of each set of files.</summary>
    public CollectionState(
        IHashModel model, ModelFingerprint fingerprint, uint generation, SharedFiles<RecordStore> recordFiles,
        SharedFiles<CodeStore> codeFiles, PostingTables postings, SharedFiles<SketchIndex>? sketchFiles, long rowCount)
    {
        Model = model;
        Fingerprint = fingerprint;
        Generation = generation;
        RecordFiles = recordFiles;
        CodeFiles = codeFiles;
        Postings = postings;
        SketchFiles = sketchFiles;
        _rowCount = rowCount;
        _counts = new Counts(rowCount, Records.Dead.Count);
    }

    public IHashModel Model { get; }

    public ModelFingerprint Fingerprint { get; }

    public uint Generation { get; }

    public SharedFiles<RecordStore> RecordFiles { get; }

    public SharedFiles<CodeStore> CodeFiles { get; }

    public RecordStore Records => RecordFiles.Files;

    public CodeStore Codes => CodeFiles.Files;

    public PostingTables Postings { get; }

    public SharedFiles<SketchIndex>? SketchFiles { get; }

    /// <summary>Sketches of the rows; null under a model that is not of cells.</summary>
    public SketchIndex? Sketches => SketchFiles?.Files;

    public PostingShape Shape => Postings.Shape;

    /// <summary>Rows that may be looked at, dead ones included. Published after everything that belongs to them.</summary>
    public uint RowCount => (uint)Volatile.Read(ref _rowCount);

    /// <summary>
    /// Live and dead rows as they were published together: while a group of writes is applied, rows die before others are there.
    /// </summary>
    public Counts RowCounts => Volatile.Read(ref _counts);

    public long LiveCount => RowCounts.Live;

    /// <summary>True while anybody but the owner holds a lease.</summary>
    public bool IsInUse => (uint)Volatile.Read(ref _leases) > 1;

    /// <summary>Changes with every lease that is taken.</summary>
    public int LeasesTaken => (int)(Volatile.Read(ref _leases) >> 32);

    public void Publish(long rowCount)
    {
        Volatile.Write(ref _counts, new Counts(rowCount, Records.Dead.Count));
        Volatile.Write(ref _rowCount, rowCount);
    }

    /// <summary>The same files under newly built posting tables.</summary>
    public CollectionState WithPostings(PostingTables postings) =>
        new(Model, Fingerprint, Generation, RecordFiles.AddUser(), CodeFiles.AddUser(), postings, SketchFiles?.AddUser(), RowCount);

    /// <summary>Takes a lease; false when the state is retired and drained.</summary>
    public bool TryAcquire()
    {
        long leases = Volatile.Read(ref _leases);
        while ((uint)leases > 0)
        {
            long seen = Interlocked.CompareExchange(ref _leases, unchecked(leases + OneTaken + 1), leases);
            if (seen == leases)
                return true;
            leases = seen;
        }
        return false;
    }

    /// <summary>Gives a lease back. The owner's, given back when the state is replaced, is the last but for searches under way.</summary>
    public void Release()
    {
        if ((uint)Interlocked.Decrement(ref _leases) > 0)
            return;
        Postings.Dispose();
        SketchFiles?.RemoveUser();
        CodeFiles.RemoveUser();
        RecordFiles.RemoveUser();
    }

    public sealed record Counts(long Rows, long Dead)
    {
        public long Live => Rows - Dead;
    }
}
