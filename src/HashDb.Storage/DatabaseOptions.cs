using HashDb.Storage.Files;
using HashDb.Storage.Learning;

namespace HashDb.Storage;

/// <summary>How a database is opened. None of it is stored: it may differ at every open.</summary>
public sealed record DatabaseOptions
{
    /// <summary>Smallest posting memory: below that the log has too few pages to work with.</summary>
    public const long MinPostingMemoryBytes = 4L * 1024 * 1024;

    /// <summary>Largest posting memory: 1 TiB, the reach of a log address.</summary>
    public const long MaxPostingMemoryBytes = 1L << 40;

    /// <summary>What an acknowledged write has survived.</summary>
    public DurabilityMode Durability { get; init; } = DurabilityMode.Always;

    /// <summary>How often the log is flushed with <see cref="DurabilityMode.Interval"/>; 1 ms to 1 hour.</summary>
    public TimeSpan FlushInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Make a database when the directory holds none.</summary>
    public bool CreateIfMissing { get; init; } = true;

    /// <summary>
    /// Open it for reading only: no file of it is made, changed or removed, so that read-only media can be searched. Several may read at a
    /// time, and none while somebody has it open for writing. What the log holds since the last checkpoint is replayed into memory, up to
    /// <see cref="StorageLimits.MaxReadOnlyLogBytes"/>; posting lists that do not fit their memory spill to the temporary folder. Every
    /// write, a checkpoint and a backup included, is refused with <see cref="HashDbErrorCode.ReadOnly"/>. No database is made, whatever
    /// <see cref="CreateIfMissing"/> says, and <see cref="AutomaticCells"/> and <see cref="PublishPolicy"/> do nothing.
    /// </summary>
    public bool ReadOnly { get; init; }

    /// <summary>
    /// Memory for the posting lists of one collection; what does not fit spills to a scratch file. Substring tables, which are made when
    /// probes within a radius are asked often, take at most as much again.
    /// </summary>
    public long PostingMemoryBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>
    /// Memory for the field indexes of one collection, 1 MiB at least. Rows whose indexes do not fit are left out from the end, and filters
    /// read their fields.
    /// </summary>
    public long IndexMemoryBytes { get; init; } = 1L << 30;

    /// <summary>A checkpoint is taken when the log has grown by this much, 1 MiB at least.</summary>
    public long CheckpointLogBytes { get; init; } = 512L * 1024 * 1024;

    /// <summary>Write requests that may wait for the writer; callers beyond that wait themselves. 1 to 65,536.</summary>
    public int WriteQueueLength { get; init; } = 256;

    /// <summary>
    /// Folder that backups are confined to: a target must lie below it, and a relative one is taken from it. Anywhere when null.
    /// </summary>
    public string? BackupRoot { get; init; }

    /// <summary>Where tests interfere; null outside of them.</summary>
    internal FaultPoints? FaultPoints { get; init; }

    /// <summary>When drafts are published without being asked; null for never.</summary>
    public PublishPolicy? PublishPolicy { get; init; }

    /// <summary>
    /// Collections that were made without a model train cells for themselves as they grow, and measure what recall costs. False
    /// leaves everything as it is.
    /// </summary>
    public bool AutomaticCells { get; init; } = true;

    /// <summary>Live rows from which on cells are trained, 1,000 at least; again whenever the rows are four times as many.</summary>
    public int AutomaticCellsRows { get; init; } = 4_096;

    /// <summary>Checks every value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside its range.</exception>
    public void Validate()
    {
        Check(
            Durability is >= DurabilityMode.Always and <= DurabilityMode.None,
            nameof(Durability),
            Durability,
            "one of Always, Interval, None");
        Check(
            FlushInterval >= TimeSpan.FromMilliseconds(1) && FlushInterval <= TimeSpan.FromHours(1),
            nameof(FlushInterval),
            FlushInterval,
            "1 ms to 1 hour");
        Check(
            PostingMemoryBytes is >= MinPostingMemoryBytes and <= MaxPostingMemoryBytes,
            nameof(PostingMemoryBytes),
            PostingMemoryBytes,
            $"{MinPostingMemoryBytes} to {MaxPostingMemoryBytes} bytes");
        Check(CheckpointLogBytes >= 1024 * 1024, nameof(CheckpointLogBytes), CheckpointLogBytes, "at least 1 MiB");
        Check(IndexMemoryBytes >= 1024 * 1024, nameof(IndexMemoryBytes), IndexMemoryBytes, "at least 1 MiB");
        Check(AutomaticCellsRows >= 1_000, nameof(AutomaticCellsRows), AutomaticCellsRows, "at least 1,000");
        Check(WriteQueueLength is >= 1 and <= 65_536, nameof(WriteQueueLength), WriteQueueLength, "1 to 65,536");

        Check(
            BackupRoot is null || Path.IsPathFullyQualified(BackupRoot), nameof(BackupRoot), BackupRoot!, "a whole path, from the root on");

        PublishPolicy?.Validate();

        static void Check(bool ok, string name, object value, string range)
        {
            if (!ok)
                throw new ArgumentOutOfRangeException(name, value, $"{name} is {value}; it must be {range}.");
        }
    }
}
