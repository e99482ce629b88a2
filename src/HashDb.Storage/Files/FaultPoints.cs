// Named places where a test may stop the process, so that recovery is tried from each of them, or throw what a full or failing
// device would. An option of a database, so that tests of several run beside each other; nobody else sets it, and then a place
// costs a null check.
namespace HashDb.Storage.Files;

internal sealed class FaultPoints
{
    public const string BeforeRecordsWritten = "write.before-records";
    public const string AfterRecordsWritten = "write.after-records";
    public const string LogAppend = "log.append";
    public const string AfterLogWritten = "write.after-log";
    public const string LogFlush = "log.flush";
    public const string AfterLogFlushed = "write.after-flush";
    public const string BeforePublished = "write.before-publish";
    public const string AfterApplied = "write.after-apply";
    public const string DraftChanged = "write.draft-changed";
    public const string DraftWritten = "checkpoint.draft-written";
    public const string CheckpointBegun = "checkpoint.begun";
    public const string LogSegmentCreated = "log.segment-created";
    public const string CheckpointLogRolled = "checkpoint.log-rolled";
    public const string CheckpointRecordsFlushed = "checkpoint.records-flushed";
    public const string CheckpointManifestWritten = "checkpoint.manifest-renamed";
    public const string CheckpointCopyWritten = "checkpoint.copy-renamed";
    public const string CheckpointLogPurged = "checkpoint.log-purged";
    public const string CompactionBegun = "compaction.begun";
    public const string CompactionCopied = "compaction.copied";
    public const string CompactionIndexed = "compaction.indexed";
    public const string CompactionCaughtUp = "compaction.caught-up";
    public const string CompactionManifestWritten = "compaction.manifest-renamed";
    public const string CompactionSwitched = "compaction.switched";
    public const string CompactionOldDeleted = "compaction.old-deleted";
    public const string ReindexBegun = "reindex.begun";
    public const string ReindexEncoded = "reindex.encoded";
    public const string ReindexIndexed = "reindex.indexed";
    public const string ReindexCaughtUp = "reindex.caught-up";
    public const string ReindexManifestWritten = "reindex.manifest-renamed";
    public const string ReindexSwitched = "reindex.switched";
    public const string ReindexOldDeleted = "reindex.old-deleted";
    public const string RollbackBegun = "rollback.begun";
    public const string RollbackEncoded = "rollback.encoded";
    public const string RollbackIndexed = "rollback.indexed";
    public const string RollbackCaughtUp = "rollback.caught-up";
    public const string RollbackManifestWritten = "rollback.manifest-renamed";
    public const string RollbackSwitched = "rollback.switched";
    public const string RollbackOldDeleted = "rollback.old-deleted";
    public const string DropPreviousManifestWritten = "drop-previous.manifest-renamed";
    public const string DropPreviousDeleted = "drop-previous.deleted";
    public const string CreateBeforeRename = "create.before-rename";
    public const string DropAfterRename = "drop.after-rename";

    /// <summary>Every point, so that a test can prove that it has hit each.</summary>
    public static readonly string[] All =
    [
        BeforeRecordsWritten, AfterRecordsWritten, LogAppend, AfterLogWritten, LogFlush, AfterLogFlushed, DraftChanged, BeforePublished,
        AfterApplied,
        CheckpointBegun, LogSegmentCreated, DraftWritten, CheckpointLogRolled, CheckpointRecordsFlushed, CheckpointManifestWritten,
        CheckpointCopyWritten, CheckpointLogPurged,
        CompactionBegun, CompactionCopied, CompactionIndexed, CompactionCaughtUp, CompactionManifestWritten, CompactionSwitched,
        CompactionOldDeleted,
        ReindexBegun, ReindexEncoded, ReindexIndexed, ReindexCaughtUp, ReindexManifestWritten, ReindexSwitched, ReindexOldDeleted,
        RollbackBegun, RollbackEncoded, RollbackIndexed, RollbackCaughtUp, RollbackManifestWritten, RollbackSwitched, RollbackOldDeleted,
        DropPreviousManifestWritten, DropPreviousDeleted,
        CreateBeforeRename, DropAfterRename,
    ];

    /// <summary>Called with the name of each point that is passed.</summary>
    public Action<string>? Hook { get; set; }

    public void Pass(string name) => Hook?.Invoke(name);
}
