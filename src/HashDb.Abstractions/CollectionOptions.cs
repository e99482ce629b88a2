using HashDb.Models;

namespace HashDb;

/// <summary>What is fixed when a collection is made.</summary>
/// <param name="Model">The hash function; it fixes the dimensions.</param>
/// <param name="Metric">How candidates are ordered.</param>
public sealed record CollectionOptions(IHashModel Model, DistanceMetric Metric = DistanceMetric.Cosine);
