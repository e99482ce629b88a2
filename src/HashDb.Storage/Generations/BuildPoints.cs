using HashDb.Storage.Files;

namespace HashDb.Storage.Generations;

/// <summary>What a build is for, and the fault points that it passes.</summary>
internal sealed record BuildPoints(
    string Kind, string Begun, string RowsDone, string Indexed, string CaughtUp, string ManifestWritten, string Switched, string OldDeleted)
{
    public static readonly BuildPoints Compaction = new(
        "compaction",
        FaultPoints.CompactionBegun, FaultPoints.CompactionCopied, FaultPoints.CompactionIndexed, FaultPoints.CompactionCaughtUp,
        FaultPoints.CompactionManifestWritten, FaultPoints.CompactionSwitched, FaultPoints.CompactionOldDeleted);

    public static readonly BuildPoints Reindex = new(
        "reindex",
        FaultPoints.ReindexBegun, FaultPoints.ReindexEncoded, FaultPoints.ReindexIndexed, FaultPoints.ReindexCaughtUp,
        FaultPoints.ReindexManifestWritten, FaultPoints.ReindexSwitched, FaultPoints.ReindexOldDeleted);

    public static readonly BuildPoints Rollback = new(
        "rollback",
        FaultPoints.RollbackBegun, FaultPoints.RollbackEncoded, FaultPoints.RollbackIndexed, FaultPoints.RollbackCaughtUp,
        FaultPoints.RollbackManifestWritten, FaultPoints.RollbackSwitched, FaultPoints.RollbackOldDeleted);
}
