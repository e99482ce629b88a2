using HashDb.Models;

namespace HashDb;

/// <summary>What a draft has learned, and what publishing it would change.</summary>
public sealed record DraftStatistics
{
    /// <summary>Items learned since the draft was begun.</summary>
    public required long ItemCount { get; init; }

    /// <summary>Items that moved a hyperplane.</summary>
    public required long MovedCount { get; init; }

    /// <summary>Classes that it knows.</summary>
    public required int ClassCount { get; init; }

    /// <summary>Fingerprint of the model that it began with.</summary>
    public required ModelFingerprint BaseFingerprint { get; init; }

    /// <summary>Fingerprint that the model would have if it were published now.</summary>
    public required ModelFingerprint Fingerprint { get; init; }

    /// <summary>Stored vectors that were encoded with both models: a random sample, the same as long as no rows are added.</summary>
    public required int SampledRows { get; init; }

    /// <summary>Share of the sampled vectors whose hashcode would change in any table, 0 to 1; 0 when nothing is stored.</summary>
    public required double Drift { get; init; }

    /// <summary>Mean number of bits of a sampled vector, over all tables, that would change.</summary>
    public required double MeanChangedBits { get; init; }

    /// <summary>
    /// Learned items with labels of their own that are kept for measuring: a random sample in which recent ones are more likely. A fixed
    /// quarter of them are queries, the others are searched.
    /// </summary>
    public required int ReservoirCount { get; init; }

    /// <summary>Hamming radius within which the two models are compared: two bits, or an eighth of the bits if that is more.</summary>
    public required int QualityRadius { get; init; }

    /// <summary>Both models on the reservoir; null while it holds fewer than <see cref="StorageLimits.MinQualityItems"/> items.</summary>
    public DraftQuality? Quality { get; init; }
}
