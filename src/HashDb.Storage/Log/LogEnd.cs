namespace HashDb.Storage.Log;

/// <summary>Where recovery ended and writing goes on.</summary>
/// <param name="Segment">Number of the last segment.</param>
/// <param name="Length">Length of its sound part in bytes.</param>
/// <param name="KnownLength">Length of the part of it that is known to be flushed.</param>
/// <param name="NextSequenceNumber">Number that the next operation gets.</param>
internal readonly record struct LogEnd(ulong Segment, long Length, long KnownLength, long NextSequenceNumber);
