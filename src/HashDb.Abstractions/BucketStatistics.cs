using HashDb.Models;

namespace HashDb;

/// <summary>One bucket: its table, its hashcode and how many live items share it.</summary>
public readonly record struct BucketStatistics(int TableIndex, Hashcode Hashcode, long Count);
