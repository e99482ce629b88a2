namespace HashDb.Models;

/// <summary>The binary code of a vector, 8 to 512 bits.</summary>
public readonly struct Hashcode
{
    /// <summary>8: below that there are fewer buckets than a scan has cache lines.</summary>
    public const int MinBitCount = 8;

    /// <summary>512: one cache line; longer codes cost more than re-ranking the vector.</summary>
    public const int MaxBitCount = 512;
}
