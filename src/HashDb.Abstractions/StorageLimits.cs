namespace HashDb;

/// <summary>Limits of the storage engine, each with its reason. All are checked before memory is taken.</summary>
public static class StorageLimits
{
    /// <summary>750 million rows, dead ones included: the id index is one array of at most 2^30 slots, seven tenths full.</summary>
    public const long MaxRowCount = 750_000_000;

    /// <summary>1e37: squared norms above it lose meaning in float32; below it every sum and product of a distance is finite.</summary>
    public const float MaxSquaredNorm = 1e37f;

    /// <summary>1e-30: below this squared norm a vector has no direction that float32 can hold, and cosine is refused.</summary>
    public const float MinSquaredNorm = 1e-30f;

    /// <summary>100 ms between two statistics that are watched: faster than an eye reads, slow enough to cost nothing.</summary>
    public const int MinStatisticsIntervalMilliseconds = 100;

    /// <summary>3,600,000 ms, an hour, between two statistics that are watched: who wants less asks once.</summary>
    public const int MaxStatisticsIntervalMilliseconds = 3_600_000;

    /// <summary>64 KiB: a payload describes an item, it is not the item.</summary>
    public const int MaxPayloadBytes = 64 * 1024;

    /// <summary>32: a payload is read by people's code, which recurses.</summary>
    public const int MaxPayloadDepth = 32;

    /// <summary>2,147,483,646: so that the number of classes, one more than the highest label, is an int as well.</summary>
    public const int MaxLabel = int.MaxValue - 1;

    /// <summary>1,024 labels of one record: more than any multi-label set we know has.</summary>
    public const int MaxLabelCount = 1_024;

    /// <summary>1,024 neighbours of one item to learn from: its target is the mean of theirs, which more of them hardly change.</summary>
    public const int MaxNeighbourCount = 1_024;

    /// <summary>
    /// 16,384 labels of all neighbours of one item together: sixteen each, if there are as many neighbours as there may be.
    /// </summary>
    public const int MaxResolvedLabels = 16 * MaxNeighbourCount;

    /// <summary>1 GiB of learner's state: it is written whole at every checkpoint.</summary>
    public const long MaxDraftBytes = 1L << 30;

    /// <summary>2,048 recent labelled items to measure a draft with: the error of a precision is then about .02.</summary>
    public const int MaxReservoirItems = 2_048;

    /// <summary>
    /// 8 MiB of vectors of such items, because they are written at every checkpoint, too; but never fewer than
    /// <see cref="MinQualityItems"/> items.
    /// </summary>
    public const int ReservoirBytes = 8 * 1024 * 1024;

    /// <summary>128 items: of fewer no precision is reported.</summary>
    public const int MinQualityItems = 128;

    /// <summary>4,096 stored vectors to measure drift on: the error of the share is then below .01.</summary>
    public const int MaxDriftRows = 4_096;

    /// <summary>
    /// 1 GiB of log that opening for reading only replays into memory: twice of what a checkpoint leaves by default.
    /// </summary>
    public const long MaxReadOnlyLogBytes = 1L << 30;

    /// <summary>1,024 records of one answer with parts of them: they are in memory together.</summary>
    public const int MaxIncludedRecords = 1_024;

    /// <summary>512 bytes of a key: it is repeated in every answer.</summary>
    public const int MaxKeyBytes = 512;

    /// <summary>256 fields of a record: each is looked at when a record is filtered.</summary>
    public const int MaxFieldCount = 256;

    /// <summary>128 bytes of a field's name: it is repeated in every record.</summary>
    public const int MaxFieldNameBytes = 128;

    /// <summary>64 field indexes of a collection: each takes memory for every record.</summary>
    public const int MaxIndexCount = 64;

    /// <summary>64 MiB of memory for values to order by: some 500 of the largest texts, half a million numbers.</summary>
    public const long MaxSortBytes = 64L * 1024 * 1024;

    /// <summary>64 KiB of a filter's text.</summary>
    public const int MaxFilterTextBytes = 64 * 1024;

    /// <summary>1,024 terms of a filter: each may be evaluated for every row that is looked at.</summary>
    public const int MaxFilterTerms = 1_024;

    /// <summary>64 levels of a filter: they are walked by calls.</summary>
    public const int MaxFilterDepth = 64;

    /// <summary>4,096 values of a filter's <c>in</c>.</summary>
    public const int MaxFilterValues = 4_096;

    /// <summary>16,384 records in one write: they are acknowledged together and rolled back together.</summary>
    public const int MaxBatchRecords = 16_384;

    /// <summary>64 MiB in one write, as logged: a log entry is read into memory as a whole.</summary>
    public const int MaxBatchBytes = 64 * 1024 * 1024;

    /// <summary>
    /// 4,096 clients whose stamped writes are remembered: far more than write at one time, and the manifest that holds them is
    /// written whole at every checkpoint.
    /// </summary>
    public const int MaxRememberedClients = 4_096;

    /// <summary>
    /// 64 writes of each remembered client whose content is compared when they are sent again: more than are on their way at a time. They
    /// make at most 700 bytes of memory and 430 of the manifest of a client, 150 and 50 of one that has written once.
    /// </summary>
    public const int MaxRememberedWrites = 64;

    /// <summary>64 characters: names become folder names.</summary>
    public const int MaxCollectionNameLength = 64;

    /// <summary>1,024 collections: each has a log, a writer and a posting store of its own.</summary>
    public const int MaxCollectionCount = 1_024;

    /// <summary>65,536 results of one query.</summary>
    public const int MaxTop = 65_536;

    /// <summary>65,536 queries in one batch: results are held in memory until the batch is done.</summary>
    public const int MaxQueryBatch = 65_536;

    /// <summary>67,108,864 hits of one probe for many hashcodes: 768 MiB of ids and distances, which are in memory together.</summary>
    public const int MaxProbeHits = 64 * 1024 * 1024;

    /// <summary>100 million candidates of one query.</summary>
    public const int MaxCandidateLimit = 100_000_000;
}
