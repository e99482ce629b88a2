// What is committed: the log and the manifest, and what follows from both. One writer for each: the commit loop, or what runs in it between
// two groups of writes; the manifest and the time of the checkpoint are written by who holds the checkpointer's gate. Everybody may read.
using System.Diagnostics;
using HashDb.Storage.Checkpoints;
using HashDb.Storage.Learning;
using HashDb.Storage.Log;

namespace HashDb.Storage.Commit;

internal sealed class CommitState(WriteAheadLog log, CollectionManifest manifest, ClientSequences clients, Draft draft, ulong blobTail)
{
    public WriteAheadLog Log { get; } = log;

    /// <summary>The manifest of the last checkpoint.</summary>
    public CollectionManifest Manifest { get; set; } = manifest;

    /// <summary>When the last checkpoint was taken or the collection was opened; a timestamp of <see cref="Stopwatch"/>.</summary>
    public long CheckpointTimestamp { get; set; } = Stopwatch.GetTimestamp();

    /// <summary>Where the clients that stamp their writes are.</summary>
    public ClientSequences Clients { get; } = clients;

    /// <summary>The model that is being learned, if any.</summary>
    public Draft Draft { get; } = draft;

    /// <summary>The last operation that searches see.</summary>
    public long AppliedSequenceNumber { get; set; } = log.NextSequenceNumber - 1;

    /// <summary>Address behind the last blob that a committed row names.</summary>
    public ulong AppliedBlobTail { get; set; } = blobTail;
}
