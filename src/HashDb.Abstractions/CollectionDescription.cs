using HashDb.Models;

namespace HashDb;

/// <summary>What is fixed for a collection, and the model it now serves with.</summary>
public sealed record CollectionDescription(
    string Name, int Dimensions, DistanceMetric Metric, string ModelKind, int BitCount, int TableCount, ModelFingerprint ModelFingerprint)
{
    /// <summary>What its records are known by.</summary>
    public KeyKind Keys { get; init; }
}
