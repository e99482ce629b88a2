namespace HashDb.Storage.Index;

/// <summary>
/// Posting lists by bucket: which rows share a hashcode. Derived from the stored hashcodes and rebuilt from them at every open,
/// so it promises nothing about durability. One writer at a time; any number of readers beside it.
/// </summary>
internal interface IPostingStore : IDisposable
{
    /// <summary>Memory it holds, in bytes.</summary>
    long MemoryBytes { get; }

    /// <summary>
    /// True when it holds more than it was made for, or superseded lists outweigh the live ones: building it anew makes it fast and small
    /// again.
    /// </summary>
    /// <param name="buckets">Buckets that there are.</param>
    bool IsOutgrown(long buckets);

    /// <summary>Writes the list of a bucket that does not exist yet.</summary>
    void Load(uint table, ulong code, ReadOnlySpan<uint> rows);

    /// <summary>Appends rows to the list of a bucket.</summary>
    /// <returns>True when the bucket is new.</returns>
    bool Append(uint table, ulong code, ReadOnlySpan<uint> rows);

    /// <summary>Adds the rows of each bucket to <paramref name="into"/>, in any order; a bucket that does not exist adds nothing.</summary>
    void Read(ReadOnlySpan<BucketHit> buckets, PostingBuffer into);
}
