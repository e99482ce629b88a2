using HashDb.Models;

namespace HashDb;

/// <summary>A collection in figures, at one moment.</summary>
public sealed record CollectionStatistics
{
    /// <summary>Name of the collection.</summary>
    public required string Name { get; init; }

    /// <summary>Length of its vectors.</summary>
    public required int Dimensions { get; init; }

    /// <summary>How candidates are ordered.</summary>
    public required DistanceMetric Metric { get; init; }

    /// <summary>Kind of the live model.</summary>
    public required string ModelKind { get; init; }

    /// <summary>Fingerprint of the live model's file.</summary>
    public required ModelFingerprint ModelFingerprint { get; init; }

    /// <summary>Bits of a hashcode.</summary>
    public required int BitCount { get; init; }

    /// <summary>Hash tables.</summary>
    public required int TableCount { get; init; }

    /// <summary>Number of the live generation: one build of the posting lists under one model.</summary>
    public required long Generation { get; init; }

    /// <summary>The generation that a rollback goes back to; null when none is kept.</summary>
    public PreviousGeneration? PreviousGeneration { get; init; }

    /// <summary>How far the generation is that is being built (by a re-index, rollback or compaction); null when none is.</summary>
    public GenerationProgress? Building { get; init; }

    /// <summary>Live records.</summary>
    public required long Count { get; init; }

    /// <summary>Rows that deletes and updates left behind; compaction gives their space back.</summary>
    public required long DeadRows { get; init; }

    /// <summary>Distinct hashcodes (for codes of more than 64 bits: distinct substrings), summed over the tables.</summary>
    public required long DistinctHashcodes { get; init; }

    /// <summary>Log sequence number of the last applied operation.</summary>
    public required long LastSequenceNumber { get; init; }

    /// <summary>Log sequence number up to which the log is flushed to the device.</summary>
    public required long DurableSequenceNumber { get; init; }

    /// <summary>Log sequence number of the last checkpoint; what follows is replayed at open.</summary>
    public required long CheckpointSequenceNumber { get; init; }

    /// <summary>Bytes of the write-ahead log on disk.</summary>
    public required long LogBytes { get; init; }

    /// <summary>Bytes of the collection's files, the log included; posting lists that spill to disk are scratch and not counted.</summary>
    public required long DiskBytes { get; init; }

    /// <summary>Bytes of the sketches' blocks in use, in their files, which are mapped into memory; 0 without sketches.</summary>
    public long SketchBytes { get; init; }

    /// <summary>Memory of the posting lists, their index, directory and filter, and of what sketches keep beside their files.</summary>
    public required long PostingMemoryBytes { get; init; }

    /// <summary>True when enough rows are dead that compaction is worth it.</summary>
    public required bool CompactionAdvised { get; init; }
}
