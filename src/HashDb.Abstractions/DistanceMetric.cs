namespace HashDb;

/// <summary>How candidates are ordered when they are re-ranked. The smaller a distance, the nearer the item.</summary>
public enum DistanceMetric
{
    /// <summary>1 - cos(q, x), in [0, 2]. Zero vectors have no direction and are refused.</summary>
    Cosine = 0,

    /// <summary>|q - x|.</summary>
    Euclidean = 1,

    /// <summary>-(q . x): the largest inner product comes first.</summary>
    Dot = 2,
}
