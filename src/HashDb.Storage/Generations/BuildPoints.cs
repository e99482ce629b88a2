using HashDb.Storage.Files;

namespace HashDb.Storage.Generations;

/// <summary>The fault points that a build passes, by what it is for.</summary>
internal sealed record BuildPoints(string Begun, string RowsDone, string Indexed, string CaughtUp, string ManifestWritten, string Switched, string OldDeleted)
{
    public static readonly BuildPoints Compaction = new(
        FaultPoints.CompactionBegun, FaultPoints.CompactionCopied, FaultPoints.CompactionIndexed, FaultPoints.CompactionCaughtUp,
        FaultPoints.CompactionManifestWritten, FaultPoints.CompactionSwitched, FaultPoints.CompactionOldDeleted);

    public static readonly BuildPoints Reindex = new(
        FaultPoints.ReindexBegun, FaultPoints.ReindexEncoded, FaultPoints.ReindexIndexed, FaultPoints.ReindexCaughtUp,
        FaultPoints.ReindexManifestWritten, FaultPoints.ReindexSwitched, FaultPoints.ReindexOldDeleted);

    public static readonly BuildPoints Rollback = new(
        FaultPoints.RollbackBegun, FaultPoints.RollbackEncoded, FaultPoints.RollbackIndexed, FaultPoints.RollbackCaughtUp,
        FaultPoints.RollbackManifestWritten, FaultPoints.RollbackSwitched, FaultPoints.RollbackOldDeleted);
}
