// What the parts of an open collection share: its files, its log, the state that searches see, and the fault that stopped it,
// if any. Owned by Collection; the commit loop alone changes what the setters change.
using System.Diagnostics;
using HashDb.Storage.Checkpoints;
using HashDb.Storage.Commit;
using HashDb.Storage.Files;
using HashDb.Storage.Index;
using HashDb.Storage.Learning;
using HashDb.Storage.Log;
using HashDb.Storage.Snapshot;
using Microsoft.Extensions.Logging;

namespace HashDb.Storage;

internal sealed class CollectionCore
{
    private CollectionState _state;
    private HashDbException? _poison;
    private long _otherBytes;

    public CollectionCore(
        string name,
        CollectionFiles files,
        DatabaseOptions options,
        ILogger logger,
        WriteAheadLog log,
        CollectionState state,
        CollectionManifest manifest,
        ClientSequences clients,
        Draft draft)
    {
        Name = name;
        Files = files;
        Options = options;
        Logger = logger;
        Log = log;
        _state = state;
        Manifest = manifest;
        Clients = clients;
        Draft = draft;
        AppliedSequenceNumber = log.NextSequenceNumber - 1;
        AppliedBlobTail = state.Records.Blobs.Tail;
        MeasureOtherFiles();
    }

    public string Name { get; }

    public CollectionFiles Files { get; }

    public DatabaseOptions Options { get; }

    public ILogger Logger { get; }

    public WriteAheadLog Log { get; }

    /// <summary>The manifest of the last checkpoint.</summary>
    public CollectionManifest Manifest { get; set; }

    /// <summary>When the last checkpoint was taken or the collection was opened; a timestamp of <see cref="Stopwatch"/>.</summary>
    public long CheckpointTimestamp { get; set; } = Stopwatch.GetTimestamp();

    /// <summary>Where the clients that stamp their writes are. Belongs to the commit loop.</summary>
    public ClientSequences Clients { get; }

    /// <summary>The model that is being learned, if any. Changed by the commit loop.</summary>
    public Draft Draft { get; }

    /// <summary>What searches that begin now see.</summary>
    public CollectionState State => Volatile.Read(ref _state);

    public long AppliedSequenceNumber { get; set; }

    public ulong AppliedBlobTail { get; set; }

    /// <summary>Set once, when a flush failed: no write is taken any more.</summary>
    public HashDbException? Poison => Volatile.Read(ref _poison);

    /// <summary>Called by the commit loop after each group of writes.</summary>
    public Action AfterGroup { get; set; } = () => { };

    /// <summary>Bytes of the collection's files, without spilled postings. Asks the file system for nothing.</summary>
    public long DiskBytes
    {
        get
        {
            CollectionState state = State;
            long open = state.Records.FileBytes + state.Codes.Extents.FileBytes;
            return Log.TotalBytes + Log.MarkBytes + open + Volatile.Read(ref _otherBytes);
        }
    }

    /// <summary>Counts the files that are not counted as they grow; called when one of them was written or deleted.</summary>
    public void MeasureOtherFiles()
    {
        try
        {
            CollectionState state = State;
            Volatile.Write(ref _otherBytes, Files.OtherBytes(state.Records.Number, state.Generation));
        }
        catch (Exception exception) when (StorageFault.IsSystemFault(exception))
        {
            // A file was deleted while it was counted; who deletes counts again. It is a figure, and not worth an error.
        }
    }

    /// <summary>Says to a test, if one wants to know, that a place is passed.</summary>
    public void Pass(string faultPoint) => Options.FaultPoints?.Pass(faultPoint);

    public StateLease Acquire()
    {
        while (true)
        {
            CollectionState state = State;
            if (state.TryAcquire())
                return new StateLease(state);
            if (ReferenceEquals(state, State))
                throw new HashDbException(HashDbErrorCode.Closed, $"Collection {Name} is closed.");
        }
    }

    /// <summary>Makes another state the live one; the old one is closed when its last search ends.</summary>
    public void Switch(CollectionState next)
    {
        CollectionState old = State;
        Volatile.Write(ref _state, next);
        old.Release();
    }

    /// <summary>Builds the posting tables of the live state anew, larger and without superseded lists. Runs in the commit loop.</summary>
    public void RebuildPostings()
    {
        CollectionState state = State;
        PostingTables rebuilt = PostingTables.Build(
            state.Shape, state.Codes, state.Records.Dead, state.RowCount, Files.NewScratchPath(state.Generation),
            Options.PostingMemoryBytes, null, CancellationToken.None);
        Switch(state.WithPostings(rebuilt));
        StorageLog.PostingsRebuilt(Logger, Name, rebuilt.DistinctCount);
    }

    /// <summary>Deletes a folder that nothing names any more; what cannot be deleted now is at the next open.</summary>
    public void DeleteFolder(string folder) => Quietly(folder, () =>
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    });

    /// <summary>Tidies up in a folder, where a failure costs space until the next open and nothing else.</summary>
    public void Quietly(string folder, Action tidy)
    {
        try
        {
            tidy();
        }
        catch (Exception exception) when (StorageFault.IsSystemFault(exception))
        {
            StorageLog.LeftoverKept(Logger, Name, folder, exception);
        }
        MeasureOtherFiles();
    }

    /// <summary>Refuses all further writes; what is acknowledged stays, and reads go on.</summary>
    public HashDbException Poisoned(Exception cause, string doing)
    {
        var poison = new HashDbException(
            HashDbErrorCode.Poisoned,
            $"Collection {Name} takes no more writes until it is opened again: it failed to {doing} ({cause.Message}).",
            cause);
        HashDbException first = Interlocked.CompareExchange(ref _poison, poison, null) ?? poison;
        StorageLog.Poisoned(Logger, Name, doing, cause);
        return first;
    }

    public void ThrowIfPoisoned()
    {
        if (Poison is { } poison)
            throw poison;
    }
}
