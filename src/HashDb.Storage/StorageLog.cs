using Microsoft.Extensions.Logging;

namespace HashDb.Storage;

/// <summary>
/// Every message of the storage engine. Event ids: 100 opening, 200 writing, 300 checkpoints, 400 generations, 500 learning.
/// </summary>
internal static partial class StorageLog
{
    [LoggerMessage(
        101, LogLevel.Information, "Collection {Collection} opened: {Rows} rows, {Replayed} log frames replayed, in {Milliseconds} ms")]
    public static partial void Opened(ILogger logger, string collection, long rows, long replayed, long milliseconds);

    [LoggerMessage(
        102,
        LogLevel.Warning,
        "Collection {Collection}: one copy of the manifest is damaged ({Detail}); the other was used and both are written anew")]
    public static partial void ManifestHealed(ILogger logger, string collection, string detail);

    [LoggerMessage(
        104, LogLevel.Warning, "Collection {Collection}: one copy of the manifest is damaged ({Detail}); the other was used")]
    public static partial void ManifestPassedOver(ILogger logger, string collection, string detail);

    [LoggerMessage(103, LogLevel.Warning, "Collection {Collection}: the durable mark is damaged and was ignored")]
    public static partial void MarkIgnored(ILogger logger, string collection);

    [LoggerMessage(201, LogLevel.Error, "Collection {Collection} takes no more writes: it failed to {Doing}")]
    public static partial void Poisoned(ILogger logger, string collection, string doing, Exception exception);

    [LoggerMessage(202, LogLevel.Information, "Collection {Collection}: posting tables built anew, {Buckets} buckets")]
    public static partial void PostingsRebuilt(ILogger logger, string collection, long buckets);

    [LoggerMessage(
        301, LogLevel.Information, "Collection {Collection}: checkpoint {Checkpoint} at operation {SequenceNumber}, {Milliseconds} ms")]
    public static partial void Checkpointed(ILogger logger, string collection, long checkpoint, long sequenceNumber, long milliseconds);

    [LoggerMessage(302, LogLevel.Error, "Collection {Collection}: a checkpoint failed; the log keeps growing until one succeeds")]
    public static partial void CheckpointFailed(ILogger logger, string collection, Exception exception);

    [LoggerMessage(
        501,
        LogLevel.Warning,
        "Collection {Collection}: the draft of {Items} items is dropped, because the model that serves now has other bits, "
        + "tables or preprocessing")]
    public static partial void DraftDropped(ILogger logger, string collection, long items);

    [LoggerMessage(
        502,
        LogLevel.Information,
        "Collection {Collection}: the draft of {Items} items was published, {Drift:P1} of the sampled vectors have another hashcode")]
    public static partial void Published(ILogger logger, string collection, long items, double drift);

    [LoggerMessage(
        503,
        LogLevel.Error,
        "Collection {Collection}: the draft could not be measured or published; it is tried again when more is learned")]
    public static partial void PublishFailed(ILogger logger, string collection, Exception exception);

    [LoggerMessage(
        401, LogLevel.Information, "Collection {Collection}: compacted {RowsBefore} rows to {RowsAfter} in generation {Generation}")]
    public static partial void Compacted(ILogger logger, string collection, long rowsBefore, long rowsAfter, uint generation);

    [LoggerMessage(
        402,
        LogLevel.Warning,
        "Collection {Collection}: the folder {Folder} of an old generation could not be deleted; it will be at the next open")]
    public static partial void LeftoverKept(ILogger logger, string collection, string folder, Exception exception);

    [LoggerMessage(
        403,
        LogLevel.Information,
        "Collection {Collection}: re-indexed under a {Kind} model of {Bits} bits in generation {Generation}, {Milliseconds} ms, "
        + "writes paused for {PauseMilliseconds} ms")]
    public static partial void Reindexed(
        ILogger logger, string collection, string kind, int bits, long generation, long milliseconds, long pauseMilliseconds);

    [LoggerMessage(
        404,
        LogLevel.Information,
        "Collection {Collection}: rolled back to the previous model in generation {Generation}, {Encoded} rows encoded, {Milliseconds} ms")]
    public static partial void RolledBack(ILogger logger, string collection, long generation, long encoded, long milliseconds);

    [LoggerMessage(
        407,
        LogLevel.Warning,
        "Collection {Collection}: sketches cannot be written to their file and stay in memory; they are made again at the next open")]
    public static partial void SketchesUnwritten(ILogger logger, string collection, Exception exception);

    [LoggerMessage(
        406,
        LogLevel.Warning,
        "Collection {Collection}: its cells could not be trained or measured; this is tried again with a later write")]
    public static partial void AutomaticCellsFailed(ILogger logger, string collection, Exception exception);

    [LoggerMessage(
        411,
        LogLevel.Warning,
        "Collection {Collection}: its field indexes could not be made; filters read fields, and it is tried again with a later write")]
    public static partial void IndexingFailed(ILogger logger, string collection, Exception exception);

    [LoggerMessage(
        412,
        LogLevel.Warning,
        "Collection {Collection}: its field indexes would take more than IndexMemoryBytes, {Limit}; they cover {Rows} rows, and filters "
        + "read the fields of the others. Give them more memory, or drop one")]
    public static partial void IndexMemoryFull(ILogger logger, string collection, long limit, long rows);

    [LoggerMessage(
        410,
        LogLevel.Warning,
        "Collection {Collection}: {File} is passed over ({Problem}); a recall is kept by comparing all vectors until the next re-index")]
    public static partial void CellsPassedOver(ILogger logger, string collection, string file, string problem);

    [LoggerMessage(
        405,
        LogLevel.Warning,
        "Collection {Collection}: the hashcodes of the kept generation cannot be used and are encoded again ({Detail})")]
    public static partial void KeptCodesDamaged(ILogger logger, string collection, string detail);
}
