// What the parts of an open collection share. Name, files, options and logger never change; what changes has one owner each: the live
// snapshot, the commit state, the health.
//
// The parts know each other in one direction: the collection composes them; the generation manager uses the checkpointer, which uses the
// commit loop, which uses this and calls back through what it was given when it was made.
using HashDb.Storage.Commit;
using HashDb.Storage.Files;
using HashDb.Storage.Index;
using HashDb.Storage.Snapshot;
using Microsoft.Extensions.Logging;

namespace HashDb.Storage;

internal sealed class CollectionCore
{
    private long _otherBytes;

    public CollectionCore(
        string name, CollectionFiles files, DatabaseOptions options, ILogger logger, CollectionState state, CommitState commit)
    {
        Name = name;
        Files = files;
        Options = options;
        Logger = logger;
        Live = new LiveSnapshot(name, state);
        Commit = commit;
        Health = new CollectionHealth(name, logger);
        if (options.ReadOnly)
            Health.RefuseWrites(ReadOnlyRefusal.Of($"collection {name}"));
        MeasureOtherFiles();
    }

    public string Name { get; }

    public CollectionFiles Files { get; }

    public DatabaseOptions Options { get; }

    public ILogger Logger { get; }

    public LiveSnapshot Live { get; }

    public CommitState Commit { get; }

    public CollectionHealth Health { get; }

    /// <summary>The lock of the database, set before anybody works with the collection; null in a repair, which holds it itself.</summary>
    public DirectoryLock? Lock { get; set; }

    /// <summary>Bytes of the collection's files, without spilled postings. Asks the file system for nothing.</summary>
    public long DiskBytes
    {
        get
        {
            CollectionState state = Live.State;
            long open = state.Records.FileBytes + state.Codes.Extents.FileBytes + (state.Sketches?.FileBytes ?? 0);
            return Commit.Log.TotalBytes + Commit.Log.MarkBytes + open + Volatile.Read(ref _otherBytes);
        }
    }

    /// <summary>Counts the files that are not counted as they grow; called when one of them was written or deleted.</summary>
    public void MeasureOtherFiles()
    {
        try
        {
            CollectionState state = Live.State;
            Volatile.Write(ref _otherBytes, Files.OtherBytes(state.Records.Number, state.Generation));
        }
        catch (Exception exception) when (StorageFault.IsSystemFault(exception))
        {
            // A file was deleted while it was counted; who deletes counts again. It is a figure, and not worth an error.
        }
    }

    /// <summary>Refuses to write files that another process may be writing, too.</summary>
    /// <exception cref="HashDbException">The lock is lost, and the collection takes no more writes.</exception>
    public void ThrowIfLockLost()
    {
        try
        {
            Lock?.ThrowIfLost();
        }
        catch (HashDbException exception)
        {
            throw Health.Poisoned(exception, "keep the lock of the database");
        }
    }

    /// <summary>As <see cref="ThrowIfLockLost"/>, for somebody who wants the writes refused and no error of his own.</summary>
    public void TryKeepLock()
    {
        if (Health.Poison is not null)
            return;
        try
        {
            ThrowIfLockLost();
        }
        catch (HashDbException)
        {
            // It is what every write is refused with from now on.
        }
    }

    /// <summary>Says to a test, if one wants to know, that a place is passed.</summary>
    public void Pass(string faultPoint) => Options.FaultPoints?.Pass(faultPoint);

    /// <summary>Builds the posting tables of the live state anew, larger and without superseded lists. Runs in the commit loop.</summary>
    public void RebuildPostings()
    {
        CollectionState state = Live.State;
        PostingTables rebuilt = PostingTables.Build(
            state.Shape, state.Codes, state.Records.Dead, state.RowCount, Files.NewScratchPath(state.Generation),
            Options.PostingMemoryBytes, null, CancellationToken.None);
        Live.Switch(state.WithPostings(rebuilt));
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
}
