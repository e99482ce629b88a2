namespace HashDb.Storage.Index;

/// <summary>An occupied bucket that a probe has found, and how many bits it is away.</summary>
internal readonly record struct BucketHit(ulong Code, ushort Table, ushort Distance)
{
    /// <summary>What one takes in memory, padded.</summary>
    public const int Bytes = 16;
}
